"""What goes into the store and comes out of it: frozen, keyword-only, refused by type checkers when incomplete.

Bytes are sealed or keyed hashes; times are aware; ids are random text.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from dialogs.lifecycle import State


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
    """All a turn needs. After erasure `kid`, `wrapped` and `session` are empty.

    `pending`: something was received and not consumed. A turn computed without knowing of it loses by its `seq`.
    """

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
    pending: bool = False


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
    deadline: datetime | None = None
    since_seq: int | None = None
    shared: bool | None = None


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
    """A need of a human. An open one keeps its id, state and place, takes the reason and the higher severity.

    `deadline`   when somebody should have come; an open one takes it with a higher severity
    `since_seq`  the number of the message that told the need; an open one keeps its own
    `shared`     whether what was written before may be read; None: the citizen was not asked, what was said stands
    """

    id: str
    reason: str
    severity: int
    deadline: datetime | None = None
    since_seq: int | None = None
    shared: bool | None = None


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


class CounselorSend(msgspec.Struct, frozen=True, kw_only=True):
    """Which counselor's line a change stores; `mark` is the keyed hash of the id that the console gave it."""

    mark: str
    counselor: str


class StateChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is no citizen's turn: a counselor claims, writes, hands back. It takes a turn number too.

    `session`    the engine's state, sealed, if it changed
    `sends`      the counselor's line among `messages`; stored before: raises DuplicateInbound
    `lowers`     the severity of the open handoff becomes that of the conversation
    """

    conversation: str
    turn: int
    """The loaded turn + 1."""
    at: datetime
    state: State
    severity: int
    messages: tuple[NewMessage, ...] = ()
    handoff: HandoffMove | None = None
    """Moved in the same transaction; raises LeaseLost if somebody was first."""
    session: bytes | None = None
    sends: CounselorSend | None = None
    lowers: bool = False
    timers: tuple[NewTimer, ...] = ()
    counts: tuple[Count, ...] = ()
