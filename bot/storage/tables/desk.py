"""Who waits for a human, who has a talk, and what counselors write and see."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import Row


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
