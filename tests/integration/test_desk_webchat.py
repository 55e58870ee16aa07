"""A citizen at the web chat and a counselor at the desk, over the whole service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from bot.clock import ManualClock
from bot.privacy.keys import create_keyring, load_keyring
from bot.running import Running, make_house, running
from bot.serving import DEMO_STAFFING, citizen_app, listening
from bot.settings import Settings
from bot.storage.migrations import migrate
from tests.support.office import ANNE, BENT, NOON, WORKING_HOURS, Ears, Remembered

NIGHT = timedelta(hours=12, minutes=30)
GONE = timedelta(seconds=61)


class Service:
    """The running service, its address, and the clock it goes by."""

    def __init__(self, run: Running, url: str, clock: ManualClock) -> None:
        self.run, self.url, self.clock = run, url, clock

    async def opens(self) -> None:
        """The news that somebody is at the desk has come here."""
        async with asyncio.timeout(20):
            while self.run.conversations.house.desk("kolding", self.clock.now())["state"] != "open":  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def citizen(self) -> AsyncIterator[Citizen]:
        async with ClientSession() as http, http.ws_connect(f"{self.url}/chat/kolding/ws") as socket:
            one = Citizen(socket)
            await socket.send_json({"type": "hello"})
            await one.until(lambda frame: "question" in frame)
            yield one


class Citizen:
    """A page, and all frames it got."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []

    async def until(self, wanted: Any) -> dict[str, Any]:
        """The next frame that is wanted."""
        while True:
            frame: dict[str, Any] = await asyncio.wait_for(self.socket.receive_json(), 20)
            self.got.append(frame)
            if wanted(frame):
                return frame

    async def state(self, **having: Any) -> dict[str, Any]:
        """The next `state` frame with these values."""
        return await self.until(lambda frame: frame["type"] == "state" and having.items() <= frame.items())

    async def press(self, option: str) -> None:
        question = [frame for frame in self.got if "question" in frame][-1]["question"]
        name = f"c{len(self.got)}"
        await self.socket.send_json({"type": "choice", "id": name, "question": question, "option": option})

    async def ask_for_a_human(self) -> None:
        await self.press("cmd.human")
        await self.until(lambda frame: {"yes", "no"} <= {choice["id"] for choice in frame.get("choices", ())})
        await self.press("yes")


@asynccontextmanager
async def service(
    tmp_path: Path, *, url: str | None = None, staffing: Any = DEMO_STAFFING, now: Any = NOON
) -> AsyncIterator[Service]:
    url = url or f"sqlite:///{tmp_path}/chat.db"
    await migrate(url)
    clock = ManualClock(now)
    ring = tmp_path / "keyring"
    keyring = load_keyring(ring) if ring.exists() else create_keyring(ring)
    house = make_house(overlay=None, keyring=keyring, hear=Ears())
    settings = Settings(database_url=url, port=0)
    async with (
        running(
            url=url, house=house, clock=clock, understanding=None, audit=lambda _: Remembered(), staffing=staffing
        ) as run,
        listening(citizen_app(settings, run), settings) as port,
    ):
        yield Service(run, f"http://127.0.0.1:{port}", clock)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path) as one:
        yield one


