"""A slot and who has it, as it is read from both tables; what slots.py and bookings.py share."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select
from sqlalchemy.exc import IntegrityError

from bot.storage import tables as t
from bot.storage.batches import table

SLOT, BOOKING = table(t.Slot), table(t.Booking)


class SlotState(StrEnum):
    """Open to be booked; withdrawn because its plan no longer has it; closed by the centre."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class BookingState(StrEnum):
    """What became of a booking. The first two take the slot; so do `attended` and `no_show`, when it is past."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    CANCELLED_BY_CENTRE = "cancelled_by_centre"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


TAKING = [state.value for state in BookingState if not state.value.startswith("cancelled")]


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A slot, and the booking that has it, if one does. Times are aware, in UTC."""

    slot: str
    tenant: str
    starts_at: datetime
    ends_at: datetime
    who: str
    place: str
    state: SlotState = SlotState.OPEN
    booking: str = ""
    revision: int = 0
    booked: BookingState | None = None
    conversation: str | None = None
    wished_on: date | None = None
    start_by: date | None = None


_COLUMNS = (
    SLOT,
    BOOKING.c.id.label("booking_id"),
    BOOKING.c.revision,
    BOOKING.c.state.label("booked"),
    BOOKING.c.conversation_id,
    BOOKING.c.wished_on,
    BOOKING.c.start_by,
)
OF_BOOKINGS = select(*_COLUMNS).select_from(BOOKING.join(SLOT, BOOKING.c.slot_id == SLOT.c.id))
OF_SLOTS = select(*_COLUMNS).select_from(
    SLOT.outerjoin(BOOKING, and_(BOOKING.c.slot_id == SLOT.c.id, BOOKING.c.state.in_(TAKING)))
)


def takes(now: datetime) -> ColumnElement[bool]:
    """Whether a booking has its slot at this moment."""
    return and_(BOOKING.c.state.in_(TAKING), or_(BOOKING.c.held_until.is_(None), BOOKING.c.held_until > now))


def inserted(connection: Connection, into: Any, values: dict[str, Any]) -> bool:
    """Whether the row could be: false if a unique index says that somebody was first."""
    try:
        with connection.begin_nested():
            connection.execute(insert(into).values(values))
    except IntegrityError:
        return False
    return True


def slot_of(row: Any) -> Appointment:
    """A row with the columns of `slot`."""
    return Appointment(
        slot=row.id,
        tenant=row.tenant,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        who=row.who,
        place=row.place,
        state=SlotState(row.state),
    )


def appointment_of(row: Any) -> Appointment:
    """A row of `OF_SLOTS` or `OF_BOOKINGS`."""
    if row.booking_id is None:
        return slot_of(row)
    return msgspec.structs.replace(
        slot_of(row),
        booking=row.booking_id,
        revision=row.revision,
        booked=BookingState(row.booked),
        conversation=row.conversation_id,
        wished_on=row.wished_on,
        start_by=row.start_by,
    )
