"""Working plans, the times made of them, and who has one."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from bot.storage.dialects import UtcDateTime
from bot.storage.tables.base import Row


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
