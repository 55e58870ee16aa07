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
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection

from dialogs.lifecycle import State as State  # noqa: PLC0414 - given on

T = TypeVar("T")


class Sender(StrEnum):
    """Whose message it is."""

    CITIZEN = "citizen"
    BOT = "bot"
    COUNSELOR = "counselor"
    SYSTEM = "system"


class InboxState(StrEnum):
    """What became of an inbound message."""

    RECEIVED = "received"
    DONE = "done"
    FAILED = "failed"


class OutboxState(StrEnum):
    """What became of a message on its way out."""

    UNSENT = "unsent"
    LEASED = "leased"
    SENT = "sent"
    HELD = "held"
    UNDELIVERABLE = "undeliverable"


class TimerState(StrEnum):
    """What became of a timer."""

    PENDING = "pending"
    FIRED = "fired"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Follows(StrEnum):
    """What makes a timer obsolete besides being set anew: the conversation's turn, or its last message, moved on."""

    NOTHING = "nothing"
    TURN = "turn"
    SEQ = "seq"


class HandoffState(StrEnum):
    """A handoff waits in the queue, is claimed by a counselor, or is closed."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


# What is read.


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """All a turn needs. After erasure `kid`, `wrapped` and `session` are empty."""

    id: str
    tenant: str
    channel: str
    state: State
    turn: int
    seq: int
    severity: int
    kid: str
    wrapped: bytes
    session: bytes
    created_at: datetime
    last_message_at: datetime
    last_used_at: datetime | None = None
    crisis_said_at: datetime | None = None


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered message; `body` is sealed. `inbound_id` is the citizen's own id for it."""

    conversation: str
    seq: int
    sender: Sender
    body: bytes
    at: datetime
    turn: int
    inbound_id: str | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an inbound id became. `turn` is None until a turn consumed it."""

    seq: int
    turn: int | None
    state: InboxState


class PendingInbound(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was acknowledged and that no turn has consumed yet."""

    conversation: str
    inbound_id: str
    seq: int
    at: datetime


