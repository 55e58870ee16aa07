"""The schema's history: `await migrate(url)` brings a database up to date; `check` refuses an older one.

Each step is safe for the previous release, since replicas are replaced one at a time: it adds, it does not take away
what the release before still uses.
"""

import asyncio
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import SchemaMismatch, StorageUnavailable
from bot.storage.dialects import prepare_sqlite

_LOCK = 0x0D0E27121  # any number, the same in every replica
_FOLDER = Path(__file__).parent


async def migrate(url: str, *, to: str = "head") -> None:
    """Bring the database to a revision: `head`, or `base` for empty. Raises StorageUnavailable."""
    parsed = make_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_migrate_sqlite, parsed, to)
        else:
            await _migrate_postgres(parsed, to)
    except (SQLAlchemyError, OSError) as broken:
        raise StorageUnavailable from broken


def check(connection: Connection) -> None:
    """Raises SchemaMismatch if a step of ours is missing. More is fine: the next release has migrated already."""
    now = MigrationContext.configure(connection).get_current_revision()
    known = [script.revision for script in _scripts().walk_revisions()]
    if now is None or (now in known and now != known[0]):
        raise SchemaMismatch


def apply(connection: Connection, to: str = "head") -> None:
    """Bring the database of this connection to a revision, in its transaction."""
    config = _config()
    config.attributes["connection"] = connection
    if to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _migrate_sqlite(url: URL, to: str) -> None:
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool)
    prepare_sqlite(engine, immediate=True)
    try:
        with engine.begin() as connection:
            apply(connection, to)
    finally:
        engine.dispose()


async def _migrate_postgres(url: URL, to: str) -> None:
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(apply, to)
    finally:
        await engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> Any:
    return ScriptDirectory.from_config(_config())
