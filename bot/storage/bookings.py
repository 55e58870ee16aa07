"""Holds and bookings of slots: plain functions of a connection, the same on both databases.

Who has a slot is decided by the unique index `uq_booking_slot`: a second row that would hold or book it cannot be. A
booking changes only where it still has the revision that was seen. A hold that ran out is in nobody's way: whoever
wants the slot takes its row away first.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, update

from bot.storage import tables as t
from bot.storage.appointments import (
    BOOKING,
    OF_BOOKINGS,
    SLOT,
    Appointment,
    BookingState,
    SlotState,
    appointment_of,
    inserted,
    slot_of,
)
from bot.storage.batches import table

_S, _B, _T = SLOT, BOOKING, table(t.Timer)
REMINDER, HOLD = "reminder", "hold"
"""Kinds of timers; the subject is the booking's id."""


class NewHold(msgspec.Struct, frozen=True, kw_only=True):
    """A slot that a conversation wants for a while. `id` is the booking's. Nothing before `earliest` is held."""

    id: str
    tenant: str
    slot: str
    conversation: str
    now: datetime
    until: datetime
    earliest: datetime


class NewBooking(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a hold a booking: the code's keyed hash, when help was wished for, when it must start."""

    code: bytes
    now: datetime
    wished_on: date | None = None
    start_by: date | None = None


# Holds and bookings.


def hold(connection: Connection, new: NewHold) -> Appointment | None:
    """Keep a slot for a conversation, or one just like it (same time, same place); None if all are taken. What the
    conversation held before is let go.
    """
    wanted = connection.execute(select(_S.c.starts_at, _S.c.place).where(_S.c.id == new.slot)).first()
    if wanted is None:
        return None
    release_holds(connection, new.conversation)
    alike = connection.execute(
        select(_S)
        .where(_S.c.tenant == new.tenant, _S.c.starts_at == wanted.starts_at, _S.c.place == wanted.place)
        .where(_S.c.state == SlotState.OPEN.value, _S.c.starts_at >= new.earliest)
        .order_by(_S.c.id)
        .with_for_update()
    ).all()
    for row in sorted(alike, key=lambda row: (row.id != new.slot, row.who)):
        _clear_expired(connection, row.id, new.now)
        booking = {
            "id": new.id,
            "tenant": new.tenant,
            "slot_id": row.id,
            "conversation_id": new.conversation,
            "state": BookingState.HELD.value,
            "revision": 1,
            "held_until": new.until,
            "created_at": new.now,
            "updated_at": new.now,
        }
        if inserted(connection, _B, booking):
            _set_timer(connection, new.tenant, HOLD, new.id, 1, new.conversation, due=new.until)
            held = BookingState.HELD
            return msgspec.structs.replace(slot_of(row), booking=new.id, revision=1, booked=held)
    return None


def book(connection: Connection, conversation: str, booking: str, new: NewBooking) -> Appointment | None:
    """Make this conversation's hold a booking; None if it is no longer there, or its time has passed."""
    open_slot = exists().where(_S.c.id == _B.c.slot_id, _S.c.state == SlotState.OPEN.value, _S.c.starts_at > new.now)
    done = connection.execute(
        update(_B)
        .where(_B.c.id == booking, _B.c.conversation_id == conversation, _B.c.state == BookingState.HELD.value)
        .where(open_slot)
        .values(
            state=BookingState.BOOKED.value,
            revision=_B.c.revision + 1,
            held_until=None,
            code=new.code,
            wished_on=new.wished_on,
            start_by=new.start_by,
            updated_at=new.now,
        )
    )
    if not done.rowcount:
        return None
    _cancel_timer(connection, HOLD, booking)
    return found(connection, booking)


def move(
    connection: Connection, booking: str, *, revision: int, to: str, conversation: str, now: datetime
) -> Appointment | None:
    """Give a booking the slot that this conversation holds; None if the booking was changed meanwhile, or the hold is
    gone.
    """
    held = connection.execute(
        delete(_B)
        .where(_B.c.id == to, _B.c.conversation_id == conversation, _B.c.state == BookingState.HELD.value)
        .returning(_B.c.slot_id)
    ).first()
    if held is None:
        return None
    _cancel_timer(connection, HOLD, to)
    open_slot = exists().where(_S.c.id == held.slot_id, _S.c.state == SlotState.OPEN.value, _S.c.starts_at > now)
    moved = connection.execute(
        update(_B)
        .where(_still(booking, revision), open_slot)
        .values(slot_id=held.slot_id, revision=revision + 1, updated_at=now)
    )
    return found(connection, booking) if moved.rowcount else None


def end(connection: Connection, booking: str, *, revision: int, as_: BookingState, now: datetime) -> Appointment | None:
    """Say what became of a booking; None if it was changed meanwhile. Its code leads nowhere after that."""
    done = connection.execute(
        update(_B)
        .where(_still(booking, revision))
        .values(state=as_.value, revision=revision + 1, code=None, updated_at=now)
    )
    if not done.rowcount:
        return None
    _cancel_timer(connection, REMINDER, booking)
    return found(connection, booking)


def found(connection: Connection, booking: str) -> Appointment | None:
    """A booking by its id."""
    row = connection.execute(OF_BOOKINGS.where(_B.c.id == booking)).first()
    return None if row is None else appointment_of(row)


def own(connection: Connection, conversation: str, now: datetime) -> Appointment | None:
    """The coming booking of a conversation."""
    row = connection.execute(
        OF_BOOKINGS.where(_B.c.conversation_id == conversation, _coming(now)).order_by(_S.c.starts_at)
    ).first()
    return None if row is None else appointment_of(row)


def by_code(connection: Connection, tenant: str, indexes: Sequence[bytes], now: datetime) -> Appointment | None:
    """The coming booking of a code, by any of its keyed hashes."""
    row = connection.execute(OF_BOOKINGS.where(_B.c.tenant == tenant, _B.c.code.in_(indexes), _coming(now))).first()
    return None if row is None else appointment_of(row)


def release_holds(connection: Connection, conversation: str) -> None:
    """Let go what a conversation holds."""
    connection.execute(delete(_B).where(_B.c.conversation_id == conversation, _B.c.state == BookingState.HELD.value))


def end_hold(connection: Connection, booking: str, now: datetime) -> bool:
    """Let a hold go whose time has run out; false if it is no hold any more."""
    return bool(
        connection.execute(
            delete(_B).where(_B.c.id == booking, _B.c.state == BookingState.HELD.value, _B.c.held_until <= now)
        ).rowcount
    )


# Reminders.


def remind(connection: Connection, of: Appointment, *, due: datetime, not_after: datetime) -> None:
    """Set the reminder of a booking, in place of an earlier one."""
    _set_timer(connection, of.tenant, REMINDER, of.booking, of.revision, of.conversation, due=due, not_after=not_after)


def do_not_remind(connection: Connection, booking: str) -> None:
    """Take the reminder away."""
    _cancel_timer(connection, REMINDER, booking)


def is_reminded(connection: Connection, booking: str) -> bool:
    """Whether a reminder waits."""
    waits = exists().where(_T.c.kind == REMINDER, _T.c.subject == booking, _T.c.state == "pending")
    return bool(connection.execute(select(waits)).scalar_one())


# Forgetting.


def forget(connection: Connection, conversation: str, day: date, *, keep: bool) -> None:
    """At erasure: nothing here leads to the conversation any more. A coming booking stays, if it is to be kept, with
    its time, place and code; else it is cancelled. Times are coarsened to the day.
    """
    release_holds(connection, conversation)
    at = datetime.combine(day, time(), tzinfo=UTC)
    mine = _B.c.conversation_id == conversation
    if not keep:
        coming = exists().where(_S.c.id == _B.c.slot_id, _S.c.starts_at >= at)
        connection.execute(
            update(_B)
            .where(mine, _B.c.state == BookingState.BOOKED.value, coming)
            .values(state=BookingState.CANCELLED.value, revision=_B.c.revision + 1)
        )
        connection.execute(update(_B).where(mine).values(code=None))
    connection.execute(update(_B).where(mine).values(conversation_id=None, created_at=at, updated_at=at))


def _still(booking: str, revision: int) -> ColumnElement[bool]:
    return and_(_B.c.id == booking, _B.c.revision == revision, _B.c.state == BookingState.BOOKED.value)


def _coming(now: datetime) -> ColumnElement[bool]:
    return and_(_B.c.state == BookingState.BOOKED.value, _S.c.starts_at > now)


def _clear_expired(connection: Connection, slot: str, now: datetime) -> None:
    connection.execute(
        delete(_B).where(_B.c.slot_id == slot, _B.c.state == BookingState.HELD.value, _B.c.held_until <= now)
    )


def _set_timer(
    connection: Connection,
    tenant: str,
    kind: str,
    booking: str,
    revision: int,
    conversation: str | None,
    *,
    due: datetime,
    not_after: datetime | None = None,
) -> None:
    connection.execute(delete(_T).where(_T.c.tenant == tenant, _T.c.kind == kind, _T.c.subject == booking))
    connection.execute(
        insert(_T).values(
            id=f"{kind}.{booking}",
            tenant=tenant,
            conversation_id=conversation,
            kind=kind,
            subject=booking,
            revision=revision,
            follows="nothing",
            due_at=due,
            not_after=not_after,
            state="pending",
            attempts=0,
        )
    )


def _cancel_timer(connection: Connection, kind: str, booking: str) -> None:
    connection.execute(
        update(_T)
        .where(_T.c.kind == kind, _T.c.subject == booking, _T.c.state == "pending")
        .values(state="cancelled", lease_owner=None)
    )
