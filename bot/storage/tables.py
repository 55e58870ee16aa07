"""The tables. Values are checked before they come here: SQLModel does not validate rows of tables.

In clear stand random ids, states, numbers and times. Columns of bytes are sealed (bot.privacy.sealing) or keyed hashes
(`bidx`). Nothing here says who a citizen is, and no table but those keyed by `conversation_id` can be joined to a talk.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, text
from sqlmodel import Field, SQLModel

from bot.storage.dialects import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_CLUSTERED = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key: one tree to write instead of two. For small rows only: messages, so stored, made
a batch of turns twice as slow, since every conversation's next row then goes to a page of its own."""


class Row(SQLModel):
    """The base of all tables."""

    metadata: ClassVar[MetaData] = METADATA


class Conversation(Row, table=True):
    """One talk. `turn` and `seq` are the last ones; `session` is the engine's whole state, sealed."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "tenant", "last_day"),)

    id: str = Field(primary_key=True)
    tenant: str
    channel: str
    state: str
    turn: int
    seq: int
    severity: int
    session: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_message_at: datetime = Field(sa_type=UtcDateTime)
    last_day: date
    """The day of the last message: what retention looks for. A time here would move the index at every turn."""
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    crisis_said_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ConversationKey(Row, table=True):
    """The wrapped data key. Without this row the conversation is noise; it has its own short-lived backup."""

    __tablename__ = "conversation_key"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    kid: str = Field(index=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


class ResumeCode(Row, table=True):
    """The active code of a web chat: its keyed hash, and sealed for showing it again."""

    __tablename__ = "resume_code"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    bidx: bytes = Field(sa_type=LargeBinary, unique=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class ChannelBinding(Row, table=True):
    """Where a push channel reaches the citizen: the address's keyed hash, and the address sealed."""

    __tablename__ = "channel_binding"
    __table_args__ = (Index(None, "tenant", "channel", "bidx", unique=True),)

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    tenant: str
    channel: str
    bidx: bytes = Field(sa_type=LargeBinary)
    address: bytes = Field(sa_type=LargeBinary)


class Message(Row, table=True):
    """One numbered line of a talk; the body sealed. For pull channels this is the outbox as well."""

    __tablename__ = "message"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sender: str
    body: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)
    turn: int
    inbound_id: str | None = None


class Turn(Row, table=True):
    """The fence: the turn belongs to whoever inserts its number."""

    __tablename__ = "turn"
    __table_args__ = (_CLUSTERED,)

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)


class Inbox(Row, table=True):
    """What came in, once, by the keyed hash of its id (DataKey.mark). `turn` consumed it."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_pending",
            "conversation_id",
            "state",  # says nothing, but SQLite would else walk through all the inbox rows of the conversation
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        _CLUSTERED,
    )

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    inbound_id: str = Field(primary_key=True)
    seq: int
    turn: int | None = None
    state: str
    at: datetime = Field(sa_type=UtcDateTime)


class Outbox(Row, table=True):
    """A message that must be pushed. The lease's owner alone may say what became of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "not_before",
            sqlite_where=text("state IN ('unsent', 'leased')"),
            postgresql_where=text("state IN ('unsent', 'leased')"),
        ),
        _CLUSTERED,
    )

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel: str
    state: str
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Timer(Row, table=True):
    """Something due. One a tenant, kind and subject; `revision` is what the subject must still have."""

    __tablename__ = "timer"
    __table_args__ = (
        Index(None, "tenant", "kind", "subject", unique=True),
        Index(
            "ix_timer_due",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: str = Field(primary_key=True)
    tenant: str
    conversation_id: str | None = Field(default=None, index=True)
    kind: str
    subject: str
    revision: int = Field(sa_type=BigInteger)
    follows: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Handoff(Row, table=True):
    """A citizen's need of a human. One open at a time a conversation."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index(
            "uq_handoff_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(None, "tenant", "state", "severity", "deadline", "created_at"),
    )

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    tenant: str
    reason: str
    severity: int
    state: str
    counselor: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deadline: datetime | None = Field(default=None, sa_type=UtcDateTime)
    since_seq: int | None = None
    shared: bool | None = None


class Holding(Row, table=True):
    """A counselor had a talk, from when to when: who may read it, and how long talks take."""

    __tablename__ = "holding"
    __table_args__ = (
        Index(
            "uq_holding_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "tenant", "ended_at"),
    )

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    tenant: str
    counselor: str
    began_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Presence(Row, table=True):
    """When a counselor's console was last heard of."""

    __tablename__ = "presence"

    counselor: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    beat_at: datetime = Field(sa_type=UtcDateTime)


class CounselorMessage(Row, table=True):
    """Which line a counselor's console sent, once, by the keyed hash of its id (DataKey.mark)."""

    __tablename__ = "counselor_message"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    mark: str = Field(primary_key=True)
    seq: int
    counselor: str


class ReadMark(Row, table=True):
    """How far each side has read a talk that a counselor has."""

    __tablename__ = "read_mark"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    citizen: int = 0
    counselor: int = 0


class Draft(Row, table=True):
    """What a counselor has half written, sealed."""

    __tablename__ = "draft"

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    counselor: str = Field(primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)


class Note(Row, table=True):
    """What counselors note for each other about a talk, sealed."""

    __tablename__ = "note"

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    counselor: str
    body: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)


class BrokenGlass(Row, table=True):
    """Somebody opened a talk that was not theirs; the written reason, sealed."""

    __tablename__ = "broken_glass"

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    counselor: str
    reason: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)


