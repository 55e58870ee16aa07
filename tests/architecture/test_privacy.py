"""Nothing a citizen wrote, and nothing that says who a citizen is, stands anywhere it could be read.

Marker words are put wherever a person can put something: texts, frame ids, option and question ids, codes, addresses,
headers, paths, bodies; in good talks and bad ones, in turns that fail, in talks that are erased. Then everything the
program left behind is searched for them, in every usual form (`tests.support.markers`): the database's files with its
write-ahead log while it runs and after it stopped, every table, the log at DEBUG, what went to the terminal, the folder
for temporary files, and every page and refusal that was answered.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import os
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector, WSMsgType

from bot.channels.frames import MAX_FRAME
from bot.channels.ports import Erased, Incoming, UnknownCode, UnknownQuestion
from bot.clock import ManualClock
from bot.conversations import Conversations
from bot.errors import DecryptError
from bot.privacy.keys import Keyring, create_keyring
from bot.privacy.logs import QUIET, configure_logs
from bot.privacy.retention import keep_no_longer
from bot.privacy.sealing import Wrapped, unwrap
from bot.running import Running, make_house, running
from bot.storage.migrations import migrate
from bot.storage.ports import Alarm, State, StateChange, StoredMessage
from bot.storage.store import open_store
from dialogs import engine
from tests.support.markers import Markers, dump_of, files_below
from tests.support.player import read, understanding
from tests.support.postgres import PostgresServer

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*/*.txt"))
NOON = datetime.fromisoformat("2026-11-25T12:00:00+01:00")
CITIZEN, PROXIED = "127.0.0.77", "203.0.113.77"
FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda word: word.encode(),
    "lower case": lambda word: word.lower().encode(),
    "base64": lambda word: base64.b64encode(f"x{word}y".encode()),
    "base64 of UTF-8 behind two signs": lambda word: base64.urlsafe_b64encode(f"xy{word}".encode()),
    "hex": lambda word: word.encode().hex().upper().encode(),
    "UTF-16": lambda word: f"a{word}b".encode("utf-16-le"),
    "UTF-16 big-endian": lambda word: word.encode("utf-16-be"),
    "JSON": lambda word: json.dumps({"text": word}).encode(),
}


# The instrument itself: it can find.


@pytest.mark.parametrize("form", FORMS)
def test_a_marker_is_found_in_every_form(form: str) -> None:
    marks = Markers()
    marks.also(CITIZEN, "blåbærgrød")
    for word in (marks("text"), CITIZEN, "blåbærgrød"):
        assert marks.found(b"\x00\xff before " + FORMS[form](word) + b" after") != [], word
    assert marks.found(os.urandom(100_000)) == []


async def test_a_planted_leak_is_found(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    marks = Markers()
    async with house(f"sqlite:///{tmp_path}/talk.db") as run:
        await run.store.add_alarm(Alarm(id="a", at=NOON, kind="leak", detail=f"he wrote {marks('detail')}"))
        assert marks.found_in(await dump_of(run.store)) == [f"alarm: {marks.root} plain"]
        assert {finding.split(":")[0] for finding in marks.found_in(files_below(tmp_path))} == {
            f"{tmp_path}/talk.db-wal",
        }
    logging.getLogger("bot").error("he wrote %s", marks("log"))  # without our formatter
    assert marks.found(caplog.text.encode()) != []


# The whole program, from outside.


class Served:
    """The program, its folder, and everything it answered to requests that were refused."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.answers: dict[str, bytes] = {}
        self.out = folder / "out.log"
        create_keyring(folder / "keyring")
        (folder / "tmp").mkdir()
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.leaky", "serve", "--port", "0"],
                cwd=Path(__file__).parents[2],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    "DOERTRIN_DATABASE_URL": database,
                    "DOERTRIN_KEYRING": str(folder / "keyring"),
                    "DOERTRIN_LOG_LEVEL": "DEBUG",
                    "DOERTRIN_TRUST_FORWARDED": "true",
                    "TMPDIR": str(folder / "tmp"),
                    "PYTHONASYNCIODEBUG": "1",
                    "PYTHONUNBUFFERED": "1",
                },
            )
        self.url = self._address()

    def _address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            lines = [line for line in self.out.read_text().splitlines() if line.startswith("http://")]
            if lines:
                return lines[0].rstrip("/")
            time.sleep(0.1)
        raise AssertionError(self.out.read_text())

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


