"""The schema's history: `await migrate(url)` brings a database up to date; `check` refuses an older one.

Each step is safe for the previous release, since replicas are replaced one at a time: it adds, it does not take away
what the release before still uses.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import SchemaMismatch, StorageUnavailable
from bot.storage.dialects import prepare_sqlite, read_url

_LOCK = 0x0D0E27121  # any number, the same in every replica
_FOLDER = Path(__file__).parent


async def migrate(url: str, *, to: str = "head") -> None:
    """Bring the database to a revision: `head`, or `base` for empty. Raises SettingsError, StorageUnavailable."""
    parsed = read_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_migrate_sqlite, parsed, to)
        else:
            await _migrate_postgres(parsed, to)
    except (SQLAlchemyError, OSError) as broken:
        raise StorageUnavailable(
            f"DOERTRIN_DATABASE_URL: {parsed.render_as_string(hide_password=True)} cannot be opened or brought to this "
            f"release ({_kind(broken)}). Check that it runs, its path or name, the password, and the room on the disk."
        ) from broken


def _kind(broken: BaseException) -> str:
    """The type of the first cause: a driver's words may quote a password or a row."""
    while broken.__cause__ is not None:
        broken = broken.__cause__
    return type(broken).__name__


def check(connection: Connection) -> None:
    """Raises SchemaMismatch if a step of ours is missing. More is fine: the next release has migrated already."""
    now = MigrationContext.configure(connection).get_current_revision()
    known = _known()
    if now is None or (now in known and now != known[0]):
        raise SchemaMismatch


def apply(connection: Connection, to: str = "head") -> None:
    """Bring the database of this connection to a revision, in its transaction. What a newer release has migrated stays
    as it is: a replica of ours may be started again meanwhile.
    """
    now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now not in _known():
        return
    config = _config()
    config.attributes["connection"] = connection
    if to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _migrate_sqlite(url: URL, to: str) -> None:
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, hide_parameters=True)
    prepare_sqlite(engine, immediate=True)
    try:
        with engine.begin() as connection:
            apply(connection, to)
    finally:
        engine.dispose()


async def _migrate_postgres(url: URL, to: str) -> None:
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool, hide_parameters=True)
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


def _known() -> list[str]:
    """The revisions of this release, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
