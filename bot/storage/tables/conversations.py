"""A talk: its state, its key, its ways in, its lines, and what is left of it when it is erased."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import CLUSTERED, Row


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
    __table_args__ = (CLUSTERED,)

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)


class Tombstone(Row, table=True):
    """A conversation that was erased: a random id and a day, replayed after a restore."""

    __tablename__ = "tombstone"

    conversation_id: str = Field(primary_key=True)
    erased_on: date