class Citizen:
    """A device of a marked citizen: from a marked address, through a marked proxy, with marked headers."""

    def __init__(self, served: Served, marks: Markers, http: ClientSession) -> None:
        self.served, self.marks, self.http = served, marks, http
        self.ids = iter(range(1000))
        self.code = ""

    def id(self) -> str:
        return f"{self.marks('id')}-{next(self.ids)}"

    async def frames(self, frame: dict[str, Any], code: str | None = None) -> list[dict[str, Any]]:
        """One frame over HTTP."""
        headers = {"Authorization": f"Bearer {code}"} if code else {}
        async with self.http.post(f"{self.served.url}/chat/kolding/frames", json=frame, headers=headers) as answer:
            found: list[dict[str, Any]] = (await answer.json())["frames"]
            return found

    async def refused(self, method: str, path: str, *statuses: int, **more: Any) -> None:
        """Ask for what is answered with an error, and keep the answer."""
        async with self.http.request(method, self.served.url + path, **more) as answer:
            assert answer.status in statuses, (method, path, answer.status)
            name = f"{method} {path} {more} {len(self.served.answers)}"
            self.served.answers[name] = str(answer.headers).encode() + await answer.read()

    async def raw(self, name: str, sent: bytes) -> None:
        """Send what is no HTTP, and keep the answer."""
        port = int(self.served.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(CITIZEN, 0))
        writer.write(sent)
        self.served.answers[name] = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert self.served.answers[name].startswith((b"HTTP/1.0 4", b"HTTP/1.1 4"))


@asynccontextmanager
async def citizen(served: Served, marks: Markers) -> AsyncIterator[Citizen]:
    headers = {
        "User-Agent": marks("useragent"),
        "X-Forwarded-For": f"{PROXIED}, 2001:db8:cafe::77",
        "Cookie": f"session={marks('cookie')}",
        "Referer": f"{served.url}/{marks('referer')}",
        "Accept-Language": marks("language"),
        "X-Request-Id": marks("request"),
    }
    connector = TCPConnector(local_addr=(CITIZEN, 0), force_close=True)
    async with ClientSession(headers=headers, connector=connector) as http:
        yield Citizen(served, marks, http)


async def until(socket: ClientWebSocketResponse, kind: str, **having: Any) -> dict[str, Any]:
    """The next frame of a kind with these values."""
    while True:
        message = await asyncio.wait_for(socket.receive(), 30)
        assert message.type is WSMsgType.TEXT, socket.close_code
        frame: dict[str, Any] = json.loads(message.data)
        if frame["type"] == kind and having.items() <= frame.items():
            return frame


async def talk_over_websocket(one: Citizen) -> None:
    """A talk with everything that can go wrong in it, erased at the end or not."""
    marks = one.marks
    async with one.http.ws_connect(f"{one.served.url}/chat/kolding/ws") as socket:
        await socket.send_json({"type": "hello"})
        one.code = (await until(socket, "welcome"))["code"]
        marks.also(one.code, one.code.replace("-", ""))
        question = (await until(socket, "message", **{"from": "bot"})).get("question")
        while question is None:
            question = (await until(socket, "message", **{"from": "bot"})).get("question")
        for said in (
            f"Jeg hedder {marks('name')} og bor på {marks('street')}. Ring 20 30 40 {marks('phone')}",
            f"Jeg vil ikke leve mere {marks('crisis')}",
            f"BREAK {marks('failing')}",
            f"ORPHAN {marks('orphan')}",
            f"<script>{marks('script')}</script>\x00\x1b[31m",
        ):
            name = one.id()
            await socket.send_json({"type": "message", "id": name, "text": said})
            await until(socket, "ack", id=name)
        for odd in ({"question": question, "option": marks("option")}, {"question": marks("question"), "option": "me"}):
            await socket.send_json({"type": "choice", "id": one.id(), **odd})
        assert (await until(socket, "error"))["code"] == "unknown_question"
        await socket.send_json({"type": "message", "id": one.id(), "text": marks("long") * 400})
        assert (await until(socket, "error"))["code"] == "too_long"
        for bad in (marks("bad"), json.dumps({"type": marks("type"), "id": marks("badid")}), '{"type": "message"'):
            await socket.send_str(bad)
            assert (await until(socket, "error"))["code"] == "bad_frame"
        await socket.send_str(json.dumps({"type": "message", "id": one.id(), "text": marks("huge") * MAX_FRAME}))
        while (await asyncio.wait_for(socket.receive(), 10)).type is WSMsgType.TEXT:
            pass
        assert socket.close_code == 1009


