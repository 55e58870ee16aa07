"""What the served program leaves behind, from outside, whatever is asked of it: no word of a citizen's anywhere.

Marker words are put wherever a person can put something: texts, frame ids, option and question ids, codes, addresses,
headers, paths, bodies; in good talks and bad ones, in turns that fail, in talks that are erased.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector, WSMsgType

from bot.channels.frames import MAX_FRAME
from bot.privacy.keys import create_keyring
from bot.storage.store import open_store
from tests.support.markers import Markers, dump_of, files_below

CITIZEN, PROXIED = "127.0.0.77", "203.0.113.77"


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
