"""kill -9 with Telegram on the other side: nothing it gave us is lost or answered twice, nothing is told twice but one
message a kill.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.conftest import SOAK
from tests.support.audited import audit, counted
from tests.support.bot_api import TOKEN, BotApi, Person
from tests.support.player import understanding
from tests.support.server import Server
from tests.support.telegrams import bodies
from tests.support.whole import whole_program

KILLS = 40 if SOAK else 6
PEOPLE = 5


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/doertrin.db"


@pytest.fixture
def server(api: BotApi, tmp_path: Path, database: str) -> Server:
    environment = {"DOERTRIN_TELEGRAM_TOKEN": TOKEN, "DOERTRIN_TELEGRAM_API": api.url}
    return Server(database, tmp_path, environment=environment)


async def told_all(database: str, seconds: float = 90.0) -> None:
    """Until nothing waits to be answered, and nothing to be sent."""
    async with asyncio.timeout(seconds):
        while await counted(database, "inbox WHERE state = 'received'") or await counted(  # noqa: ASYNC110  no event
            database, "outbox WHERE state <> 'sent'"
        ):
            await asyncio.sleep(0.2)


def repeated(told: list[str], stored: list[str]) -> int:
    """How many messages came twice, one after the other. All must have come, in their order."""
    place = twice = 0
    for text in told:
        if place < len(stored) and text == stored[place]:
            place += 1
        elif place and text == stored[place - 1]:
            twice += 1
        else:
            raise AssertionError(f"after {stored[:place][-1:]} came {text!r}, not {stored[place : place + 1]}")
    assert place == len(stored)
    return twice


async def verdict(folder: Path, database: str, person: Person) -> tuple[list[str], int]:
    """What is stored of somebody's own messages, and how many of ours came twice."""
    async with whole_program(folder, understanding=understanding, database_url=database) as (_, run):
        stored = await bodies(run, person)
    told = [shown.text for shown in person.api.shown[person.id]]
    twice = repeated(told, [text for sender, text in stored if sender == "bot"])
    return [text for sender, text in stored if sender == "citizen"], twice


async def test_killed_between_the_commit_and_the_confirmation(
    api: BotApi, server: Server, tmp_path: Path, database: str
) -> None:
    anna = Person(api, 1001)
    api.holding = asyncio.Event()
    with server:
        await server.ready()
        api.put(anna.writes("/start"), anna.writes("/kode"), anna.writes("det handler om mig"))
        await api.until(lambda: any("offset" in call.parameters for call in api.of("getUpdates")))
        server.kill()
        assert len(api.waiting) == 3  # stored, and as far as Telegram knows not delivered
        api.holding.set()
        server.start()
        await api.until(lambda: not api.waiting, seconds=60)
        await api.until(lambda: any("Hvad vil du gerne" in text for text in api.texts(anna.id)), seconds=60)
        await told_all(database)
        assert server.stop() == 0
    assert await audit(database) == []
    citizen, twice = await verdict(tmp_path, database, anna)
    assert citizen == ["/start", "/kode", "det handler om mig"]
    assert twice <= 1


@pytest.mark.slow
@pytest.mark.timeout(0 if SOAK else 240)
async def test_a_poller_killed_again_and_again_loses_nothing_and_repeats_little(
    api: BotApi, server: Server, tmp_path: Path, database: str, figures: Callable[[str], None]
) -> None:
    moments = random.Random(2026)
    people = [Person(api, 1000 + n) for n in range(PEOPLE)]
    written: dict[int, list[str]] = {person.id: [] for person in people}

    def write(text: str) -> None:
        for person in people:
            written[person.id].append(text)
            api.put(person.writes(text))

    with server:
        write("/start")
        for kill in range(KILLS):
            await (server.ready() if kill % 3 == 1 else server.listens())
            write(f"besked {kill}" if kill % 2 else "/kode")
            asked = len(api.of("getUpdates", status=None))
            await api.until(lambda asked=asked: len(api.of("getUpdates", status=None)) > asked, seconds=60)
            await asyncio.sleep(moments.uniform(0.0, 0.3))
            server.kill()
            server.start()
        await server.ready()
        await api.until(lambda: not api.waiting, seconds=60)
        await told_all(database)
        server.stop()
    assert await audit(database) == []
    verdicts = [await verdict(tmp_path, database, person) for person in people]
    assert [citizen for citizen, _ in verdicts] == list(written.values())
    twice = [repeats for _, repeats in verdicts]
    assert max(twice) <= KILLS
    updates, messages = sum(map(len, written.values())), sum(len(api.shown[person.id]) for person in people)
    figures(
        f"SIGKILL, Telegram polled: {KILLS} kills, {updates} updates, 0 lost, 0 answered twice; "
        f"{sum(twice)} of {messages} messages told twice"
    )