async def talk_over_http(one: Citizen) -> None:
    """The same, frame by frame, with wrong codes; then another conversation that is erased."""
    marks = one.marks
    name = one.id()
    answered = await one.frames({"type": "message", "id": name, "text": marks("http")}, one.code)
    assert answered[0]["type"] == "ack"
    guessed = "KANA-RJEF-VG17-7777"
    marks.also(guessed, guessed.replace("-", ""))
    for code, status in ((guessed, 404), (marks("code"), 404), (None, 401)):
        headers = {"Authorization": f"Bearer {code}"} if code else {}
        await one.refused("GET", "/chat/kolding/frames?after=0", status, headers=headers)
    await one.refused("GET", "/chat/randers/frames", 404, headers={"Authorization": f"Bearer {one.code}"})
    await one.refused("GET", f"/chat/kolding/frames?after={marks('after')}&wait={marks('wait')}", 400)
    await one.refused("POST", "/chat/kolding/frames", 400, data=marks("body"))
    await one.refused("POST", "/chat/kolding/frames", 413, data=marks("body") * 50_000)
    await one.refused("POST", "/chat/kolding/frames", 400, data=marks("body"), headers={"Content-Encoding": "gzip"})
    packed = zlib.compress(marks("bomb").encode() * 100_000)
    await one.refused("POST", "/chat/kolding/frames", 413, data=packed, headers={"Content-Encoding": "deflate"})
    for origin in (f"https://{marks('origin')}.dk", f"http://[{marks('origin')}", "null"):
        await one.refused("POST", "/chat/kolding/frames", 403, json={"type": "hello"}, headers={"Origin": origin})
        await one.refused("GET", "/chat/kolding/ws", 403, headers={"Origin": origin})
    first = await one.frames({"type": "hello"})
    code = first[0]["code"]
    marks.also(code, code.replace("-", ""))
    await one.frames({"type": "message", "id": one.id(), "text": f"slet {marks('erased')} igen"}, code)
    await one.frames({"type": "message", "id": one.id(), "text": "slet alt om mig"}, code)
    asked = (await one.frames({"type": "hello"}, code))[-1]
    assert {"yes", "no"} <= {choice["id"] for choice in asked["choices"]}
    await one.frames({"type": "choice", "id": one.id(), "question": asked["question"], "option": "yes"}, code)
    await one.refused("GET", "/chat/kolding/frames", 404, headers={"Authorization": f"Bearer {code}"})


