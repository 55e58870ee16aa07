"""A crash of the process shows nothing about a crash of the machine: so look at how commits reach the disk."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.migrations import migrate
from bot.storage.sqlite import SqliteRunner
from bot.storage.store import SqlStore, open_store
from tests.contracts.talk import again, begin, turn
from tests.reliability.conftest import SOAK
from tests.support.postgres import Databases

COMMITS = 100
SYNCED_COMMITS = """
import asyncio, sys
from bot.storage.store import open_store
from tests.contracts.talk import again, begin, turn

async def main():
    store = await open_store(sys.argv[1])
    talk = await begin(store)
    for _ in range(int(sys.argv[2])):
        await store.commit(turn(await again(store, talk.id)))
    await store.close()

asyncio.run(main())
"""


async def test_every_writing_connection_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the connection that commits, at the moment it commits; also on the one made anew after a failure."""
    await migrate(f"sqlite:///{tmp_path}/d.db")
    store = await open_store(f"sqlite:///{tmp_path}/d.db")
    seen: list[tuple[str, int]] = []
    write = SqliteRunner._write_group

    def looked_at(self: SqliteRunner, connection: object, group: list[object]) -> bool:
        driver = connection.connection.driver_connection  # type: ignore[attr-defined]
        values = [driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        seen.append((values[0], values[1]))
        healthy = write(self, connection, group)  # type: ignore[arg-type]
        return healthy and len(seen) % 3 != 0  # every third connection is given up

    monkeypatch.setattr(SqliteRunner, "_write_group", looked_at)
    talk = await begin(store)
    for _ in range(8):
        await store.commit(turn(await again(store, talk.id)))
    await store.close()
    assert len(seen) >= 9
    assert set(seen) == {("wal", 2)}  # 2 is FULL


@pytest.mark.postgres
async def test_a_commit_on_postgres_waits_for_the_disk_whatever_the_servers_default(
    postgres_url: str, postgres_databases: Databases
) -> None:
    await migrate(postgres_url)
    name = postgres_url.rsplit("/", 1)[1]
    postgres_databases.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    store: SqlStore = await open_store(postgres_url)
    assert await store.run(lambda c: c.execute(text("SHOW synchronous_commit")).scalar()) == "on"
    assert await store.run(lambda c: c.execute(text("SHOW idle_in_transaction_session_timeout")).scalar()) == "10s"
    await store.close()


if SOAK:  # it needs strace

    async def test_each_commit_is_one_sync_of_the_disk(tmp_path: Path, figures: Callable[[str], None]) -> None:
        assert shutil.which("strace"), "install strace"
        url = f"sqlite:///{tmp_path}/d.db"
        await migrate(url)
        done = subprocess.run(  # noqa: ASYNC221 - nothing else is going on
            [
                "strace",
                "-f",
                "-c",
                "-e",
                "trace=fdatasync,fsync",
                sys.executable,
                "-c",
                SYNCED_COMMITS,
                url,
                str(COMMITS),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        calls = sum(
            int(count) for count in re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*sync$", done.stderr, re.M)
        )
        figures(f"strace: {COMMITS} commits one after another, {calls} syncs of the disk")
        assert calls >= COMMITS, done.stderr
