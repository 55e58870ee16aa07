from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import SettingsError, StorageUnavailable
from bot.storage import dialects
from bot.storage import sqlite as runner
from bot.storage.migrations import migrate
from bot.storage.ports import State
from bot.storage.store import SqlStore, open_store
from tests.contracts.talk import again, begin, turn
from tests.support.postgres import PostgresServer


async def opened(tmp_path: Path) -> SqlStore:
    url = f"sqlite:///{tmp_path}/store.db"
    await migrate(url)
    return await open_store(url)


async def pragma(store: SqlStore, words: str) -> Any:
    """On the writer's own connection."""
    return await store.run(lambda c: c.execute(text(f"PRAGMA {words}")).scalar())


async def test_a_full_disk_loses_nothing_acknowledged_and_heals_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(tmp_path)
    talks = [await begin(store) for _ in range(20)]
    pages = await pragma(store, "page_count")
    full = f"max_page_count = {pages + 20}"  # for this connection, and for each that is made anew
    monkeypatch.setattr(dialects, "SQLITE_PRAGMAS", (*dialects.SQLITE_PRAGMAS, f"PRAGMA {full}"))
    await pragma(store, full)
    acked: dict[str, int] = {talk.id: 0 for talk in talks}
    refused = 0
    for _ in range(12):
        for talk in (await store.load_many([talk.id for talk in talks])).values():
            try:
                await store.commit(turn(talk, session=b"x" * 3000, says=3))
                acked[talk.id] = talk.turn + 1
            except StorageUnavailable:
                refused += 1
    assert refused > 20
    assert sum(acked.values()) > 0
    for name, number in acked.items():
        loaded = await again(store, name)
        assert (loaded.turn, loaded.seq) == (number, number * 4)
        assert [m.seq for m in await store.messages(name)] == list(range(1, number * 4 + 1))
    assert await pragma(store, "integrity_check") == "ok"
    monkeypatch.undo()
    await pragma(store, "max_page_count = 1000000")
    loaded = [await again(store, talk.id) for talk in talks]
    assert await asyncio.gather(*(store.commit(turn(talk)) for talk in loaded)) == [None] * 20
    await store.close()


async def test_a_failed_sync_fails_the_whole_group_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(tmp_path)
    talks = [await begin(store) for _ in range(10)]
    real = runner.write_group

    def broken(*arguments: Any) -> Any:
        real(*arguments)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(runner, "write_group", broken)
    outcomes = await asyncio.gather(*(store.commit(turn(talk)) for talk in talks), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StorageUnavailable}
    monkeypatch.setattr(runner, "write_group", real)
    for talk in talks:
        loaded = await again(store, talk.id)
        await store.commit(turn(loaded, inbound="after"))
    await store.close()


async def test_every_connection_has_what_durability_needs(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "temp_store": 2,
        "busy_timeout": 5000,
    }
    assert {name: await pragma(store, name) for name in wanted} == wanted
    await store.close()
    again_ = await open_store(f"sqlite:///{tmp_path}/store.db")
    assert await pragma(again_, "synchronous") == 2
    await again_.close()


async def test_a_group_is_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await opened(tmp_path)
    talks = [await begin(store) for _ in range(60)]
    sizes: list[int] = []
    real = runner.write_group

    def counted(connection: Any, sql: Any, group: list[Any]) -> Any:
        sizes.append(len(group))
        return real(connection, sql, group)

    monkeypatch.setattr(runner, "write_group", counted)
    await asyncio.gather(*(store.commit(turn(talk)) for talk in talks))
    assert sum(sizes) == 60
    assert len(sizes) < 12
    await store.close()


async def test_closing_stores_what_was_begun_and_refuses_the_rest(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    talks = [await begin(store) for _ in range(30)]
    pending = [asyncio.ensure_future(store.commit(turn(talk))) for talk in talks]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*pending) == [None] * 30
    with pytest.raises(StorageUnavailable):
        await store.commit(turn(talks[0]))
    await store.close()
    fresh = await open_store(f"sqlite:///{tmp_path}/store.db")
    assert [(await again(fresh, talk.id)).turn for talk in talks] == [1] * 30
    await fresh.close()


async def test_a_forgotten_transaction_is_rolled_back_and_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "ALONE_SECONDS", 0.2)
    store = await opened(tmp_path)
    talk, other = await begin(store), await begin(store)

    async def forget() -> None:
        async with store.alone() as alone:
            await alone.commit(turn(talk))
            await asyncio.sleep(0.6)

    with pytest.raises(StorageUnavailable):
        await forget()
    await store.commit(turn(other))
    assert (await again(store, talk.id)).turn == 0
    await store.close()


async def test_a_cancelled_waiter_harms_nobody(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    talks = [await begin(store) for _ in range(10)]
    tasks = [asyncio.create_task(store.commit(turn(talk))) for talk in talks]
    await asyncio.sleep(0)
    tasks[3].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await again(store, talks[9].id)).state is State.BOT
    assert (await again(store, talks[9].id)).turn == 1
    await store.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "nothing", "", "://"])
async def test_another_kind_of_database_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError):
        await open_store(url)


async def test_a_folder_that_is_not_there_is_told() -> None:
    store = await open_store("sqlite:////no/such/folder/store.db")
    with pytest.raises(StorageUnavailable):
        await store.ping()
    with pytest.raises(StorageUnavailable):
        await begin(store)
    await store.close()


@pytest.mark.postgres
async def test_postgres_restarts_and_nothing_acknowledged_is_lost(
    postgres_server: Callable[[], PostgresServer],
) -> None:
    server = postgres_server()
    url = server.databases.create()
    await migrate(url)
    store = await open_store(url)
    talks = [await begin(store) for _ in range(10)]
    acked = {talk.id: 0 for talk in talks}
    stop = asyncio.Event()

    async def client(name: str) -> None:
        while not stop.is_set():
            try:
                loaded = await again(store, name)
                await store.commit(turn(loaded, inbound=f"t{loaded.turn + 1}"))
                acked[name] = loaded.turn + 1
            except StorageUnavailable:
                await asyncio.sleep(0.05)

    clients = [asyncio.create_task(client(talk.id)) for talk in talks]
    await asyncio.sleep(0.5)
    for _ in range(2):
        await asyncio.to_thread(server.stop, "immediate")
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.start)
        before = sum(acked.values())
        for _ in range(100):
            await asyncio.sleep(0.1)
            if sum(acked.values()) > before + 20:
                break
        assert sum(acked.values()) > before + 20  # the pool healed
    stop.set()
    await asyncio.gather(*clients)
    for name, number in acked.items():
        loaded = await again(store, name)
        assert loaded.turn >= number
        assert [m.seq for m in await store.messages(name, limit=100000)] == list(range(1, loaded.turn * 2 + 1))
    await store.close()
