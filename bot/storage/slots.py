"""Slots and the working plans they follow: plain functions of a connection, the same on both databases.

What somebody has is in bookings.py. Nothing here takes a slot away from who has it. No constraint of a table can say
that two plans or times overlap: so whoever adds some is alone with the tenant's calendar until the transaction ends.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from bot.storage import tables as t
from bot.storage.appointments import (
    BOOKING,
    OF_SLOTS,
    SLOT,
    TAKING,
    Appointment,
    SlotState,
    appointment_of,
    inserted,
    slot_of,
    takes,
)
from bot.storage.batches import table
from bot.storage.dialects import alone_with
from content.plans import Plan, SlotTime

_S, _B, _P = SLOT, BOOKING, table(t.WorkingPlan)


def alone_with_calendar(connection: Connection, tenant: str) -> None:
    """Before anything is looked at that decides what is written: nobody else adds plans or times until the end."""
    alone_with(connection, f"calendar:{tenant}")


def keep_slots(
    connection: Connection, tenant: str, wanted: Iterable[SlotTime], *, new_id: Callable[[], str], now: datetime
) -> int:
    """Make the coming slots those that the plans want; how many were made. Any number of replicas may do so: whoever
    reads the plans for it is alone with the calendar first.

    What somebody has stays as it was promised, and its counselor gets no other time across it. A slot that the centre
    closed stays closed, and one it made without a plan stays open.
    """
    there = connection.execute(OF_SLOTS.where(_S.c.tenant == tenant, _S.c.starts_at > now)).all()
    fixed = [row for row in there if row.booking_id is not None or (row.plan is None and row.state == SlotState.OPEN)]
    by_place = {
        (time.who, time.starts_at): time for time in wanted if time.starts_at > now and not _across(time, fixed)
    }
    known = {(row.who, row.starts_at): row for row in there}
    made = 0
    for place in sorted(by_place.keys() - known.keys(), key=lambda place: (place[1], place[0])):
        made += inserted(connection, _S, _slot_row(tenant, new_id(), by_place[place]))
    planned = {place: row for place, row in known.items() if row.plan is not None and row.booking_id is None}
    gone = [row.id for place, row in planned.items() if place not in by_place]
    back = [row.id for place, row in planned.items() if place in by_place and row.state == SlotState.WITHDRAWN]
    _set_state(connection, gone, SlotState.OPEN, SlotState.WITHDRAWN)
    _set_state(connection, back, SlotState.WITHDRAWN, SlotState.OPEN)
    for place, row in planned.items():
        time = by_place.get(place)
        if time is not None and (row.ends_at, row.place) != (time.ends_at, time.place):
            free = ~exists().where(_B.c.slot_id == _S.c.id, _B.c.state.in_(TAKING))
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
    alone_with_calendar(connection, tenant)
    taken = exists().where(_B.c.slot_id == _S.c.id, _B.c.state.in_(TAKING))
    overlapping = exists().where(
        _S.c.tenant == tenant,
        _S.c.who == time.who,
        or_(_S.c.state == SlotState.OPEN.value, taken),
        _S.c.starts_at < time.ends_at,
        _S.c.ends_at > time.starts_at,
    )
    if connection.execute(select(overlapping)).scalar_one():
        return False
    place = (_S.c.tenant == tenant, _S.c.who == time.who, _S.c.starts_at == time.starts_at)
    values = {"state": SlotState.OPEN.value, "ends_at": time.ends_at, "place": time.place, "plan": None}
    if connection.execute(update(_S).where(*place).values(values)).rowcount:
        return True
    return inserted(connection, _S, _slot_row(tenant, slot_id, msgspec.structs.replace(time, plan="")))


def close_slot(connection: Connection, tenant: str, slot: str, now: datetime) -> bool:
    """Offer a slot no more; false if somebody has it, or there is none. Whoever takes it meanwhile is waited for."""
    found = connection.execute(select(_S.c.id).where(_S.c.id == slot, _S.c.tenant == tenant).with_for_update()).first()
    if found is None or connection.execute(select(exists().where(_B.c.slot_id == slot, takes(now)))).scalar_one():
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
    return [slot_of(row) for row in rows]


def week(connection: Connection, tenant: str, start: datetime, end: datetime) -> list[Appointment]:
    """All slots that begin in a span and who has them, the earliest first; for the console."""
    within = (_S.c.tenant == tenant, _S.c.starts_at >= start, _S.c.starts_at < end)
    rows = connection.execute(OF_SLOTS.where(*within).order_by(_S.c.starts_at, _S.c.who))
    return [appointment_of(row) for row in rows]


def sweep(connection: Connection, tenant: str, before: datetime) -> int:
    """Delete slots that ended before a moment, with their bookings; how many slots."""
    old = select(_S.c.id).where(_S.c.tenant == tenant, _S.c.ends_at < before)
    connection.execute(delete(_B).where(_B.c.slot_id.in_(old)))
    return connection.execute(delete(_S).where(_S.c.tenant == tenant, _S.c.ends_at < before)).rowcount


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


def add_plan(connection: Connection, tenant: str, plan: Plan, *, beside: Iterable[Plan] = ()) -> bool:
    """Store a plan that has no problem; false if it collides with another of the centre's, or with one `beside`."""
    alone_with_calendar(connection, tenant)
    if any(plan.collides(other) for other in chain(beside, plans(connection, tenant))):
        return False
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
    return True


def remove_plan(connection: Connection, tenant: str, plan: str) -> bool:
    """False if there is none; its free slots go when slots are kept next."""
    return bool(connection.execute(delete(_P).where(_P.c.tenant == tenant, _P.c.id == plan)).rowcount)


def _free(tenant: str, now: datetime) -> ColumnElement[bool]:
    taken = exists().where(_B.c.slot_id == _S.c.id, takes(now))
    return and_(_S.c.tenant == tenant, _S.c.state == SlotState.OPEN.value, ~taken)
