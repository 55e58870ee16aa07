"""Slots and bookings: plain functions of a connection, the same on both databases.

Who has a slot is decided by the unique index `uq_booking_slot`: a second row that would hold or book it cannot be. A
booking changes only where it still has the revision that was seen. A hold that ran out is in nobody's way: whoever
wants the slot takes its row away first.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage import tables as t
from bot.storage.batches import table
from content.plans import Plan, SlotTime

_S, _B, _P, _T = table(t.Slot), table(t.Booking), table(t.WorkingPlan), table(t.Timer)
REMINDER, HOLD = "reminder", "hold"
"""Kinds of timers; the subject is the booking's id."""


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


_TAKING = [state.value for state in BookingState if not state.value.startswith("cancelled")]


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


# Slots.


def keep_slots(
    connection: Connection, tenant: str, wanted: Iterable[SlotTime], *, new_id: Callable[[], str], now: datetime
) -> int:
    """Make the coming slots those that the plans want; how many were made. Any number of replicas may do so at once.

    What somebody has stays as it was promised, and its counselor gets no other time across it. A slot that the centre
    closed stays closed, and one it made without a plan stays open.
    """
    there = connection.execute(_OF_SLOTS.where(_S.c.tenant == tenant, _S.c.starts_at > now)).all()
    fixed = [row for row in there if row.booking_id is not None or row.plan is None]
    by_place = {
        (time.who, time.starts_at): time for time in wanted if time.starts_at > now and not _across(time, fixed)
    }
    known = {(row.who, row.starts_at): row for row in there}
    made = 0
    for place in sorted(by_place.keys() - known.keys(), key=lambda place: (place[1], place[0])):
        made += _inserted(connection, _S, _slot_row(tenant, new_id(), by_place[place]))
    planned = {place: row for place, row in known.items() if row.plan is not None and row.booking_id is None}
    gone = [row.id for place, row in planned.items() if place not in by_place]
    back = [row.id for place, row in planned.items() if place in by_place and row.state == SlotState.WITHDRAWN]
    _set_state(connection, gone, SlotState.OPEN, SlotState.WITHDRAWN)
    _set_state(connection, back, SlotState.WITHDRAWN, SlotState.OPEN)
    for place, row in planned.items():
        time = by_place.get(place)
        if time is not None and (row.ends_at, row.place) != (time.ends_at, time.place):
            free = ~exists().where(_B.c.slot_id == _S.c.id, _B.c.state.in_(_TAKING))
            changed = {"ends_at": time.ends_at, "place": time.place, "plan": time.plan}
            connection.execute(update(_S).where(_S.c.id == row.id, free).values(changed))
    return made


def _across(time: SlotTime, fixed: Iterable[Any]) -> bool:
    """Whether the counselor has something else at that time."""
    return any(
        row.who == time.who
        and row.starts_at != time.starts_at
        and row.starts_at < time.ends_at
        and time.starts_at < row.ends_at
        for row in fixed
    )


def _set_state(connection: Connection, slots: Sequence[str], old: SlotState, new: SlotState) -> None:
    for start in range(0, len(slots), 500):  # SQLite takes some thousand values a statement at most
        some = slots[start : start + 500]
        connection.execute(update(_S).where(_S.c.id.in_(some), _S.c.state == old.value).values(state=new.value))


def _slot_row(tenant: str, slot_id: str, time: SlotTime) -> dict[str, Any]:
    return {
        "id": slot_id,
        "tenant": tenant,
        "plan": time.plan or None,
        "who": time.who,
        "place": time.place,
        "starts_at": time.starts_at,
        "ends_at": time.ends_at,
        "state": SlotState.OPEN.value,
    }


