"""The runner for PostgreSQL: SQLAlchemy on asyncpg, READ COMMITTED; turns are gathered into batches here too.

Loading is gathered too: whoever asks while a query is under way shares the next one.

While a batch is being committed the next one collects, so load makes batches larger, not waiting times longer. Two are
under way at most, never with the same conversation. Several replicas may do so at once: rows are taken in the order of
conversation ids, and who comes second breaks the primary key of `turn` (batches.py).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Pool, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StorageUnavailable, TurnTaken
from bot.storage.batches import LARGEST, in_trouble, lost, write_alone, write_together
from bot.storage.dialects import Sql
from bot.storage.ports import TurnWrite

T = TypeVar("T")
_Waiting = tuple[TurnWrite, "asyncio.Future[None]"]
BATCHES_AT_ONCE = 2
LOADS_AT_ONCE = 2
CONNECTIONS = 10
CONNECT_SECONDS = 5
COMMAND_SECONDS = 30
IDLE_SECONDS = 10
"""A transaction in which nothing is asked for so long is ended by the server."""
_SESSION = (
    f"SELECT set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', false), "
    "set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), false)"
)


class PostgresRunner:
    """Make it inside a running event loop; every method belongs to that loop."""

    def __init__(self, url: URL) -> None:
        self.sql = Sql(sqlite=False)
        self.in_memory = False
        self._engine = postgres_engine(url)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")  # no BEGIN and COMMIT around
        self._waiting: deque[_Waiting] = deque()
        self._under_way: set[str] = set()
        self._batches: set[asyncio.Task[None]] = set()
        self._wanted: dict[str, asyncio.Future[Any]] = {}
        self._loads: set[asyncio.Task[None]] = set()
        self._closed = False

    async def commit(self, write: TurnWrite) -> None:
        """Raises as `TurnStore.commit`."""
        if write.alone:
            sql = self.sql
            await self.write(lambda connection: write_alone(connection, sql, write))
            return
        if self._closed:
            raise StorageUnavailable
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, future))
        if len(self._batches) < BATCHES_AT_ONCE:
            self._batches.add(asyncio.create_task(self._work_off()))
        await future

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own."""
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)
        except (SQLAlchemyError, OSError, TimeoutError) as broken:
            raise _translated(broken) from broken

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own."""
        return await self.write(work)

    async def fetch(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """The rows of one short SELECT (`?` for values), as the driver gives them."""
        for n in range(len(values)):
            statement = statement.replace("?", f"${n + 1}", 1)
        try:
            async with self._reading.connect() as connection:
                return list(await connection.exec_driver_sql(statement, tuple(values)))
        except (SQLAlchemyError, OSError, TimeoutError) as broken:
            raise _translated(broken) from broken

    async def row(self, select: str, conversation: str) -> Any | None:
        """The row that `select` (ending in WHERE) gives for a conversation, as the driver gives it."""
        future = self._wanted.get(conversation)
        if future is None:
            future = self._wanted[conversation] = asyncio.get_running_loop().create_future()
            if len(self._loads) < LOADS_AT_ONCE:
                self._loads.add(asyncio.create_task(self._load(select)))
        return await asyncio.shield(future)

    async def _load(self, select: str) -> None:
        with _until_idle(self._loads):
            while self._wanted:
                wanted, self._wanted = self._wanted, {}
                await self._load_these(select, wanted)

    async def _load_these(self, select: str, wanted: Mapping[str, asyncio.Future[Any]]) -> None:
        failure: BaseException | None = None
        rows: dict[str, Any] = {}
        try:
            async with self._reading.connect() as connection:
                found = await connection.exec_driver_sql(f"{select} c.id = ANY($1)", (list(wanted),))
                rows = {row[0]: row for row in found}
        except Exception as broken:  # everybody who asked is told
            failure = _translated(broken)
        for name, future in wanted.items():
            if future.done():
                continue
            if failure is None:
                future.set_result(rows.get(name))
            else:
                future.set_exception(failure)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator["PostgresAlone"]:
        """A transaction on a connection of its own."""
        try:
            async with self._engine.begin() as connection:
                yield PostgresAlone(connection, self.sql)
        except (SQLAlchemyError, OSError, TimeoutError) as broken:
            raise _translated(broken) from broken

    async def purge_log(self) -> bool:
        """Nothing to do: PostgreSQL's log is archived no longer than backups are kept (docs/operate)."""
        return True

    async def close(self) -> None:
        """Write what is queued, then stop."""
        self._closed = True
        while self._batches or self._loads:
            await asyncio.wait([*self._batches, *self._loads])
        await self._engine.dispose()

    async def _work_off(self) -> None:
        with _until_idle(self._batches):
            while batch := self._take():
                names = {write.conversation for write, _ in batch}
                self._under_way |= names
                try:
                    await self._write_batch(batch)
                finally:
                    self._under_way -= names

    def _take(self) -> list[_Waiting]:
        """The next batch: one turn a conversation, none that is being written."""
        batch: list[_Waiting] = []
        taken = set(self._under_way)
        later: list[_Waiting] = []
        while self._waiting and len(batch) < LARGEST:
            item = self._waiting.popleft()
            name = item[0].conversation
            if item[1].done():
                continue  # cancelled before it was begun: nobody waits for it
            if name in taken:
                later.append(item)
            else:
                taken.add(name)
                batch.append(item)
        self._waiting.extendleft(reversed(later))
        return batch

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        sql, writes = self.sql, [write for write, _ in batch]
        try:
            try:
                async with self._engine.begin() as connection:
                    await connection.run_sync(write_together, sql, writes)
                failures: list[BaseException | None] = [None] * len(batch)
            except Exception as broken:
                if in_trouble(broken) and not (isinstance(broken, DBAPIError) and lost(broken)):
                    raise
                async with self._engine.begin() as connection:
                    failures = await connection.run_sync(_each_alone, sql, writes)
        except Exception as failed:  # everybody in the batch is told
            translated = _translated(failed)
            if translated is not failed:
                translated.__cause__ = failed
            failures = [translated] * len(batch)
        except BaseException:
            failures = [StorageUnavailable() for _ in batch]
            raise
        finally:
            for (_, future), failure in zip(batch, failures, strict=True):
                if future.done():
                    continue
                if failure is None:
                    future.set_result(None)
                else:
                    future.set_exception(failure)


