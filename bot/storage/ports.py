"""What the runtime asks of the store. `store.py` answers on SQLite and PostgreSQL; one contract suite holds both.

The rules behind every method:

* **The fence.** Every change of a conversation but a bare `receive` takes the next turn number, by inserting it.
  Whoever inserts it second stored nothing, gets `TurnTaken`, loads again and recomputes. Messages are fenced by their
  number too.
* **Claims** (handoff, outbox row, timer) are one conditional UPDATE. Nothing is checked first and written after.
* **Bytes are sealed before they come here.** The store sees no key and no text.
* Times are aware. Ids are random text. `now` is handed in: the store has no clock.
* Any method raises `StorageUnavailable` when the database cannot be reached or written; then nothing was stored.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.storage.values import (
    Alarm,
    CancelTimer,
    CounselorSend,
    Count,
    Follows,
    Handoff,
    HandoffMove,
    HandoffState,
    InboxState,
    Loaded,
    NewConversation,
    NewHandoff,
    NewMessage,
    NewResume,
    NewTimer,
    OutboxState,
    Outgoing,
    PendingInbound,
    Received,
    Seen,
    Sender,
    StateChange,
    StoredMessage,
    Timer,
    TimerState,
    Tombstone,
    TurnWrite,
    WrappedKey,
)
from dialogs.lifecycle import State

__all__ = [
    "Alarm",
    "Alone",
    "CancelTimer",
    "CounselorSend",
    "Count",
    "Follows",
    "Handoff",
    "HandoffMove",
    "HandoffState",
    "HandoffStore",
    "InboxState",
    "Loaded",
    "NewConversation",
    "NewHandoff",
    "NewMessage",
    "NewResume",
    "NewTimer",
    "OutboxState",
    "OutboxStore",
    "Outgoing",
    "PendingInbound",
    "Received",
    "Seen",
    "Sender",
    "State",
    "StateChange",
    "Store",
    "StoredMessage",
    "Timer",
    "TimerState",
    "TimerStore",
    "Tombstone",
    "TurnStore",
    "TurnWrite",
    "WrappedKey",
]

T = TypeVar("T")


class Alone(Protocol):
    """An open transaction that nobody else shares.

    On SQLite it holds the only writer, for five seconds at most: no network inside, and no other call to the store.
    """

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run a plain function on the transaction's connection, e.g. a conditional UPDATE … RETURNING."""
        ...

    async def commit(self, write: TurnWrite) -> None:
        """Write the turn into this transaction; it is committed when the block ends. Raises as `TurnStore.commit`."""
        ...


class TurnStore(Protocol):
    """Conversations and their turns."""

    async def create(self, new: NewConversation) -> None:
        """Raises AddressTaken if the address or code already has a conversation."""
        ...

    async def load(self, conversation: str) -> Loaded | None: ...

    async def load_many(self, conversations: Sequence[str]) -> dict[str, Loaded]:
        """Those that exist."""
        ...

    async def by_resume(self, indexes: Sequence[bytes]) -> Loaded | None:
        """The conversation of a resume code, by any of its indexes."""
        ...

    async def by_binding(self, tenant: str, channel: str, indexes: Sequence[bytes]) -> Loaded | None:
        """The conversation of a channel address, by any of its indexes."""
        ...

    async def inbound(self, conversation: str, inbound_id: str) -> Seen | None: ...

    async def receive(self, received: Received) -> None:
        """Store a citizen's message before any turn. Raises DuplicateInbound, TurnTaken (`seq` is taken: load again),
        ConversationErased, UnknownConversation.
        """
        ...

    async def commit(self, write: TurnWrite) -> None:
        """Store a whole turn, durably, together with whatever else is being committed.

        Raises TurnTaken, DuplicateInbound (both also when the first attempt succeeded and only its answer was lost),
        AddressTaken (`new`), ConversationErased, UnknownConversation, LeaseLost (`fires`).
        """
        ...

    def alone(self) -> AbstractAsyncContextManager[Alone]:
        """A transaction for a turn with an effectful Request. Committed at its end, rolled back if it raises."""
        ...

    async def pending_inbox(self, limit: int = 100, *, conversation: str | None = None) -> list[PendingInbound]:
        """What was acknowledged and not consumed, in order of arrival; of one conversation by its numbers."""
        ...

    async def messages(self, conversation: str, *, after: int = 0, limit: int = 500) -> list[StoredMessage]:
        """Messages with a number above `after`, in order."""
        ...

    async def message(self, conversation: str, seq: int) -> StoredMessage | None:
        """The one with that number."""
        ...

    async def resume_code(self, conversation: str) -> bytes | None:
        """The sealed resume code."""
        ...

    async def set_resume(self, conversation: str, *, index: bytes, sealed: bytes) -> None:
        """Replace the resume code. Raises AddressTaken, UnknownConversation."""
        ...

    async def touch(self, conversation: str, at: datetime) -> datetime | None:
        """Note that the code was used; gives when it was used before."""
        ...

    async def change(self, change: StateChange) -> None:
        """Raises TurnTaken, ConversationErased, UnknownConversation, LeaseLost (`handoff`), DuplicateInbound
        (`sends`).
        """
        ...

    async def erase(
        self,
        conversation: str,
        *,
        on: date,
        idle_since: datetime | None = None,
        turn: int | None = None,
        keep_booking: bool = False,
    ) -> bool:
        """Destroy the key and all that leads to the conversation, at once; false if it was erased before.

        With `idle_since` only if its last message is not after that moment (retention), with `turn` only if that is
        still its last turn. A coming booking is cancelled, or with `keep_booking` stays and leads to no talk.
        """
        ...

    async def idle(self, tenant: str, *, since: datetime, limit: int = 500) -> list[str]:
        """Conversations whose last message is not after `since` and that are not erased."""
        ...

    async def sweep(self, *, before: date, limit: int = 200) -> int:
        """Delete the rows of conversations erased before that day; how many conversations. Tombstones stay."""
        ...

    async def tombstones(self) -> list[Tombstone]: ...

    async def stale_keys(self, active: Collection[str], *, limit: int = 500) -> list[WrappedKey]:
        """Data keys wrapped by a master key other than these."""
        ...

    async def replace_keys(self, fresh: Sequence[tuple[WrappedKey, WrappedKey]]) -> int:
        """Put the new wrapping in the place of the old one, where that is still there; how many."""
        ...

    async def tenants(self) -> list[str]:
        """Tenants that have conversations."""
        ...


