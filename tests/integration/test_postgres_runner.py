"""The runner for PostgreSQL has few workers: what is put down in the moment when they end is work for a new one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.storage.postgres import BATCHES_AT_ONCE, LOADS_AT_ONCE, PostgresRunner
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import METADATA
from tests.contracts.talk import again, begin, turn

pytestmark = [pytest.mark.postgres]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = await open_store(postgres_url)
    await store.run(METADATA.create_all)
    yield store
    await store.close()


class Gate:
    """Holds each call of a method at its end, until all are let go in one step of the event loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
        self.arrived: asyncio.Queue[None] = asyncio.Queue()
        self.open = asyncio.Event()
        real = getattr(PostgresRunner, method)

        async def held(runner: PostgresRunner, *given: object) -> None:
            await real(runner, *given)
            self.arrived.put_nowait(None)
            await self.open.wait()

        monkeypatch.setattr(PostgresRunner, method, held)


async def test_who_loads_in_the_moment_when_the_last_loads_end_is_answered(store, monkeypatch):
    talks = [await begin(store) for _ in range(LOADS_AT_ONCE + 1)]
    gate = Gate(monkeypatch, "_load_these")
    loads = []
    for talk in talks[:LOADS_AT_ONCE]:
        loads.append(asyncio.create_task(store.load(talk.id)))
        await gate.arrived.get()
    gate.open.set()
    loads.append(asyncio.create_task(store.load(talks[-1].id)))
    async with asyncio.timeout(10):
        loaded = await asyncio.gather(*loads)
    assert [one.id for one in loaded] == [talk.id for talk in talks]


async def test_who_commits_in_the_moment_when_the_last_batches_end_is_written(store, monkeypatch):
    talks = [await begin(store) for _ in range(BATCHES_AT_ONCE + 1)]
    gate = Gate(monkeypatch, "_write_batch")
    commits = []
    for talk in talks[:BATCHES_AT_ONCE]:
        commits.append(asyncio.create_task(store.commit(turn(talk))))
        await gate.arrived.get()
    gate.open.set()
    commits.append(asyncio.create_task(store.commit(turn(talks[-1]))))
    async with asyncio.timeout(10):
        await asyncio.gather(*commits)
    assert [(await again(store, talk.id)).turn for talk in talks] == [1] * len(talks)
