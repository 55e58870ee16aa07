"""What came in, what must go out, and what is due."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import CLUSTERED, Row


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
        CLUSTERED,
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
        CLUSTERED,
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