class AlertSeen(Row, table=True):
    """Who has seen that somebody in danger waits."""

    __tablename__ = "alert_seen"

    handoff_id: str = Field(primary_key=True, foreign_key="handoff.id")
    counselor: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class WorkingPlan(Row, table=True):
    """A plan that the centre made in the console, beside those of its pack (content/plans.py); `days` as "mon wed"."""

    __tablename__ = "working_plan"

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    days: str
    starts: str
    ends: str
    minutes: int
    who: str
    place: str
    valid_from: date | None = None
    valid_to: date | None = None


class Slot(Row, table=True):
    """One bookable time. `who` (a counselor or room) has one at a time; a closed one stays, so that no plan makes it
    again. Whether it is taken is said by `booking` alone.
    """

    __tablename__ = "slot"
    __table_args__ = (Index(None, "tenant", "who", "starts_at", unique=True), Index(None, "tenant", "starts_at"))

    id: str = Field(primary_key=True)
    tenant: str
    plan: str | None = None
    who: str
    place: str
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    state: str


class Booking(Row, table=True):
    """A slot held or booked. `code` is the booking code's keyed hash. Without `conversation_id` it has outlived its
    talk at the citizen's wish, and leads nowhere.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index(
            "uq_booking_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("state IN ('held', 'booked', 'attended', 'no_show')"),
            postgresql_where=text("state IN ('held', 'booked', 'attended', 'no_show')"),
        ),
    )

    id: str = Field(primary_key=True)
    tenant: str
    slot_id: str = Field(foreign_key="slot.id", index=True)
    conversation_id: str | None = Field(default=None, index=True)
    state: str
    revision: int
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    code: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    wished_on: date | None = None
    start_by: date | None = None
    """The last day on which help must start; None where the law gives no such day."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Counter(Row, table=True):
    """Statistics: counted when it happens, never traceable to a conversation."""

    __tablename__ = "counter"
    __table_args__ = (_CLUSTERED,)

    tenant: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)


class Tombstone(Row, table=True):
    """A conversation that was erased: a random id and a day, replayed after a restore."""

    __tablename__ = "tombstone"

    conversation_id: str = Field(primary_key=True)
    erased_on: date


class Alarm(Row, table=True):
    """Something a person must look at, without content."""

    __tablename__ = "alarm"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: str
    conversation_id: str | None = None
    detail: str = ""


class Staff(Row, table=True):
    """One who works here. `password` is an Argon2id text, `factor` the sealed secret of the one-time codes,
    `factor_step` the last one used, `invitation` the keyed hash of a code to begin with.
    """

    __tablename__ = "staff"

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    name: str = Field(unique=True)
    shown: str
    role: str
    password: str | None = None
    factor: bytes | None = Field(default=None, sa_type=LargeBinary)
    factor_kid: str | None = None
    factor_step: int = Field(default=0, sa_type=BigInteger)
    invitation: bytes | None = Field(default=None, sa_type=LargeBinary)
    invited_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StaffSession(Row, table=True):
    """Somebody who is signed in, or (`kind`) just begins with an invitation. The token itself is never stored."""

    __tablename__ = "staff_session"

    token: bytes = Field(primary_key=True, sa_type=LargeBinary)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    kind: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class AuditEntry(Row, table=True):
    """Who did what, to what, when; no content. `chain` is keyed over the entry and the chain before it."""

    __tablename__ = "audit"
    __table_args__ = (_CLUSTERED,)

    tenant: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str
    object: str
    kid: str
    chain: bytes = Field(sa_type=LargeBinary)


class AuditHead(Row, table=True):
    """Where a tenant's chain stands: its row is the lock of whoever appends."""

    __tablename__ = "audit_head"

    tenant: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    chain: bytes = Field(sa_type=LargeBinary)
