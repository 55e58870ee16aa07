"""Who works here and is signed in; who did what, chained."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import CLUSTERED, Row


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
    __table_args__ = (CLUSTERED,)

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