async def ask_for_what_is_not_there(one: Citizen) -> None:
    """Every error page, in both its forms, and what never reaches a page."""
    marks = one.marks
    path = f"/{marks('path')}?q={marks('query')}"
    for accept in ("text/html", "application/json"):
        headers = {"Accept": accept}
        await one.refused("GET", path, 404, headers=headers)
        await one.refused("GET", f"/t{path}", 404, headers=headers)
        await one.refused("GET", f"/widget{path}", 404, headers=headers)
        await one.refused("GET", f"/chat{path.replace('?', '/ws?')}", 404, headers=headers)
        await one.refused("DELETE", f"/?q={marks('query')}", 405, headers=headers)
        await one.refused("GET", f"/t/aabenraa?q={marks('query')}", 500, headers=headers)
        await one.refused("POST", "/forlad", 403, headers=headers | {"Sec-Fetch-Site": marks("site")})
        await one.refused("GET", "/metrics", 404, headers=headers | {"Authorization": marks("token")})
        await one.refused("GET", "/", 417, headers=headers | {"Expect": marks("expect")})
    mark = marks("raw").encode()
    await one.raw("method", mark + b" / HTTP/1.1\r\n\r\n")
    await one.raw("version", b"GET /" + mark + b" HTTP/" + mark + b"\r\n\r\n")
    await one.raw("header", b"GET / HTTP/1.1\r\nHost: x\r\n" + mark + b"\r\n\r\n")
    await one.raw("value", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + mark + b"\x00\r\n\r\n")
    await one.raw("long line", b"GET /" + mark * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    await one.raw("length", b"POST /forlad HTTP/1.1\r\nHost: x\r\nContent-Length: " + mark + b"\r\n\r\n")
    await one.raw("TLS", b"\x16\x03\x01" + mark + b"\r\n\r\n")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(tmp_path, f"sqlite:///{tmp_path}/talk.db")
    yield one
    if one.process.poll() is None:
        one.stop()


@pytest.mark.slow
async def test_the_served_program_leaves_nothing_readable(served: Served) -> None:
    marks = Markers()
    marks.also(CITIZEN, PROXIED, "2001:db8:cafe")
    async with citizen(served, marks) as one:
        while True:
            async with one.http.get(f"{served.url}/readyz") as ready:
                if ready.status == 200:
                    break
            await asyncio.sleep(0.1)
        await talk_over_websocket(one)
        await talk_over_http(one)
        await ask_for_what_is_not_there(one)
    assert marks.found_in(served.answers) == []
    for name, answer in served.answers.items():
        assert b"Traceback" not in answer, name
        assert b"aiohttp" not in answer.lower(), name
    while_it_runs = files_below(served.folder)
    left = {"keyring", "out.log", "talk.db", "talk.db-wal", "talk.db-shm"}
    assert {Path(name).name for name in while_it_runs} == left
    assert marks.found_in(while_it_runs) == []
    store = await open_store(served.database)
    tables = await dump_of(store)
    await store.close()
    assert marks.found_in(tables) == []
    assert len(tables["inbox"]) > 300
    assert b"turn_failed" in tables["alarm"]
    assert served.stop() == 0
    assert marks.found_in(files_below(served.folder)) == []
    log = [json.loads(line) for line in served.out.read_text().splitlines() if line.startswith("{")]
    assert {"turn_failed", "page_failed", "request_refused"} <= {line["event"] for line in log}
    kinds = {error["type"] for line in log for error in line.get("error", [])}
    assert {"builtins.LookupError", "builtins.RuntimeError", "builtins.ValueError"} <= kinds  # all of it was logged


# Every golden conversation, on both databases.


@asynccontextmanager
async def house(url: str, keyring: Keyring | None = None) -> AsyncIterator[Running]:
    """The whole runtime in this process, with the product's own understanding."""
    await migrate(url)
    ring = keyring or Keyring(active="k1", keys={"k1": os.urandom(32)})
    made = make_house(overlay=None, keyring=ring, hear=understanding())
    async with running(url=url, house=made, clock=ManualClock(NOON), understanding=None) as run:
        yield run


@pytest.fixture
def log_at_debug() -> Iterator[io.StringIO]:
    """The process's log at DEBUG; everything is put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in QUIET}
    stream = io.StringIO()
    configure_logs(level=logging.DEBUG, stream=stream)
    yield stream
    root.handlers[:], _, sys.excepthook, logging.raiseExceptions = before
    root.setLevel(before[1])
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def say(conversations: Conversations, name: str, text: str, inbound: str) -> None:
    await conversations.handle(name, Incoming(id=inbound, text=text))


async def play_golden(run: Running, marks: Markers, paths: list[Path]) -> set[str]:
    """Each transcript's lines as typed texts, each also with a marker; what was typed."""
    talks, typed = run.conversations, set()
    for number_of_talk, path in enumerate(paths):
        transcript = read(path)
        tenant = transcript.header.get("tenant", "kolding")
        started = await talks.start(tenant=tenant, channel="web")
        if number_of_talk < 3:
            marks.also(started.code)
        await talks.greet(started.conversation)
        for number, line in enumerate(transcript.inputs()):
            typed.add(line)
            try:
                await say(talks, started.conversation, line, f"{marks('id')}{number}")
                await say(talks, started.conversation, f"{line} {marks('said')}", f"{marks('again')}{number}")
            except Erased:
                break
    return typed


def long_enough(typed: set[str]) -> list[bytes]:
    """Lines that do not stand in a database by chance."""
    return [line.encode() for line in typed if len(line) > 15 and " " in line]


@pytest.mark.slow
async def test_golden_conversations_leave_nothing_readable_in_sqlite(
    tmp_path: Path, log_at_debug: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = Markers()
    async with house(f"sqlite:///{tmp_path}/talk.db") as run:
        typed = await play_golden(run, marks, TRANSCRIPTS)
        await break_a_turn(run, marks, monkeypatch)
        tables, files = await dump_of(run.store), files_below(tmp_path)
    assert len(typed) > 150
    assert f"{tmp_path}/talk.db-wal" in files
    everything = {**files, **tables, "log": log_at_debug.getvalue().encode(), **files_below(tmp_path)}
    assert marks.found_in(everything) == []
    assert [line for line in long_enough(typed) for data in everything.values() if line in data] == []
    assert "turn_failed" in log_at_debug.getvalue()


@pytest.mark.slow
@pytest.mark.postgres
async def test_golden_conversations_leave_nothing_readable_in_postgres(
    log_at_debug: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, and the bytes on the disk: pages, write-ahead log, and the server's own log."""
    marks = Markers()
    with PostgresServer(durable=False) as server:
        url = server.databases.create()
        async with house(url) as run:
            typed = await play_golden(run, marks, TRANSCRIPTS[::4])
            await break_a_turn(run, marks, monkeypatch)
            tables = await dump_of(run.store)
        server.stop()  # it writes its memory to its files
        data = server._directory / "data"
        files = files_below(data / "base", data / "pg_wal")
        files["log"] = server._log.read_bytes()
    assert sum(map(len, files.values())) > 16_000_000
    assert marks.found_in({**files, **tables, "our log": log_at_debug.getvalue().encode()}) == []
    assert [line for line in long_enough(typed) for data in files.values() if line in data] == []


async def break_a_turn(run: Running, marks: Markers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn whose exception quotes what was written: kept, apologised for, logged by its kind."""

    def breaks(_session: object, given: object, _rules: object) -> None:
        raise LookupError(f"{given!r} {marks('exception')}") from OSError(marks("cause"))

    started = await run.conversations.start(tenant="kolding", channel="web")
    await run.conversations.greet(started.conversation)
    with monkeypatch.context() as broken:
        broken.setattr(engine, "advance", breaks)
        await say(run.conversations, started.conversation, marks("failing"), marks("inbound"))
    (alarm,) = [one for one in await run.store.alarms() if one.conversation == started.conversation]
    assert (alarm.kind, alarm.detail) == ("turn_failed", "LookupError")
    said, *sorry = [json.loads(frame) for frame in await run.conversations.history(started.conversation, after=0)][-2:]
    assert (said["text"], said["id"]) == (marks("failing"), marks("inbound"))
    assert [frame["from"] for frame in sorry] == ["bot"]


# Erased is erased.


async def moved_to(run: Running, name: str, state: State) -> None:
    """Put the conversation into a state, as a counselor's desk would."""
    loaded = await run.store.load(name)
    assert loaded is not None
    if state is not loaded.state:
        await run.store.change(
            StateChange(conversation=name, turn=loaded.turn + 1, at=NOON, state=state, severity=loaded.severity)
        )
    run.conversations.changed_elsewhere(name)


def opened(keyring: Keyring, conversation: str, wrapped: Wrapped, message: StoredMessage) -> bytes:
    return unwrap(keyring.tenant("kolding"), conversation, wrapped).open("message", "body", message.seq, message.body)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("state", [State.BOT, State.WAITING, State.HUMAN, State.CLOSED])
async def test_what_a_citizen_erases_can_be_opened_by_nobody(
    state: State, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/talk.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    keyring = Keyring(active="k2", keys={"k1": os.urandom(32), "k2": os.urandom(32)})
    async with house(url, keyring) as run:
        talks, store = run.conversations, run.store
        kept, gone = [await talks.start(tenant="kolding", channel="web") for _ in range(2)]
        for one in (kept, gone):
            await talks.greet(one.conversation)
            await say(talks, one.conversation, "Jeg drikker for meget", "m1")
        await moved_to(run, gone.conversation, state)
        before = await store.load(gone.conversation)
        sealed = await store.messages(gone.conversation)
        code = await store.resume_code(gone.conversation)
        assert before is not None
        assert code is not None
        wrapped = Wrapped(kid=before.kid, blob=before.wrapped)
        assert any(b"drikker for meget" in opened(keyring, gone.conversation, wrapped, message) for message in sealed)

        await say(talks, gone.conversation, "slet alt om mig", "m2")
        asked = [json.loads(frame) for frame in await talks.history(gone.conversation, after=0)][-1]["question"]
        await talks.handle(gone.conversation, Incoming(id="m3", question=asked, option="yes"))

        assert [stone.conversation for stone in await store.tombstones()] == [gone.conversation]
        with pytest.raises(UnknownCode):
            await talks.resume(tenant="kolding", code=gone.code)
        for wanted in (talks.history(gone.conversation, after=0), talks.state(gone.conversation)):
            with pytest.raises(Erased):
                await wanted
        for late in (Incoming(id="m4", text="hej"), Incoming(id="m3", question=asked, option="yes")):
            with pytest.raises((Erased, UnknownQuestion)):
                await talks.handle(gone.conversation, late)
        # No key that is left in the database, under no key of the ring, opens what was his.
        after = await store.load(gone.conversation)
        assert after is not None
        assert (after.state, after.wrapped, after.session, after.severity) == (State.ERASED, b"", b"", 0)
        other = await store.load(kept.conversation)
        assert other is not None
        for conversation, blob in ((gone.conversation, other.wrapped), (kept.conversation, other.wrapped)):
            for kid in keyring.kids:
                with pytest.raises(DecryptError):
                    opened(keyring, conversation, Wrapped(kid=kid, blob=blob), sealed[0])
        left = {**await dump_of(store), **(files_below(tmp_path) if kind == "sqlite" else {})}
        for secret in (before.wrapped, before.session, code):
            assert [place for place, data in left.items() if secret in data] == []
        assert any(other.wrapped in data for data in left.values())
        assert gone.conversation.encode() in left["tombstone"]
        assert await talks.history(kept.conversation, after=0) != []


async def test_what_retention_destroys_is_no_longer_read_from_what_is_kept_in_memory(tmp_path: Path) -> None:
    """Also a second replica, or the chore that looks every hour, may erase what this process has just had in hand."""
    async with house(f"sqlite:///{tmp_path}/talk.db") as run:
        started = await run.conversations.start(tenant="kolding", channel="web")
        await run.conversations.greet(started.conversation)
        await say(run.conversations, started.conversation, "Jeg drikker for meget", "m1")
        assert await run.conversations.history(started.conversation, after=0) != []
        done = await keep_no_longer(run.store, ManualClock(NOON + timedelta(days=31)))
        assert done.erased == 1
        for after in (0, 99):
            with pytest.raises(Erased):
                await run.conversations.history(started.conversation, after=after)
        with pytest.raises(Erased):
            await say(run.conversations, started.conversation, "er du der?", "m2")
