from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

from bot.errors import SchemaMismatch, StorageUnavailable
from bot.storage import migrations
from bot.storage.migrations import apply, migrate
from bot.storage.ports import HandoffState
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import METADATA

VERSIONS = Path(importlib.import_module("bot.storage.migrations").__path__[0]) / "versions"


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, METADATA)


def partial_indexes(connection: Connection) -> list[str]:
    """`compare_metadata` overlooks what an index covers on SQLite, so the statements are compared as text."""
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return sorted(" ".join(sql.replace('"', "").split()) for (sql,) in rows if "alembic" not in sql)


async def test_the_migrated_schema_is_that_of_the_models(database_url: str) -> None:
    await migrate(database_url)
    store = await open_store(database_url)
    assert await store.read(differences) == []
    assert await store.read(lambda c: set(inspect(c).get_table_names())) == {*METADATA.tables, "alembic_version"}
    await store.check_schema()
    await store.close()


async def test_the_migrated_sqlite_is_word_for_word_that_of_the_models(tmp_path: Path) -> None:
    migrated, made = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    await migrate(migrated)
    statements = []
    for database_url in (migrated, made):
        store = await open_store(database_url)
        if database_url == made:
            await store.run(METADATA.create_all)
        statements.append(await store.read(partial_indexes))
        await store.close()
    assert statements[0] == statements[1]


async def test_down_to_nothing_and_up_again(database_url: str) -> None:
    await migrate(database_url)
    await migrate(database_url, to="base")
    store = await open_store(database_url)
    assert await store.read(lambda c: set(inspect(c).get_table_names())) == {"alembic_version"}
    with pytest.raises(SchemaMismatch, match="doertrin migrate"):
        await store.check_schema()
    await migrate(database_url)
    await store.check_schema()
    assert await store.read(differences) == []
    await store.close()


async def test_a_handoff_of_the_first_schema_is_in_the_queue_of_this_one(database_url: str) -> None:
    await migrate(database_url, to="0001")
    store = await open_store(database_url)
    at = "0" if database_url.startswith("sqlite") else "now()"
    for insert in (
        "INSERT INTO conversation (id, tenant, channel, state, turn, seq, severity, session, created_at, "
        f"last_message_at, last_day) VALUES ('c', 'kolding', 'web', 'bot', 1, 1, 3, '', {at}, {at}, '2026-11-25')",
        "INSERT INTO handoff (id, conversation_id, tenant, reason, severity, state, created_at, updated_at) "
        f"VALUES ('h', 'c', 'kolding', 'suicide_imminent', 3, 'waiting', {at}, {at})",
    ):
        await store.run(lambda c, insert=insert: c.execute(text(insert)))  # type: ignore[misc]
    await migrate(database_url)
    [handoff] = await store.handoffs("kolding", states=[HandoffState.WAITING])
    assert (handoff.id, handoff.severity, handoff.deadline, handoff.shared) == ("h", 3, None, None)
    assert await store.claim_handoff("h", counselor="anne", at=handoff.created_at)
    await store.close()


async def test_migrating_twice_and_by_two_at_once_is_one(database_url: str) -> None:
    await asyncio.gather(migrate(database_url), migrate(database_url))
    await migrate(database_url)
    store = await open_store(database_url)
    await store.check_schema()
    await store.close()


async def test_an_empty_database_is_refused_and_a_newer_one_is_not(database_url: str) -> None:
    store = await open_store(database_url)
    with pytest.raises(SchemaMismatch):
        await store.check_schema()
    await migrate(database_url)
    await store.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    await store.check_schema()  # the next release has migrated; this one goes on until it is replaced
    await store.close()


async def test_a_failing_step_leaves_the_schema_as_it_was(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection, to: str) -> None:
        apply(connection, to)
        MetaData().create_all(connection)
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrations, "apply", half)
    with pytest.raises(RuntimeError):
        await migrate(database_url)
    store: SqlStore = await open_store(database_url)
    assert await store.read(lambda c: inspect(c).get_table_names()) == []
    await store.close()


async def test_a_database_that_is_not_there_is_told() -> None:
    with pytest.raises(StorageUnavailable):
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StorageUnavailable):
        await migrate("sqlite:////no/such/folder/store.db")


def test_steps_are_numbered_in_one_row() -> None:
    names = sorted(file.name for file in VERSIONS.glob("*.py"))
    assert names
    assert [name[:5] for name in names] == [f"{n:04}_" for n in range(1, len(names) + 1)]
