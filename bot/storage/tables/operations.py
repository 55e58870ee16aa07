"""What is counted, and what a person must look at."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import CLUSTERED, Row


class Counter(Row, table=True):
    """Statistics: counted when it happens, never traceable to a conversation."""

    __tablename__ = "counter"
    __table_args__ = (CLUSTERED,)

    tenant: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)


class Alarm(Row, table=True):
    """Something a person must look at, without content."""

    __tablename__ = "alarm"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: str
    conversation_id: str | None = None
    detail: str = ""