class HandoffStore(Protocol):
    """The queue's claims. Each is one conditional UPDATE; false: somebody was first."""

    async def handoffs(self, tenant: str, *, states: Sequence[HandoffState]) -> list[Handoff]:
        """Most severe first, then oldest."""
        ...

    async def open_handoff(self, conversation: str) -> Handoff | None: ...

    async def claim_handoff(self, handoff: str, *, counselor: str, at: datetime) -> bool: ...

    async def release_handoff(self, handoff: str, *, counselor: str, at: datetime) -> bool: ...

    async def close_handoff(self, handoff: str, *, at: datetime) -> bool: ...


class OutboxStore(Protocol):
    """Messages on their way out, in order within a conversation."""

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
        """Lease the first unsent message of up to `limit` conversations, of one channel and tenant or of all; none
        overtakes an earlier one of its own.
        """
        ...

    async def mark_sent(self, sent: Sequence[Outgoing]) -> None:
        """Say that these were sent. Whoever lost the lease changes nothing."""
        ...

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
        """`mark_sent`, then `claim_outbox`, which so finds what follows: one commit for both."""
        ...

    async def retry(self, out: Outgoing, *, not_before: datetime) -> None:
        """Raises LeaseLost, as the next two: whoever lost the lease changes nothing."""
        ...

    async def hold(self, out: Outgoing) -> None: ...

    async def undeliverable(self, out: Outgoing, *, gone: bool = True) -> None:
        """Give it up; with `gone` (the address is dead) all later unsent ones and pending timers too."""
        ...

    async def hold_all(self) -> int:
        """Hold everything unsent (after a restore)."""
        ...

    async def release(self, conversation: str | None = None) -> int:
        """Make held messages unsent again, of one conversation or all; how many."""
        ...

    async def void_leases(self) -> int:
        """Make every leased message unsent again; how many. For a process that knows it is alone, when it starts."""
        ...

    async def outbox_counts(self) -> dict[OutboxState, int]: ...


class TimerStore(Protocol):
    """Timers that survive a restart."""

    async def add_timer(self, tenant: str, timer: NewTimer, *, conversation: str | None = None) -> None: ...

    async def cancel_timer(self, tenant: str, cancel: CancelTimer) -> bool: ...

    async def claim_timers(self, *, owner: str, now: datetime, lease: timedelta, limit: int = 50) -> list[Timer]:
        """Lease due timers whose subject still has their revision. Those past `not_after` become `missed`,
        obsolete ones `cancelled`; neither is given out.
        """
        ...

    async def finish_timer(self, timer: Timer) -> None:
        """It fired. Raises LeaseLost. A turn does this itself with `TurnWrite.fires`."""
        ...

    async def retry_timer(self, timer: Timer, *, not_before: datetime) -> None:
        """Its handler failed: claimable again then. Raises LeaseLost."""
        ...

    async def timer_counts(self, tenant: str) -> dict[tuple[str, TimerState], int]:
        """How many timers of each kind are in each state."""
        ...


class Store(TurnStore, HandoffStore, OutboxStore, TimerStore, Protocol):
    """All of it."""

    async def counts(self, tenant: str, *, month: str | None = None) -> list[Count]: ...

    async def add_alarm(self, alarm: Alarm) -> None: ...

    async def alarms(self, *, limit: int = 100) -> list[Alarm]:
        """The newest first."""
        ...

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run a plain function in a transaction of its own (services: desk, booking, staff)."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The same for reading only."""
        ...

    async def ping(self) -> None:
        """Write nothing, but prove that the database answers. Raises StorageUnavailable."""
        ...

    async def check_schema(self) -> None:
        """Raises SchemaMismatch if migrations are missing."""
        ...

    async def close(self) -> None: ...
