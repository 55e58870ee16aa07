"""The runner for SQLite: one thread owns the only writing connection and commits for everybody at once.

* Whatever waits in the queue becomes one transaction and one fsync: turns as a batch, other work each under a
  savepoint. Nobody is told anything before that commit came back.
* The thread is handed what one pass of the event loop brought, several at once: given the first turn by itself it would
  begin with that one, and commit groups of three where it could have thirty.
* The event loop hears of a whole group by one `call_soon_threadsafe`.
* Reading one conversation by its key takes some 10 µs, less than handing it to a thread: it is done in place, on a
  connection of the event loop's own. Anything longer is read in a second thread, on a connection that is kept, for to
  open one takes longer than most reads. A database in memory has one connection, so there the writer reads too.
* A failed write or fsync fails all that was in the group; nothing was acknowledged. The connection is made anew, since
  after a failed fsync SQLite's view of its own file is not to be trusted.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, NullPool, Pool, QueuePool, StaticPool, create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageUnavailable
from bot.storage.batches import LARGEST
from bot.storage.dialects import Sql, prepare_batches, prepare_sqlite
from bot.storage.groups import Outcome, Work, choose, run_one, tell, unavailable, undo, write_group
from bot.storage.ports import TurnWrite

T = TypeVar("T")
ALONE_SECONDS = 5.0
"""An interactive transaction that asks nothing for so long is rolled back: everybody waits for it."""
CACHED_STATEMENTS = 512
HANDED_OVER = 64
"""As many are handed over before the pass ends: the thread writes them while the event loop computes the next."""


class _Conversing:
    """An interactive transaction: its steps come by a queue of their own; None ends it."""

    def __init__(self) -> None:
        self.steps: queue.SimpleQueue[Work | None] = queue.SimpleQueue()


class _Maintenance:
    """Work outside any transaction."""

    def __init__(self, future: "asyncio.Future[Any]", run: Callable[[Any], Any]) -> None:
        self.future = future
        self.run = run


class SqliteRunner:
    """Make it inside a running event loop; every method belongs to that loop."""

    def __init__(self, url: URL) -> None:
        self.sql = Sql(sqlite=True)
        self.in_memory = url.database in {None, "", ":memory:"}
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Work | _Conversing | _Maintenance | None] = queue.SimpleQueue()
        self._fresh: list[Work | _Conversing | _Maintenance] = []
        self._engine = _engine(url, pool=StaticPool if self.in_memory else NullPool, immediate=True)
        self._reading = self._engine if self.in_memory else _engine(url, pool=QueuePool, immediate=False)
        self._inline: sqlite3.Connection | None = None
        self._database = url.database or ":memory:"
        self._readers = ThreadPoolExecutor(1, "sqlite-reader")
        self._thread = threading.Thread(target=self._write_forever, name="sqlite-writer", daemon=True)
        self._thread.start()
        self._closed = False

    async def commit(self, write: TurnWrite) -> None:
        """Raises as `TurnStore.commit`."""
        future = self._loop.create_future()
        self._put(Work(future, write=write))
        await future

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that it may share with others; its failure undoes only its own part."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._put(Work(future, run=work))
        return await future

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a snapshot."""
        if self.in_memory:
            return await self.write(work)
        return await self._loop.run_in_executor(self._readers, self._read, work)

    async def fetch(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """The rows of one short SELECT, as the driver gives them."""
        if self.in_memory:
            return await self.write(lambda connection: list(connection.exec_driver_sql(statement, tuple(values))))
        try:
            return self._inline_connection().execute(statement, values).fetchall()
        except sqlite3.Error as broken:
            raise StorageUnavailable from broken

    async def row(self, select: str, conversation: str) -> Any | None:
        """The row that `select` (ending in WHERE) gives for a conversation, as the driver gives it."""
        rows = await self.fetch(f"{select} c.id = ?", (conversation,))
        return rows[0] if rows else None

    @asynccontextmanager
    async def alone(self) -> AsyncIterator["SqliteAlone"]:
        """The writer's thread is this transaction's until the block ends."""
        conversing = _Conversing()
        self._put(conversing)
        alone = SqliteAlone(self._loop, conversing)
        try:
            yield alone
        except BaseException:
            conversing.steps.put(None)
            raise
        await alone.end()

    async def purge_log(self) -> bool:
        """Empty the write-ahead log, where deleted bytes would stay; false if a reader was in the way."""
        if self.in_memory:
            return True
        future: asyncio.Future[bool] = self._loop.create_future()
        self._put(_Maintenance(future, _truncate_log))
        return await future

    async def close(self) -> None:
        """Write what is queued, then stop."""
        if self._closed:
            return
        self._closed = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        if self._inline is not None:
            self._inline.close()
        self._reading.dispose()
        self._engine.dispose()

    def _put(self, job: Work | _Conversing | _Maintenance) -> None:
        if self._closed:
            raise StorageUnavailable
        if not self._fresh:
            self._loop.call_soon(self._hand_over)
        self._fresh.append(job)
        if len(self._fresh) == HANDED_OVER:
            self._hand_over()

    def _hand_over(self) -> None:
        for job in self._fresh:
            self._queue.put(job)
        self._fresh.clear()

    def _inline_connection(self) -> sqlite3.Connection:
        if self._inline is None:
            connection = sqlite3.connect(self._database, isolation_level=None)
            for pragma in ("busy_timeout = 250", "trusted_schema = OFF", "query_only = ON", "cache_size = -8192"):
                connection.execute(f"PRAGMA {pragma}")
            self._inline = connection
        return self._inline

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return work(connection)
        except SQLAlchemyError as broken:
            self._reading.dispose()
            raise StorageUnavailable from broken

    # From here on: the writer's thread.

    def _write_forever(self) -> None:
        connection: Connection | None = None
        waiting: list[Work] = []
        ends = False
        while not (ends and not waiting):
            special: _Conversing | _Maintenance | None = None
            if not waiting:
                job = self._queue.get()
                if isinstance(job, Work):
                    waiting.append(job)
                else:
                    special, ends = job, ends or job is None
            while special is None and len(waiting) < LARGEST:
                try:
                    job = self._queue.get_nowait()
                except queue.Empty:
                    break
                if isinstance(job, Work):
                    waiting.append(job)
                else:
                    special, ends = job, ends or job is None
            try:
                connection = connection or self._engine.connect()
            except SQLAlchemyError as broken:
                self._fail(waiting, special, broken)
                waiting = []
                continue
            group, waiting = choose(waiting)
            healthy = self._write_group(connection, group)
            if isinstance(special, _Conversing):
                healthy = self._converse(connection, special) and healthy
            elif special is not None:
                healthy = self._maintain(connection, special) and healthy
            if not healthy and not self.in_memory:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _write_group(self, connection: Connection, group: list[Work]) -> bool:
        if not group:
            return True
        try:
            outcomes = write_group(connection, self.sql, group)
        except Exception as broken:  # whatever it is, this thread goes on, and everybody is told
            undo(connection)
            failure = unavailable(broken)
            self._settle([(work.future, None, failure) for work in group])
            return False
        self._settle(outcomes)
        return True

    def _converse(self, connection: Connection, conversing: _Conversing) -> bool:
        future: asyncio.Future[Any] | None = None
        try:
            connection.begin()
            deadline = time.monotonic() + ALONE_SECONDS
            while True:
                work = conversing.steps.get(timeout=max(0.0, deadline - time.monotonic()))
                if work is None:
                    connection.rollback()
                    return True
                future = work.future
                if work.write is None and work.run is None:
                    connection.commit()
                    self._settle([(future, None, None)])
                    return True
                self._settle([run_one(connection, self.sql, work)])
                future = None
        except queue.Empty:
            undo(connection)
            threading.Thread(target=self._refuse_rest, args=(conversing,), daemon=True).start()
            return True
        except Exception as broken:  # whatever it is, this thread goes on
            undo(connection)
            if future is not None:
                self._settle([(future, None, unavailable(broken))])
            threading.Thread(target=self._refuse_rest, args=(conversing,), daemon=True).start()
            return False

    def _refuse_rest(self, conversing: _Conversing) -> None:
        """Whoever still asks an ended transaction gets an error, not silence."""
        while True:
            step = conversing.steps.get()
            if step is None:
                return
            self._settle([(step.future, None, StorageUnavailable())])
            if step.write is None and step.run is None:
                return

    def _maintain(self, connection: Connection, job: _Maintenance) -> bool:
        try:
            done = job.run(connection.connection.driver_connection)
        except Exception as broken:  # whatever it is, this thread goes on
            self._settle([(job.future, None, unavailable(broken))])
            return False
        self._settle([(job.future, done, None)])
        return True

    def _fail(self, waiting: list[Work], special: _Conversing | _Maintenance | None, broken: BaseException) -> None:
        failure = unavailable(broken)
        futures = [work.future for work in waiting]
        if isinstance(special, _Maintenance):
            futures.append(special.future)
        elif isinstance(special, _Conversing):
            threading.Thread(target=self._refuse_rest, args=(special,), daemon=True).start()
        self._settle([(future, None, failure) for future in futures])

    def _settle(self, outcomes: list[Outcome]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(tell, outcomes)


class SqliteAlone:
    """The steps of one interactive transaction."""

    def __init__(self, loop: asyncio.AbstractEventLoop, conversing: _Conversing) -> None:
        self._loop = loop
        self._conversing = conversing

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in it."""
        return cast("T", await self._ask(run=work))

    async def commit(self, write: TurnWrite) -> None:
        """Add the turn. Raises as `TurnStore.commit`; the transaction can go on after that."""
        await self._ask(write=write)

    async def end(self) -> None:
        """Commit, durably."""
        await self._ask()

    async def _ask(self, *, write: TurnWrite | None = None, run: Callable[[Connection], Any] | None = None) -> Any:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._conversing.steps.put(Work(future, write=write, run=run))
        return await future


def _engine(url: URL, *, pool: type[Pool], immediate: bool) -> Engine:
    arguments = {"check_same_thread": False, "cached_statements": CACHED_STATEMENTS}
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=pool,
        connect_args=arguments,
        hide_parameters=True,
    )
    prepare_sqlite(engine, immediate=immediate)
    if immediate:
        prepare_batches(engine)
    return engine


def _truncate_log(driver: Any) -> bool:
    driver.execute("PRAGMA busy_timeout = 50")
    try:
        busy, _pages, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute("PRAGMA busy_timeout = 5000")
    return not busy