class Handoff(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's need of a human."""

    id: str
    conversation: str
    tenant: str
    reason: str
    severity: int
    state: HandoffState
    counselor: str | None
    created_at: datetime
    updated_at: datetime


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed outbox row with its message and sealed address. `lease` fences what happens to it."""

    message: StoredMessage
    tenant: str
    channel: str
    kid: str
    wrapped: bytes
    address: bytes
    attempts: int
    lease: str


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed timer. `lease` fences its end; `revision` is what the subject must still have."""

    id: str
    tenant: str
    conversation: str | None
    kind: str
    subject: str
    revision: int
    due_at: datetime
    not_after: datetime | None
    attempts: int
    lease: str


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """One counter of one tenant and month (`2026-11`), without any conversation."""

    tenant: str
    month: str
    name: str
    value: str
    n: int = 1


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person must look at. `detail` never holds content."""

    id: str
    at: datetime
    kind: str
    conversation: str | None = None
    detail: str = ""


class WrappedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's data key as it lies in its row."""

    conversation: str
    tenant: str
    kid: str
    blob: bytes


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that was erased, and the day."""

    conversation: str
    erased_on: date


# What is written.


class NewConversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it begins: turn 0, no message, state `bot`.

    `resume_index` and `resume_code` (sealed) for web chat; `address_index` and `address` (sealed) for a push channel.
    """

    id: str
    tenant: str
    channel: str
    kid: str
    wrapped: bytes
    session: bytes
    at: datetime
    resume_index: bytes | None = None
    resume_code: bytes | None = None
    address_index: bytes | None = None
    address: bytes | None = None


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's message: its inbox row and its message row. `seq` is the loaded `seq` + 1."""

    conversation: str
    inbound_id: str
    seq: int
    body: bytes
    at: datetime


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a turn adds. `push`: put it in the outbox of this channel too."""

    seq: int
    sender: Sender
    body: bytes
    push: str | None = None
    not_before: datetime | None = None


class NewTimer(msgspec.Struct, frozen=True, kw_only=True):
    """A timer to set. There is one timer per tenant, kind and subject: setting it with another revision replaces it,
    with the same revision does nothing, also when that one has fired.
    """

    id: str
    kind: str
    subject: str
    revision: int
    due_at: datetime
    not_after: datetime | None = None
    follows: Follows = Follows.NOTHING


class CancelTimer(msgspec.Struct, frozen=True, kw_only=True):
    """A timer to cancel, if it is pending."""

    kind: str
    subject: str


class NewHandoff(msgspec.Struct, frozen=True, kw_only=True):
    """A need of a human. An open one keeps its id, state and place, takes the reason and the higher severity."""

    id: str
    reason: str
    severity: int


class TurnWrite(msgspec.Struct, frozen=True, kw_only=True):
    """All that one turn changes. `turn` is the loaded turn + 1; `seq` the highest message number after it.

    `new`            the conversation is made in the same transaction (then `turn` is 1)
    `received`       the citizen's message that this turn answers, stored in the same transaction
    `consumes`       inbound ids stored earlier by `receive`, that this turn answers
    `failed`         the inbound of this turn is marked failed, not done
    `close_handoff`  the open handoff, if there is one, is closed
    `fires`          the claimed timer that caused this turn; raises LeaseLost if the lease is gone
    """

    conversation: str
    tenant: str
    turn: int
    at: datetime
    state: State
    seq: int
    severity: int
    session: bytes
    crisis_said_at: datetime | None = None
    new: NewConversation | None = None
    received: Received | None = None
    consumes: tuple[str, ...] = ()
    failed: bool = False
    messages: tuple[NewMessage, ...] = ()
    timers: tuple[NewTimer, ...] = ()
    cancel_timers: tuple[CancelTimer, ...] = ()
    handoff: NewHandoff | None = None
    close_handoff: bool = False
    counts: tuple[Count, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    fires: Timer | None = None

    @property
    def alone(self) -> bool:
        """Whether the outcome of one of its statements must be read, so that it cannot share them with others."""
        return self.fires is not None or bool(self.consumes)


class HandoffMove(msgspec.Struct, frozen=True, kw_only=True):
    """A handoff that a counselor claims, gives back (`waiting`) or closes, if it is still theirs to move."""

    handoff: str
    to: HandoffState
    counselor: str


class StateChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is no citizen's turn: a counselor claims, writes, hands back. It takes a turn number too."""

    conversation: str
    turn: int
    """The loaded turn + 1."""
    at: datetime
    state: State
    severity: int
    messages: tuple[NewMessage, ...] = ()
    handoff: HandoffMove | None = None
    """Moved in the same transaction; raises LeaseLost if somebody was first."""


# The store.


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

    async def pending_inbox(self, limit: int = 100) -> list[PendingInbound]:
        """What was acknowledged and not consumed, in order of arrival."""
        ...

    async def messages(self, conversation: str, *, after: int = 0, limit: int = 500) -> list[StoredMessage]:
        """Messages with a number above `after`, in order."""
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
        """Raises TurnTaken, ConversationErased, UnknownConversation, LeaseLost (`handoff`)."""
        ...

    async def erase(self, conversation: str, *, on: date, idle_since: datetime | None = None) -> bool:
        """Destroy the key and all that leads to the conversation, at once; false if it was erased before.

        With `idle_since` only if its last message is not after that moment (retention).
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
        self, *, owner: str, now: datetime, lease: timedelta, limit: int = 50, channel: str | None = None
    ) -> list[Outgoing]:
        """Lease the first unsent message of up to `limit` conversations; none overtakes an earlier one of its own."""
        ...

    async def mark_sent(self, out: Outgoing) -> None:
        """Raises LeaseLost, as the next three: whoever lost the lease changes nothing."""
        ...

    async def retry(self, out: Outgoing, *, not_before: datetime) -> None: ...

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
