"""What differs between SQLite and PostgreSQL, and nothing else: the type of a time, and how many rows go in at once.

A time is `timestamptz` on PostgreSQL and whole microseconds since 1970 on SQLite, which has no type for it and would
compare texts. Both give back aware values in UTC, and both refuse a naive one.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Table, event, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import SettingsError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose the last commits when the power goes
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -16384",  # KiB
    "PRAGMA wal_autocheckpoint = 4000",  # pages; more often copies the same hot pages again and again
    "PRAGMA journal_size_limit = 67108864",
)


def read_url(url: str) -> URL:
    """The address of a database. Raises SettingsError, which does not repeat the address: it may hold a password."""
    form = "write sqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(f"DOERTRIN_DATABASE_URL: that is no database URL; {form}") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(f"DOERTRIN_DATABASE_URL: that is another kind of database; {form}")
    return parsed


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970. Raises ValueError on a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone")
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time."""
    return _EPOCH + timedelta(microseconds=micros)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on every database. Raises ValueError on a naive one."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without time zone")
        return to_micros(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return from_micros(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Sql:
    """The statements of the turn path for one kind of database, compiled once.

    PostgreSQL takes the rows of a table by `executemany`, which asyncpg sends in one go. SQLite takes them as a few
    statements of many rows: `executemany` there gives the interpreter lock away at every row, and waits up to 5 ms to
    get it back while the event loop is busy (measured: 83 turns/s instead of 3,700).
    """

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self.stamp: Callable[[datetime], Any] = to_micros if sqlite else aware
        self.unstamp: Callable[[Any], datetime] = from_micros if sqlite else as_given
        self.day: Callable[[datetime], Any] = _day_text if sqlite else _day
        self._texts: dict[tuple[str, str], str] = {}
        self._chunks: dict[tuple[str, int], str] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], suffix: str = "") -> None:
        """Insert rows given in the order of the table's columns; `suffix` is an ON CONFLICT clause."""
        if not rows:
            return
        text = self._texts.get((table.name, suffix))
        if text is None:
            names = ", ".join(column.name for column in table.columns)
            values = _numbered(", ".join(f":{n + 1}" for n in range(len(table.columns))), len(table.columns), "${}")
            places = "{}" if self.sqlite else f"({values})"
            text = f"INSERT INTO {table.name} ({names}) VALUES {places} {suffix}"  # noqa: S608 - our own tables
            self._texts[table.name, suffix] = text
        self._run(connection, text, rows)

    def update(self, connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run an UPDATE per row. `statement` writes the row's values as :1, :2 …, on SQLite read from a table `v`."""
        if not rows:
            return
        text = self._texts.get((statement, ""))
        if text is None:
            width = len(rows[0])
            text = _numbered(statement, width, "v.column{}" if self.sqlite else "${}")
            if self.sqlite:
                text = text.replace(" WHERE ", " FROM (VALUES {}) AS v WHERE ", 1)
            self._texts[statement, ""] = text
        self._run(connection, text, rows)

    def _run(self, connection: Connection, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if not self.sqlite:
            connection.exec_driver_sql(text, rows)
            return
        # In chunks of 128, 64, 32 … rows: few different statements, so that each is parsed once. Straight to the
        # driver: SQLAlchemy's own work of some 20 µs a statement is what a lone citizen's turn would mostly consist of.
        execute = cast("sqlite3.Connection", connection.connection.driver_connection).execute
        start, left = 0, len(rows)
        while left:
            size = min(1 << (left.bit_length() - 1), _LARGEST_CHUNK)
            chunk = self._chunks.get((text, size))
            if chunk is None:
                one = f"({', '.join('?' * len(rows[0]))})"
                chunk = self._chunks[text, size] = text.format(", ".join([one] * size))
            try:
                execute(chunk, [value for row in rows[start : start + size] for value in row])
            except sqlite3.IntegrityError as broken:
                raise IntegrityError(None, None, broken) from broken
            start, left = start + size, left - size


_LARGEST_CHUNK: Final = 128


def aware(moment: datetime) -> datetime:
    """The time itself. Raises ValueError on a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone")
    return moment


def as_given(value: Any) -> Any:
    """The value itself: PostgreSQL knows what a time is."""
    return value


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _day_text(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _numbered(statement: str, width: int, form: str) -> str:
    for n in range(width, 0, -1):
        statement = statement.replace(f":{n}", form.format(n))
    return statement


def prepare_sqlite(engine: Engine, *, immediate: bool) -> None:
    """Set what every connection of this engine must have, and begin transactions ourselves.

    `immediate` takes the writer's place when a transaction begins, not at its first write, which could then fail.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