async def test_the_page_is_told_the_place_in_the_queue_and_who_one_writes_with(served: Service) -> None:
    await served.run.desk.heartbeat(ANNE)
    await served.opens()
    async with served.citizen() as one, served.citizen() as two:
        await one.ask_for_a_human()
        await one.state(state="waiting", position=1)
        served.clock.advance(timedelta(seconds=1))
        await two.ask_for_a_human()
        await two.state(state="waiting", position=2)
        taken = await served.run.desk.next(ANNE)
        assert taken is not None
        await one.state(state="human")
        await two.state(state="waiting", position=1)
        await served.run.desk.typing(ANNE, taken.conversation)
        await one.until(lambda frame: frame["type"] == "typing")
        sent = await served.run.desk.send(ANNE, taken.conversation, "l1", "hej, jeg er Anne")
        got = await one.until(lambda frame: frame.get("from") == "counselor")
        assert (got["seq"], got["text"]) == (sent.seq, "hej, jeg er Anne")
        assert "id" not in got
        await served.run.desk.release_to_bot(ANNE, taken.conversation)
        await one.state(state="bot")
        numbers = [frame["seq"] for frame in one.got if frame["type"] == "message"]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_a_counselor_sees_typing_and_reading(served: Service) -> None:
    await served.run.desk.heartbeat(ANNE)
    await served.opens()
    async with served.citizen() as one:
        await one.ask_for_a_human()
        await one.state(state="waiting")
        taken = await served.run.desk.next(ANNE)
        assert taken is not None
        async with served.run.desk.subscribe(ANNE, taken.conversation) as events:
            await one.socket.send_json({"type": "typing"})
            assert (await asyncio.wait_for(anext(events), 5)).kind == "typing"
            await one.socket.send_json({"type": "seen", "seq": 2})
            seen = await asyncio.wait_for(anext(events), 5)
            assert (seen.kind, seen.seq) == ("seen", 2)


async def test_the_page_is_told_when_the_counselor_is_gone(served: Service) -> None:
    await served.run.desk.heartbeat(ANNE)
    await served.opens()
    async with served.citizen() as one:
        await one.ask_for_a_human()
        await one.state(state="waiting")
        await served.run.desk.next(ANNE)
        await one.state(state="human")
        served.clock.advance(GONE)
        await served.run.desk.heartbeat(BENT)
        await served.run.desk.sweep()
        await one.state(state="waiting", position=1)
        assert any("Forbindelsen til rådgiveren røg" in frame.get("text", "") for frame in one.got)


async def test_what_is_left_in_the_evening_is_the_mornings_queue(tmp_path: Path) -> None:
    evening = NOON.replace(hour=20)
    async with service(tmp_path, staffing=WORKING_HOURS, now=evening) as served, served.citizen() as one:
        await one.press("cmd.human")
        await one.until(lambda frame: "De er her igen i morgen klokken 8" in frame.get("text", ""))
        await one.until(lambda frame: "Vil du i kø nu?" in frame.get("text", ""))
        await one.press("yes")
        await one.until(lambda frame: "Må rådgiveren" in frame.get("text", ""))
        await one.press("no")
        told = await one.state(state="waiting", opens="2026-11-26T08:00:00+01:00")
        assert "position" not in told, "no place is told while nobody works"
        served.clock.advance(NIGHT)
        await served.run.desk.heartbeat(ANNE)
        await one.state(state="waiting", position=1)
        [item] = await served.run.desk.queue(ANNE)
        assert item.deadline is not None
        assert item.deadline > served.clock.now()


@pytest.mark.postgres
async def test_citizen_and_counselor_may_be_on_different_replicas(tmp_path: Path, postgres_url: str) -> None:
    async with service(tmp_path, url=postgres_url) as here, service(tmp_path, url=postgres_url) as there:
        desk = there.run.desk
        await desk.heartbeat(ANNE)
        await here.opens()
        async with here.citizen() as one, desk.subscribe_queue(ANNE) as queue:
            await one.ask_for_a_human()
            while (taken := await desk.next(ANNE)) is None:
                assert (await asyncio.wait_for(anext(queue), 20)).kind == "queue"
            await one.state(state="human")
            async with desk.subscribe(ANNE, taken.conversation) as events:
                sent = await desk.send(ANNE, taken.conversation, "l1", "hej fra den anden maskine")
                got = await one.until(lambda frame: frame.get("from") == "counselor")
                assert got["seq"] == sent.seq
                await one.socket.send_json({"type": "message", "id": "m1", "text": "hej igen"})
                read: list[str] = []
                while "hej igen" not in read:
                    await asyncio.wait_for(anext(events), 20)
                    read = [line.text for line in (await desk.transcript(ANNE, taken.conversation)).lines]
            numbers = [frame["seq"] for frame in one.got if frame["type"] == "message"]
            assert numbers == list(range(1, len(numbers) + 1))