def add_slot(connection: Connection, tenant: str, slot_id: str, time: SlotTime) -> bool:
    """Add one slot without a plan; false if the counselor or room has another one then."""
    overlapping = exists().where(
        _S.c.tenant == tenant,
        _S.c.who == time.who,
        _S.c.state == SlotState.OPEN.value,
        _S.c.starts_at < time.ends_at,
        _S.c.ends_at > time.starts_at,
    )
    if connection.execute(select(overlapping)).scalar_one():
        return False
    place = (_S.c.tenant == tenant, _S.c.who == time.who, _S.c.starts_at == time.starts_at)
    values = {"state": SlotState.OPEN.value, "ends_at": time.ends_at, "place": time.place, "plan": None}
    if connection.execute(update(_S).where(*place).values(values)).rowcount:
        return True
    return _inserted(connection, _S, _slot_row(tenant, slot_id, msgspec.structs.replace(time, plan="")))


def close_slot(connection: Connection, tenant: str, slot: str, now: datetime) -> bool:
    """Offer a slot no more; false if somebody has it, or there is none. Whoever takes it meanwhile is waited for."""
    found = connection.execute(select(_S.c.id).where(_S.c.id == slot, _S.c.tenant == tenant).with_for_update()).first()
    if found is None or connection.execute(select(exists().where(_B.c.slot_id == slot, _takes(now)))).scalar_one():
        return False
    connection.execute(update(_S).where(_S.c.id == slot).values(state=SlotState.CLOSED.value))
    return True


def has_slots(connection: Connection, tenant: str, now: datetime) -> bool:
    """Whether the tenant has any coming times at all, taken or not."""
    coming = exists().where(_S.c.tenant == tenant, _S.c.starts_at > now, _S.c.state == SlotState.OPEN.value)
    return bool(connection.execute(select(coming)).scalar_one())


def free_slots(connection: Connection, tenant: str, *, earliest: datetime, now: datetime) -> list[Appointment]:
    """What can be had, the earliest first."""
    rows = connection.execute(
        select(_S)
        .where(_free(tenant, now), _S.c.starts_at >= earliest)
        .order_by(_S.c.starts_at, _S.c.place, _S.c.who, _S.c.id)
    )
    return [_slot(row) for row in rows]


def week(connection: Connection, tenant: str, start: datetime, end: datetime) -> list[Appointment]:
    """All slots that begin in a span and who has them, the earliest first; for the console."""
    within = (_S.c.tenant == tenant, _S.c.starts_at >= start, _S.c.starts_at < end)
    rows = connection.execute(_OF_SLOTS.where(*within).order_by(_S.c.starts_at, _S.c.who))
    return [_appointment(row) for row in rows]


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
        if _inserted(connection, _B, booking):
            _set_timer(connection, new.tenant, HOLD, new.id, 1, new.conversation, due=new.until)
            held = BookingState.HELD
            return msgspec.structs.replace(_slot(row), booking=new.id, revision=1, booked=held)
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
    row = connection.execute(_OF_BOOKINGS.where(_B.c.id == booking)).first()
    return None if row is None else _appointment(row)


def own(connection: Connection, conversation: str, now: datetime) -> Appointment | None:
    """The coming booking of a conversation."""
    row = connection.execute(
        _OF_BOOKINGS.where(_B.c.conversation_id == conversation, _coming(now)).order_by(_S.c.starts_at)
    ).first()
    return None if row is None else _appointment(row)


def by_code(connection: Connection, tenant: str, indexes: Sequence[bytes], now: datetime) -> Appointment | None:
    """The coming booking of a code, by any of its keyed hashes."""
    row = connection.execute(_OF_BOOKINGS.where(_B.c.tenant == tenant, _B.c.code.in_(indexes), _coming(now))).first()
    return None if row is None else _appointment(row)


def set_code(connection: Connection, booking: str, code: bytes) -> None:
    """Replace the code of a booking."""
    connection.execute(update(_B).where(_B.c.id == booking).values(code=code))


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


