"""What differs between SQLite and PostgreSQL, and nothing else: the type of a time, and how many rows go in at once.

A time is `timestamptz` on PostgreSQL and whole microseconds since 1970 on SQLite, which has no type for it and would
compare texts. Both give back aware values in UTC, and both refuse a naive one.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Table, event
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator, TypeEngine

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
        self._many: dict[tuple[str, int], str] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], suffix: str = "") -> None:
        """Insert rows given in the order of the table's columns; `suffix` is an ON CONFLICT clause."""
        if not rows:
            return
        columns = [column.name for column in table.columns]
        head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608 - names of our own tables
        if not self.sqlite:
            connection.exec_driver_sql(f"{head}({', '.join(f'${n + 1}' for n in range(len(columns)))}) {suffix}", rows)
            return
        one = f"({', '.join('?' * len(columns))})"
        self._in_chunks(connection, f"insert {table.name}", rows, lambda n: f"{head}{', '.join([one] * n)} {suffix}")

    def update(self, connection: Connection, name: str, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run an UPDATE per row. `statement` writes the row's values as :1, :2 …, on SQLite read from a table `v`."""
        if not rows:
            return
        width = len(rows[0])
        if not self.sqlite:
            connection.exec_driver_sql(_numbered(statement, width, "${}"), rows)
            return
        head, _, condition = _numbered(statement, width, "v.column{}").partition(" WHERE ")
        one = f"({', '.join('?' * width)})"
        self._in_chunks(
            connection,
            f"update {name}",
            rows,
            lambda n: f"{head} FROM (VALUES {', '.join([one] * n)}) AS v WHERE {condition}",
        )

    def _in_chunks(
        self, connection: Connection, name: str, rows: Sequence[tuple[Any, ...]], make: Callable[[int], str]
    ) -> None:
        """Chunks of 128, 64, 32 … rows: few different statements, so that each is parsed once."""
        start, left = 0, len(rows)
        while left:
            size = min(1 << (left.bit_length() - 1), _LARGEST_CHUNK)
            text = self._many.get((name, size))
            if text is None:
                text = self._many[name, size] = make(size)
            values = tuple(value for row in rows[start : start + size] for value in row)
            connection.exec_driver_sql(text, values)
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
