"""Two server processes on one PostgreSQL: one conversation on both, and one of them frozen past its time."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StorageUnavailable, TurnTaken
from bot.storage import postgres
from bot.storage.migrations import migrate
from bot.storage.store import SqlStore, open_store
from tests.contracts.talk import again, begin, turn
from tests.reliability.conftest import SOAK, Talking
from tests.support.chatter import Chatter
from tests.support.journaled import Journal
from tests.support.server import Server

pytestmark = [pytest.mark.postgres]
CONVERSATIONS = 4
MESSAGES = 1500 if SOAK else 150


@pytest.fixture
async def replicas(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Server, Server]]:
    with Server(postgres_url, tmp_path, name="one") as one, Server(postgres_url, tmp_path, name="two") as two:
        await asyncio.gather(one.ready(), two.ready())
        yield one, two


@pytest.mark.slow
@pytest.mark.timeout(0 if SOAK else 240)
async def test_two_devices_of_one_conversation_on_two_replicas(
    replicas: tuple[Server, Server],
    postgres_url: str,
    talking: Talking,
    journal: Journal,
    figures: Callable[[str], None],
) -> None:
    one, two = replicas
    began = time.monotonic()
    phones = [Chatter(one.url, f"phone{n}", journal, pause=0.15) for n in range(CONVERSATIONS)]
    async with talking(phones) as crowd:
        await crowd.acknowledges(CONVERSATIONS)
    laptops = [Chatter(two.url, f"laptop{n}", journal, code=phone.code, pause=0.15) for n, phone in enumerate(phones)]
    async with talking([*phones, *laptops]) as crowd:
        await crowd.acknowledges(MESSAGES)
        one.signal(signal.SIGSTOP)  # frozen in the middle of it, the other goes on
        await asyncio.sleep(1.0)
        one.signal(signal.SIGCONT)
        await crowd.acknowledges(CONVERSATIONS * 4)
    verdict = await crowd.check(one.url, postgres_url)
    await crowd.check(two.url, postgres_url)
    figures(
        f"two replicas, PostgreSQL: {CONVERSATIONS} conversations on both at once, {verdict.acknowledged} messages "
        f"acknowledged, {verdict.lost} lost, {verdict.doubled} doubled; {time.monotonic() - began:.0f} s"
    )


async def test_a_page_hears_at_once_what_another_replica_committed(
    replicas: tuple[Server, Server], talking: Talking, journal: Journal
) -> None:
    one, two = replicas
    writes = Chatter(one.url, "writes", journal)
    async with talking([writes]) as crowd:
        await crowd.acknowledges(1)
    listens = Chatter(two.url, "listens", journal, code=writes.code)
    listens.silent = True
    async with talking([listens]):
        async with asyncio.timeout(30):
            await listens.shown(writes.messages)
        connections = listens.connections
        async with talking([writes]) as crowd:
            await crowd.acknowledges(3)
        async with asyncio.timeout(30):
            await listens.shown(writes.messages)
        assert listens.connections == connections  # told, not asked for


async def test_a_new_code_closes_the_devices_on_another_replica_that_came_with_the_old_one(
    replicas: tuple[Server, Server],
) -> None:
    one, two = replicas
    async with aiohttp.ClientSession() as http, asyncio.timeout(60):
        asks = await http.ws_connect(f"{one.url}/chat/kolding/ws")
        asked = await told(asks, {"type": "hello"})
        old = asked[0]["code"]
        other = await http.ws_connect(f"{two.url}/chat/kolding/ws")
        await told(other, {"type": "hello", "code": old, "last_seq": 0})
        for number, option in enumerate(("cmd.code", "new")):
            question = asked[-1]["question"]
            choice = {"type": "choice", "id": f"c{number}", "question": question, "option": option}
            asked = await told(asks, choice)
        while (await other.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert other.close_code == 4401
        again = await http.ws_connect(f"{two.url}/chat/kolding/ws")
        await again.send_json({"type": "hello", "code": old})
        assert (await again.receive_json())["code"] == "unknown_code"


async def told(socket: aiohttp.ClientWebSocketResponse, sent: dict[str, str | int]) -> list[dict[str, str]]:
    """What comes of a frame, up to the next question."""
    await socket.send_json(sent)
    frames: list[dict[str, str]] = []
    while not frames or "question" not in frames[-1]:
        frames.append(await socket.receive_json())
    return frames


@pytest.fixture
async def stores(postgres_url: str) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    await migrate(postgres_url)
    one, two = await open_store(postgres_url), await open_store(postgres_url)
    yield one, two
    await one.close()
    await two.close()


async def test_who_wakes_up_late_is_refused(stores: tuple[SqlStore, SqlStore]) -> None:
    """Frozen between computing and committing: the turn was given to somebody else meanwhile."""
    frozen, awake = stores
    before = await begin(frozen)
    late = turn(before, inbound="late")
    await awake.commit(turn(before, inbound="first"))
    with pytest.raises(TurnTaken):
        await frozen.commit(late)
    after = await again(awake, before.id)
    assert (after.turn, after.seq) == (1, 2)
    await frozen.commit(turn(after, inbound="late"))  # computed anew, it is welcome
    assert [m.seq for m in await awake.messages(before.id)] == [1, 2, 3, 4]


async def test_who_freezes_in_a_transaction_keeps_nobody_waiting_for_ever(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row locks are taken from it; what it commits later is refused."""
    monkeypatch.setattr(postgres, "_SESSION", postgres._SESSION.replace("10s", "1s"))
    await migrate(postgres_url)
    frozen, awake = await open_store(postgres_url), await open_store(postgres_url)
    talk = await begin(frozen)

    async def freeze() -> None:
        async with frozen.alone() as alone:
            await alone.commit(turn(talk, inbound="late"))
            await asyncio.sleep(3.0)

    sleeping = asyncio.create_task(freeze())
    await asyncio.sleep(0.3)
    async with asyncio.timeout(20):
        await awake.commit(turn(talk, inbound="first"))
        with pytest.raises(StorageUnavailable):
            await sleeping
    assert await awake.inbound(talk.id, "late") is None
    assert (await again(awake, talk.id)).turn == 1
    await frozen.close()
    await awake.close()
