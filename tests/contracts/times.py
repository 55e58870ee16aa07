"""Times to book in a store, and what is done with them, with everything that does not matter filled in."""

from __future__ import annotations

import datetime as dt
import itertools

from bot.privacy.pseudonyms import new_id
from bot.storage import bookings as b
from bot.storage import slots
from bot.storage.appointments import Appointment
from bot.storage.bookings import NewBooking, NewHold
from bot.storage.store import SqlStore
from content.plans import SlotTime

from .talk import NOON, TENANT

HOUR = dt.timedelta(hours=1)
CODES = (bytes([number]) * 32 for number in itertools.count())


def at(hours: float, who: str = "A", place: str = "here", *, minutes: int = 60, plan: str = "p") -> SlotTime:
    start = NOON + hours * HOUR
    end = start + dt.timedelta(minutes=minutes)
    return SlotTime(plan=plan, starts_at=start, ends_at=end, who=who, place=place)


async def make(store: SqlStore, *times: SlotTime, now: dt.datetime = NOON) -> int:
    return await store.run(lambda c: slots.keep_slots(c, TENANT, times, new_id=new_id, now=now))


async def free(store: SqlStore, now: dt.datetime = NOON, earliest: dt.datetime | None = None) -> list[Appointment]:
    return await store.run(lambda c: slots.free_slots(c, TENANT, earliest=earliest or now, now=now))


async def hold(
    store: SqlStore, slot: str, talk: str = "talk", *, now: dt.datetime = NOON, minutes: int = 10
) -> Appointment | None:
    new = NewHold(
        id=new_id(),
        tenant=TENANT,
        slot=slot,
        conversation=talk,
        now=now,
        until=now + dt.timedelta(minutes=minutes),
        earliest=now,
    )
    return await store.run(lambda c: b.hold(c, new))


async def book(
    store: SqlStore, held: Appointment, talk: str = "talk", *, code: bytes | None = None, now: dt.datetime = NOON
) -> Appointment | None:
    new = NewBooking(code=code or next(CODES), now=now, wished_on=NOON.date())
    return await store.run(lambda c: b.book(c, talk, held.booking, new))


async def booked(store: SqlStore, slot: str, talk: str = "talk", code: bytes | None = None) -> Appointment:
    held = await hold(store, slot, talk)
    assert held is not None
    done = await book(store, held, talk, code=code)
    assert done is not None
    return done