class PostgresAlone:
    """The steps of one interactive transaction."""

    def __init__(self, connection: AsyncConnection, sql: Sql) -> None:
        self._connection = connection
        self._sql = sql

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in it, under a savepoint."""

        def nested(connection: Connection) -> T:
            with connection.begin_nested():
                return work(connection)

        return await self._connection.run_sync(nested)

    async def commit(self, write: TurnWrite) -> None:
        """Add the turn. Raises as `TurnStore.commit`; the transaction can go on after that."""
        await self._connection.run_sync(write_alone, self._sql, write)


def postgres_engine(url: URL, *, poolclass: type[Pool] | None = None) -> AsyncEngine:
    """An engine whose waits all have an end; a pool of our size, or another kind of pool."""
    pool: dict[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": CONNECT_SECONDS}
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        isolation_level="READ COMMITTED",
        connect_args={"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS},
        hide_parameters=True,
        **(pool if poolclass is None else {"poolclass": poolclass}),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        """A commit that came back is on the disk, whatever the server's default; and a replica that is frozen or cut
        off in the middle of a transaction does not keep its locks: the other replicas wait for them.
        """
        cursor = connection.cursor()
        cursor.execute(_SESSION)
        cursor.close()
        connection.commit()

    return engine


@contextmanager
def _until_idle(workers: set[asyncio.Task[None]]) -> Iterator[None]:
    """Count the task among the workers until it finds nothing more to do. It leaves in that very step: a done callback
    comes later, and whoever puts work down in between would count on a worker that no longer looks.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - for the type checker: a worker always runs in a task
    try:
        yield
    finally:
        workers.discard(task)


def _each_alone(connection: Connection, sql: Sql, writes: Sequence[TurnWrite]) -> list[BaseException | None]:
    """Each under its savepoint; what failed, in the same order. In the batch's order of locks."""
    failures: dict[str, BaseException] = {}
    for write in sorted(writes, key=lambda w: w.conversation):
        try:
            write_alone(connection, sql, write)
        except Exception as broken:  # handed to whoever wanted the turn
            if in_trouble(broken):
                raise
            failures[write.conversation] = broken
    return [failures.get(write.conversation) for write in writes]


def _translated(broken: Exception) -> Exception:
    """A broken constraint is the caller's to understand, a lost race a TurnTaken, all else a database in trouble."""
    if isinstance(broken, DBAPIError) and lost(broken) and not isinstance(broken, IntegrityError):
        return TurnTaken()
    return StorageUnavailable() if in_trouble(broken) else broken
