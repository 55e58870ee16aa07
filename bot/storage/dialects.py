"""What differs between SQLite and PostgreSQL, and nothing else: the type of a time, how many rows go in at once, and
how to be the only one at something.

A time is `timestamptz` on PostgreSQL and whole microseconds since 1970 on SQLite, which has no type for it and would
compare texts. Both give back aware values in UTC, and both refuse a naive one.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Final, cast

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Table, event, func, make_url, select
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


class Statement:
    """SQL of the turn path that is run for a row, one text after the other. The row's values stand in it as :1, :2 …

    `often` is for what nearly every turn does: on SQLite all others cost it nothing.
    """

    known: ClassVar[list["Statement"]] = []
    """All there are; made when the modules that hold them are imported."""

    def __init__(self, *texts: str, width: int, often: bool = False) -> None:
        self.texts = texts
        self.width = width
        self.often = often
        self.known.append(self)
        self.number = len(self.known)

    def body(self) -> str:
        """The body of a trigger."""
        return " ".join(_VALUE.sub(r"NEW.c\1", text) + ";" for text in self.texts)

    @cached_property
    def numbered(self) -> list[tuple[str, tuple[int, ...]]]:
        """Each text with its values as $1, $2 …, and which places of the row these are."""
        found = []
        for text in self.texts:
            places = sorted({int(number) for number in _VALUE.findall(text)})
            named = _VALUE.sub(lambda value: f"${places.index(int(value[1])) + 1}", text)  # noqa: B023 - called at once
            found.append((named, tuple(place - 1 for place in places)))
        return found


_VALUE: Final = re.compile(r":(\d+)")


def insert_into(table: Table, suffix: str = "", *, often: bool = False) -> Statement:
    """The INSERT of a row given in the order of the table's columns; `suffix` is an ON CONFLICT clause."""
    names = ", ".join(column.name for column in table.columns)
    width = len(table.columns)
    values = ", ".join(f":{n + 1}" for n in range(width))
    text = f"INSERT INTO {table.name} ({names}) VALUES ({values}) {suffix}"  # noqa: S608 - our own tables
    return Statement(text, width=width, often=often)


Rows = Sequence[tuple[Statement, Sequence[tuple[Any, ...]]]]
"""What to run, in order, each statement once for each of its rows."""


class Sql:
    """How one kind of database is told what a batch of turns changes.

    PostgreSQL takes the rows of a statement by `executemany`, which asyncpg sends in one go. SQLite takes a whole batch
    as one statement: an INSERT into a view that is stored nowhere, whose triggers are the statements. Each statement
    gives the interpreter lock away, and waits up to 5 ms to get it back while the event loop is busy (measured: 83
    turns/s by `executemany`); one is also a transaction by itself, with its one sync of the disk.
    """

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self.stamp: Callable[[datetime], Any] = to_micros if sqlite else aware
        self.unstamp: Callable[[Any], datetime] = from_micros if sqlite else as_given
        self.day: Callable[[datetime], Any] = _day_text if sqlite else _day

    def run(self, connection: Connection, rows: Rows) -> None:
        """Run the statements; on SQLite in a transaction of their own, unless one is open. Raises IntegrityError."""
        if self.sqlite:
            _run_at_once(cast("sqlite3.Connection", connection.connection.driver_connection), rows)
            return
        for statement, each in rows:
            if each:
                for text, places in statement.numbered:
                    connection.exec_driver_sql(text, [tuple([values[place] for place in places]) for values in each])


# SQLite's batch: rows of (number of the statement, its values, filled up with 0)

for _as_it_is in (bytes, type(None)):
    # Without an adapter the driver looks for one at every such value, and makes and drops an exception: 0.8 µs each.
    sqlite3.register_adapter(_as_it_is, lambda value: value)

_AT_ONCE: Final = 1024
"""Rows in one statement at most: SQLite takes some 32,000 values."""


@lru_cache
def _width() -> int:
    return max(statement.width for statement in Statement.known)


def _make_batch(connection: "sqlite3.Connection") -> None:
    """The view and its triggers, for this connection alone. Each row asks every trigger of its view, so those of seldom
    statements stand behind one that hands on.
    """
    names = ["number", *(f"c{n + 1}" for n in range(_width()))]
    for view in ("batch", "seldom"):
        connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {', '.join(f'NULL AS {name}' for name in names)}")
    for statement in Statement.known:
        _make_trigger(
            connection,
            f"batch_{statement.number} INSTEAD OF INSERT ON {'batch' if statement.often else 'seldom'}",
            f"NEW.number = {statement.number}",
            statement.body(),
        )
    often = ", ".join(str(statement.number) for statement in Statement.known if statement.often)
    handed_on = ", ".join(f"NEW.{name}" for name in names)
    _make_trigger(
        connection,
        "batch_seldom INSTEAD OF INSERT ON batch",
        f"NEW.number NOT IN (0, {often})",
        f"INSERT INTO seldom VALUES ({handed_on});",  # noqa: S608 - our own names
    )


def _make_trigger(connection: "sqlite3.Connection", what: str, when: str, body: str) -> None:
    connection.execute(f"CREATE TEMP TRIGGER {what} WHEN {when} BEGIN {body} END")


@lru_cache
def _insert_batch(size: int) -> str:
    row = f"({', '.join('?' * (_width() + 1))})"
    return f"INSERT INTO batch VALUES {', '.join([row] * size)}"  # noqa: S608 - nothing but question marks


def _run_at_once(connection: "sqlite3.Connection", rows: Rows) -> None:
    count = sum(len(each) for _, each in rows)
    if not count:
        return
    try:
        if count <= _AT_ONCE or connection.in_transaction:
            _insert(connection, rows, count)
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            _insert(connection, rows, count)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    except sqlite3.IntegrityError as broken:
        raise IntegrityError(None, None, broken) from broken


def _insert(connection: "sqlite3.Connection", rows: Rows, count: int) -> None:
    """In statements of 1, 2, 4 … rows: few different ones, so that each is parsed once. What is left over is blank."""
    width = _width() + 1
    values: list[Any] = []
    for statement, each in rows:
        head, tail = (statement.number,), (0,) * (width - statement.width - 1)
        for row in each:
            values += head
            values += row
            values += tail
    for first in range(0, count, _AT_ONCE):
        left = min(count - first, _AT_ONCE)
        size = 1 << (left - 1).bit_length()
        some = values[first * width : (first + left) * width]
        some += (0,) * ((size - left) * width)
        connection.execute(_insert_batch(size), some)


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


def alone_with(connection: Connection, what: str) -> None:
    """Wait until nobody else is at it, and let nobody else in until the transaction ends. On SQLite whoever writes is
    alone from the beginning of the transaction.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def prepare_batches(engine: Engine) -> None:
    """Let connections of this engine write batches. Not those that migrate: what a trigger names cannot be altered."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        _make_batch(connection)


def prepare_sqlite(engine: Engine, *, immediate: bool) -> None:
    """Set what every connection of this engine must have, and begin transactions ourselves.

    `immediate` takes the writer's place when a transaction begins, not at its first write, which could then fail.
    Whoever only reads keeps few pages: 2 MiB.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        if not immediate:
            connection.execute("PRAGMA cache_size = -2048")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
