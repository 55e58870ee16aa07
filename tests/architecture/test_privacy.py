"""Nothing a citizen wrote, and nothing that says who a citizen is, stands anywhere it could be read.

Marker words stand in every golden conversation, on both databases. Then everything the program left behind is searched
for them, in every usual form (`tests.support.markers`): the database's files with its write-ahead log, every table, and
the log at DEBUG. What the served program leaves is in `test_privacy_served`, what is erased in `test_privacy_erased`.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.ports import Erased
from bot.running import Running
from bot.storage.ports import Alarm
from dialogs import engine
from tests.support.markers import Markers, dump_of, files_below
from tests.support.player import read
from tests.support.postgres import PostgresServer
from tests.support.whole import NOON, say, whole_runtime

ADDRESS = "127.0.0.77"
TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*/*.txt"))
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


@pytest.mark.parametrize("form", FORMS)
def test_a_marker_is_found_in_every_form(form: str) -> None:
    marks = Markers()
    marks.also(ADDRESS, "blåbærgrød")
    for word in (marks("text"), ADDRESS, "blåbærgrød"):
        assert marks.found(b"\x00\xff before " + FORMS[form](word) + b" after") != [], word
    assert marks.found(os.urandom(100_000)) == []


async def test_a_planted_leak_is_found(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    marks = Markers()
    async with whole_runtime(f"sqlite:///{tmp_path}/talk.db") as run:
        await run.store.add_alarm(Alarm(id="a", at=NOON, kind="leak", detail=f"he wrote {marks('detail')}"))
        assert marks.found_in(await dump_of(run.store)) == [f"alarm: {marks.root} plain"]
        assert {finding.split(":")[0] for finding in marks.found_in(files_below(tmp_path))} == {
            f"{tmp_path}/talk.db-wal",
        }
    logging.getLogger("bot").error("he wrote %s", marks("log"))  # without our formatter
    assert marks.found(caplog.text.encode()) != []


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
    async with whole_runtime(f"sqlite:///{tmp_path}/talk.db") as run:
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
        async with whole_runtime(url) as run:
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
