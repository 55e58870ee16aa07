"""Groups: what the writer thread of SQLite writes in one transaction (sqlite.py)."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageUnavailable
from bot.storage.batches import in_trouble, write_alone, write_together
from bot.storage.dialects import Sql
from bot.storage.ports import TurnWrite

Outcome = tuple["asyncio.Future[Any]", Any, BaseException | None]


class Work:
    """One thing to write, and who waits for it."""

    __slots__ = ("future", "run", "write")

    def __init__(
        self,
        future: "asyncio.Future[Any]",
        *,
        write: TurnWrite | None = None,
        run: Callable[[Connection], Any] | None = None,
    ) -> None:
        self.future = future
        self.write = write
        self.run = run


def choose(waiting: list[Work]) -> tuple[list[Work], list[Work]]:
    """What can be written together, and what must wait: a second turn of the same conversation."""
    group: list[Work] = []
    later: list[Work] = []
    taken: set[str] = set()
    for work in waiting:
        if work.write is None:
            group.append(work)
        elif work.write.conversation in taken:
            later.append(work)
        else:
            taken.add(work.write.conversation)
            group.append(work)
    return group, later


def write_group(connection: Connection, sql: Sql, group: list[Work]) -> list[Outcome]:
    """One transaction. Raises only if all of it failed."""
    together = [work for work in group if work.write is not None and not work.write.alone]
    alone = [work for work in group if work.write is None or work.write.alone]
    if alone:
        connection.begin()
    try:
        write_together(connection, sql, [work.write for work in together if work.write is not None])
    except Exception as broken:
        if in_trouble(broken):
            raise
        if alone:
            connection.rollback()
        connection.begin()
        together, alone = [], group
    outcomes: list[Outcome] = [(work.future, None, None) for work in together]
    outcomes += [run_one(connection, sql, work) for work in alone]
    if alone:
        connection.commit()
    return outcomes


def run_one(connection: Connection, sql: Sql, work: Work) -> Outcome:
    """One piece under a savepoint. What is wrong with it is its own; a database in trouble is raised."""
    try:
        if work.write is not None:
            write_alone(connection, sql, work.write)
            return work.future, None, None
        assert work.run is not None  # noqa: S101 - a piece of work is the one or the other
        with connection.begin_nested():
            return work.future, work.run(connection), None
    except Exception as broken:  # handed to whoever gave us the work
        if isinstance(broken, SQLAlchemyError | sqlite3.Error) and in_trouble(broken):
            raise
        return work.future, None, broken


def tell(outcomes: list[Outcome]) -> None:
    """Everybody who waits hears; who waits no longer is passed over."""
    for future, result, failure in outcomes:
        if future.done():
            continue  # cancelled: nobody waits for it
        if failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)


def undo(connection: Connection) -> None:
    """Roll back, whatever state the connection is in."""
    with suppress(SQLAlchemyError, sqlite3.Error):
        connection.rollback()
    with suppress(SQLAlchemyError, sqlite3.Error):
        driver = cast("Any", connection.connection.driver_connection)
        if driver.in_transaction:  # a failed COMMIT leaves it open
            driver.execute("ROLLBACK")


def unavailable(broken: BaseException) -> StorageUnavailable:
    """What is told when the database is in trouble."""
    failure = StorageUnavailable()
    failure.__cause__ = broken
    return failure