def sweep(connection: Connection, tenant: str, before: datetime) -> int:
    """Delete slots that ended before a moment, with their bookings; how many slots."""
    old = select(_S.c.id).where(_S.c.tenant == tenant, _S.c.ends_at < before)
    connection.execute(delete(_B).where(_B.c.slot_id.in_(old)))
    return connection.execute(delete(_S).where(_S.c.tenant == tenant, _S.c.ends_at < before)).rowcount


# Plans of the console.


def plans(connection: Connection, tenant: str) -> list[Plan]:
    """The plans that the centre made itself."""
    rows = connection.execute(select(_P).where(_P.c.tenant == tenant).order_by(_P.c.who, _P.c.starts, _P.c.id))
    return [
        Plan(
            id=row.id,
            days=tuple(row.days.split()),
            start=row.starts,
            end=row.ends,
            minutes=row.minutes,
            who=row.who,
            place=row.place,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]


def add_plan(connection: Connection, tenant: str, plan: Plan) -> None:
    """Store a plan that has no problem and collides with none."""
    connection.execute(
        insert(_P).values(
            id=plan.id,
            tenant=tenant,
            days=" ".join(plan.days),
            starts=plan.start,
            ends=plan.end,
            minutes=plan.minutes,
            who=plan.who,
            place=plan.place,
            valid_from=plan.valid_from,
            valid_to=plan.valid_to,
        )
    )


def remove_plan(connection: Connection, tenant: str, plan: str) -> bool:
    """False if there is none; its free slots go when slots are kept next."""
    return bool(connection.execute(delete(_P).where(_P.c.tenant == tenant, _P.c.id == plan)).rowcount)


# What all of it is made of.

_COLUMNS = (
    _S,
    _B.c.id.label("booking_id"),
    _B.c.revision,
    _B.c.state.label("booked"),
    _B.c.conversation_id,
    _B.c.wished_on,
    _B.c.start_by,
)
_OF_BOOKINGS = select(*_COLUMNS).select_from(_B.join(_S, _B.c.slot_id == _S.c.id))
_OF_SLOTS = select(*_COLUMNS).select_from(_S.outerjoin(_B, and_(_B.c.slot_id == _S.c.id, _B.c.state.in_(_TAKING))))


def _takes(now: datetime) -> ColumnElement[bool]:
    return and_(_B.c.state.in_(_TAKING), or_(_B.c.held_until.is_(None), _B.c.held_until > now))


def _free(tenant: str, now: datetime) -> ColumnElement[bool]:
    taken = exists().where(_B.c.slot_id == _S.c.id, _takes(now))
    return and_(_S.c.tenant == tenant, _S.c.state == SlotState.OPEN.value, ~taken)


def _still(booking: str, revision: int) -> ColumnElement[bool]:
    return and_(_B.c.id == booking, _B.c.revision == revision, _B.c.state == BookingState.BOOKED.value)


def _coming(now: datetime) -> ColumnElement[bool]:
    return and_(_B.c.state == BookingState.BOOKED.value, _S.c.starts_at > now)


def _clear_expired(connection: Connection, slot: str, now: datetime) -> None:
    connection.execute(
        delete(_B).where(_B.c.slot_id == slot, _B.c.state == BookingState.HELD.value, _B.c.held_until <= now)
    )


def _inserted(connection: Connection, into: Any, values: dict[str, Any]) -> bool:
    """Whether the row could be: false if a unique index says that somebody was first."""
    try:
        with connection.begin_nested():
            connection.execute(insert(into).values(values))
    except IntegrityError:
        return False
    return True


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


def _slot(row: Any) -> Appointment:
    return Appointment(
        slot=row.id,
        tenant=row.tenant,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        who=row.who,
        place=row.place,
        state=SlotState(row.state),
    )


def _appointment(row: Any) -> Appointment:
    if row.booking_id is None:
        return _slot(row)
    return msgspec.structs.replace(
        _slot(row),
        booking=row.booking_id,
        revision=row.revision,
        booked=BookingState(row.booked),
        conversation=row.conversation_id,
        wished_on=row.wished_on,
        start_by=row.start_by,
    )
