"""The store: `open_store(url)` gives one for SQLite (file or memory) or PostgreSQL.

The class is a table of contents: what each method does stands in conversations.py, erasing.py, handoffs.py, outbox.py,
timers.py and batches.py, as plain functions of a connection; when and together with what they run is the runner's
business (sqlite.py, postgres.py).
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.errors import StorageUnavailable, TurnTaken
from bot.storage import conversations as talks
from bot.storage import erasing, handoffs, outbox, timers
from bot.storage.dialects import Sql, read_url
from bot.storage.ports import (
    Alarm,
    Alone,
    CancelTimer,
    Count,
    Handoff,
    HandoffState,
    InboxState,
    Loaded,
    NewConversation,
    NewTimer,
    OutboxState,
    Outgoing,
    PendingInbound,
    Received,
    Seen,
    StateChange,
    StoredMessage,
    Timer,
    TimerState,
    Tombstone,
    TurnWrite,
    WrappedKey,
)
from bot.storage.postgres import PostgresRunner
from bot.storage.sqlite import SqliteRunner
from bot.storage.tables import METADATA

T = TypeVar("T")
_PURGE_PAUSE = 0.2


class Runner(Protocol):
    """How work reaches the database."""

    @property
    def sql(self) -> Sql: ...
    @property
    def in_memory(self) -> bool: ...
    async def commit(self, write: TurnWrite) -> None: ...
    async def write(self, work: Callable[[Connection], T]) -> T: ...
    async def read(self, work: Callable[[Connection], T]) -> T: ...
    async def fetch(self, statement: str, values: Sequence[Any]) -> list[Any]: ...
    async def row(self, select: str, conversation: str) -> Any | None: ...
    def alone(self) -> AbstractAsyncContextManager[Alone]: ...
    async def purge_log(self) -> bool: ...
    async def close(self) -> None: ...


async def open_store(url: str) -> "SqlStore":
    """Open the store; inside a running event loop. A database in memory gets its tables here, others by `migrate`.

    Raises SettingsError for an address of another kind of database.
    """
    parsed = read_url(url)
    runner: Runner = SqliteRunner(parsed) if parsed.get_backend_name() == "sqlite" else PostgresRunner(parsed)
    if runner.in_memory:
        await runner.write(METADATA.create_all)
    return SqlStore(runner)


class SqlStore:
    """See ports.py for what each method promises."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._sql = runner.sql
        self._purging: asyncio.Task[None] | None = None

    # Conversations and turns.

    async def create(self, new: NewConversation) -> None:
        await self._runner.write(lambda c: talks.create(c, self._sql, new))

    async def load(self, conversation: str) -> Loaded | None:
        row = await self._runner.row(talks.LOAD, conversation)
        return None if row is None else talks.loaded_from(self._sql, row)

    async def load_many(self, conversations: Sequence[str]) -> dict[str, Loaded]:
        return await self._runner.read(lambda c: talks.load_many(c, conversations))

    async def by_resume(self, indexes: Sequence[bytes]) -> Loaded | None:
        return await self._runner.read(lambda c: talks.by_resume(c, indexes))

    async def by_binding(self, tenant: str, channel: str, indexes: Sequence[bytes]) -> Loaded | None:
        return await self._runner.read(lambda c: talks.by_binding(c, tenant, channel, indexes))

    async def inbound(self, conversation: str, inbound_id: str) -> Seen | None:
        rows = await self._runner.fetch(
            "SELECT seq, turn, state FROM inbox WHERE conversation_id = ? AND inbound_id = ?",
            (conversation, inbound_id),
        )
        return Seen(seq=rows[0][0], turn=rows[0][1], state=InboxState(rows[0][2])) if rows else None

    async def receive(self, received: Received) -> None:
        await self._refusing(lambda c: talks.receive(c, received))

    async def commit(self, write: TurnWrite) -> None:
        await self._runner.commit(write)

    def alone(self) -> AbstractAsyncContextManager[Alone]:
        return self._runner.alone()

    async def pending_inbox(self, limit: int = 100, *, conversation: str | None = None) -> list[PendingInbound]:
        return await self._runner.read(lambda c: talks.pending_inbox(c, limit, conversation))

    async def messages(self, conversation: str, *, after: int = 0, limit: int = 500) -> list[StoredMessage]:
        return await self._runner.read(lambda c: talks.messages(c, conversation, after, limit))

    async def message(self, conversation: str, seq: int) -> StoredMessage | None:
        rows = await self._runner.fetch(talks.MESSAGE, (conversation, seq))
        return talks.message_from(self._sql, conversation, seq, rows[0]) if rows else None

    async def resume_code(self, conversation: str) -> bytes | None:
        return await self._runner.read(lambda c: talks.resume_code(c, conversation))

    async def set_resume(self, conversation: str, *, index: bytes, sealed: bytes) -> None:
        await self._runner.write(lambda c: talks.set_resume(c, conversation, index, sealed))

    async def touch(self, conversation: str, at: datetime) -> datetime | None:
        return await self._runner.write(lambda c: talks.touch(c, conversation, at))

    async def change(self, change: StateChange) -> None:
        await self._refusing(lambda c: talks.change(c, self._sql, change))

    # Erasing.

    async def erase(
        self,
        conversation: str,
        *,
        on: date,
        idle_since: datetime | None = None,
        turn: int | None = None,
        keep_booking: bool = False,
    ) -> bool:
        erased = await self._refusing(
            lambda c: erasing.erase(c, conversation, on, idle_since, turn, keep_booking=keep_booking)
        )
        if erased:
            await self._purge()
        return erased

    async def idle(self, tenant: str, *, since: datetime, limit: int = 500) -> list[str]:
        return await self._runner.read(lambda c: erasing.idle(c, tenant, since, limit))

    async def sweep(self, *, before: date, limit: int = 200) -> int:
        return await self._runner.write(lambda c: erasing.sweep(c, before, limit))

    async def tombstones(self) -> list[Tombstone]:
        return await self._runner.read(erasing.tombstones)

    async def stale_keys(self, active: Collection[str], *, limit: int = 500) -> list[WrappedKey]:
        return await self._runner.read(lambda c: talks.stale_keys(c, active, limit))

    async def replace_keys(self, fresh: Sequence[tuple[WrappedKey, WrappedKey]]) -> int:
        return await self._runner.write(lambda c: talks.replace_keys(c, fresh))

    async def tenants(self) -> list[str]:
        return await self._runner.read(talks.tenants)

    # Handoffs.

    async def handoffs(self, tenant: str, *, states: Sequence[HandoffState]) -> list[Handoff]:
        return await self._runner.read(lambda c: handoffs.handoffs(c, tenant, states))

    async def open_handoff(self, conversation: str) -> Handoff | None:
        return await self._runner.read(lambda c: handoffs.open_handoff(c, conversation))

    async def claim_handoff(self, handoff: str, *, counselor: str, at: datetime) -> bool:
        return await self._runner.write(lambda c: handoffs.claim_handoff(c, handoff, counselor, at))

    async def release_handoff(self, handoff: str, *, counselor: str, at: datetime) -> bool:
        return await self._runner.write(lambda c: handoffs.release_handoff(c, handoff, counselor, at))

    async def close_handoff(self, handoff: str, *, at: datetime) -> bool:
        return await self._runner.write(lambda c: handoffs.close_handoff(c, handoff, at))

    # Outbox.

    async def claim_outbox(
        self,
        *,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int = 50,
        channel: str | None = None,
        tenant: str | None = None,
    ) -> list[Outgoing]:
        return await self._runner.write(
            lambda c: outbox.claim_outbox(
                c, owner=owner, now=now, until=now + lease, limit=limit, channel=channel, tenant=tenant
            )
        )

    async def mark_sent(self, sent: Sequence[Outgoing]) -> None:
        await self._runner.write(lambda c: outbox.mark_sent(c, self._sql, sent))

    async def sent_and_due(
        self,
        sent: Sequence[Outgoing],
        *,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        channel: str | None = None,
        tenant: str | None = None,
    ) -> list[Outgoing]:
        def work(c: Connection) -> list[Outgoing]:
            outbox.mark_sent(c, self._sql, sent)
            return outbox.claim_outbox(
                c, owner=owner, now=now, until=now + lease, limit=limit, channel=channel, tenant=tenant
            )

        return await self._runner.write(work)

    async def retry(self, out: Outgoing, *, not_before: datetime) -> None:
        await self._runner.write(lambda c: outbox.settle_outbox(c, out, OutboxState.UNSENT, not_before))

    async def hold(self, out: Outgoing) -> None:
        await self._runner.write(lambda c: outbox.settle_outbox(c, out, OutboxState.HELD, None))

    async def undeliverable(self, out: Outgoing, *, gone: bool = True) -> None:
        await self._runner.write(lambda c: outbox.undeliverable(c, out, gone=gone))

    async def hold_all(self) -> int:
        return await self._runner.write(outbox.hold_all)

    async def release(self, conversation: str | None = None) -> int:
        return await self._runner.write(lambda c: outbox.release(c, conversation))

    async def void_leases(self) -> int:
        return await self._runner.write(outbox.void_leases)

    async def outbox_counts(self) -> dict[OutboxState, int]:
        return await self._runner.read(outbox.outbox_counts)

    # Timers.

    async def add_timer(self, tenant: str, timer: NewTimer, *, conversation: str | None = None) -> None:
        await self._runner.write(lambda c: timers.add_timer(c, self._sql, tenant, timer, conversation))

    async def cancel_timer(self, tenant: str, cancel: CancelTimer) -> bool:
        return await self._runner.write(lambda c: timers.cancel_timer(c, tenant, cancel))

    async def claim_timers(self, *, owner: str, now: datetime, lease: timedelta, limit: int = 50) -> list[Timer]:
        return await self._runner.write(
            lambda c: timers.claim_timers(c, owner=owner, now=now, until=now + lease, limit=limit)
        )

    async def finish_timer(self, timer: Timer) -> None:
        await self._runner.write(lambda c: timers.finish_timer(c, timer))

    async def retry_timer(self, timer: Timer, *, not_before: datetime) -> None:
        await self._runner.write(lambda c: timers.retry_timer(c, timer, not_before))

    async def timer_counts(self, tenant: str) -> dict[tuple[str, TimerState], int]:
        return await self._runner.read(lambda c: timers.timer_counts(c, tenant))

    # The rest.

    async def counts(self, tenant: str, *, month: str | None = None) -> list[Count]:
        return await self._runner.read(lambda c: talks.counts(c, tenant, month))

    async def add_alarm(self, alarm: Alarm) -> None:
        await self._runner.write(lambda c: talks.add_alarm(c, alarm))

    async def alarms(self, *, limit: int = 100) -> list[Alarm]:
        return await self._runner.read(lambda c: talks.alarms(c, limit))

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await self._runner.write(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._runner.read(work)

    async def ping(self) -> None:
        await self._runner.fetch("SELECT 1", ())

    async def check_schema(self) -> None:
        from bot.storage.migrations import check  # noqa: PLC0415  Alembic is slow to import: `chat` does without

        if not self._runner.in_memory:
            await self._runner.read(check)

    async def close(self) -> None:
        if self._purging is not None:
            self._purging.cancel()
            await asyncio.wait([self._purging])
        await self._runner.close()

    async def _refusing(self, work: Callable[[Connection], T]) -> T:
        """A constraint broken in a race that no statement foresaw is a lost race."""
        try:
            return await self._runner.write(work)
        except IntegrityError:
            raise TurnTaken from None

    async def _purge(self) -> None:
        """Take what was deleted out of the log now; while a reader is in the way, go on trying in the background."""
        if not await self._runner.purge_log() and (self._purging is None or self._purging.done()):
            self._purging = asyncio.create_task(self._purge_until_done())

    async def _purge_until_done(self) -> None:
        done = False
        while not done:
            await asyncio.sleep(_PURGE_PAUSE)
            try:
                done = await self._runner.purge_log()
            except StorageUnavailable:
                continue
