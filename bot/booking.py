"""Slots and bookings: what the console may do with them, and the work that goes on by itself.

Whoever calls for a counselor has checked that they may, and writes the audit. Nothing here says who a citizen is: a
booking is a time, a place, two dates, and a conversation that only the desk may open.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.house import House
from bot.privacy.pseudonyms import booking_indexes, new_id, read_booking_code
from bot.requests import time_of
from bot.storage import bookings, slots
from bot.storage.appointments import Appointment, BookingState, SlotState
from bot.storage.ports import Store, Timer
from bot.timers import Timers
from content.hours import COPENHAGEN
from content.plans import Plan, SlotTime, times
from dialogs.steps import Say
from dialogs.times import when

__all__ = ["Appointment", "BookingState", "Bookings", "SlotState", "WorkingPlan"]

SLOTS_EVERY = 3600.0
"""Seconds between two looks at what the plans want."""
OUTCOMES = (BookingState.ATTENDED, BookingState.NO_SHOW)

Problem = tuple[str, str, str]
"""A field, what is wrong with it, what to do."""


class WorkingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan in force, and what it gives in the days that can be booked."""

    plan: Plan
    of_pack: bool
    """Only the pack changes it."""
    coming: int
    """How many times it gives."""
    booked: int
    """How many of them somebody has."""


class Teller(Protocol):
    """Who can say something in a conversation, unasked (conversations.py)."""

    async def tell(
        self,
        conversation: str,
        said: Sequence[Say],
        *,
        still: Callable[[Connection], bool],
        fires: Timer | None = None,
    ) -> bool: ...


class Bookings:
    """The bookings of all tenants. With `demo` the made-up plans of the packs count too."""

    def __init__(self, *, store: Store, house: House, teller: Teller, clock: Clock, demo: bool = False) -> None:
        self._store = store
        self._content = house.content
        self._keyring = house.keyring
        self._teller = teller
        self._clock = clock
        self._demo = demo

    def start(self, timers: Timers) -> None:
        """Take over the timers and the chore of this part."""
        timers.handle(bookings.HOLD, self._end_hold)
        timers.handle(bookings.REMINDER, self._remind)
        timers.repeat(self.keep_slots, every=SLOTS_EVERY)

    # slots and plans

    async def keep_slots(self) -> None:
        """Make the slots of the days to come, from the plans of pack and console; delete what is long past. Any
        replica may, at any time. Raises StorageUnavailable.
        """
        for tenant in self._content.tenants:
            await self.keep_slots_of(tenant)

    async def keep_slots_of(self, tenant: str) -> int:
        """The same for one tenant; how many slots were made."""
        now = self._clock.now()
        pack = self._content.pack(tenant)
        own = self._pack_plans(tenant)

        def keep(connection: Connection) -> int:
            slots.sweep(connection, tenant, now - timedelta(days=pack.retention_days))
            slots.alone_with_calendar(connection, tenant)
            wanted = self._times(tenant, chain(own, slots.plans(connection, tenant)), now)
            return slots.keep_slots(connection, tenant, wanted, new_id=new_id, now=now)

        return await self._store.run(keep)

    def _times(self, tenant: str, plans: Iterable[Plan], now: datetime) -> list[SlotTime]:
        """What plans want in the days that can be booked, today's past times included."""
        pack = self._content.pack(tenant)
        today = now.astimezone(COPENHAGEN).date()
        closed = pack.hours.closed_days if pack.hours is not None else frozenset()
        return times(plans, today, today + timedelta(days=pack.booking.horizon_days), closed_days=closed)

    def _pack_plans(self, tenant: str) -> list[Plan]:
        return [plan for plan in self._content.pack(tenant).plans if self._demo or not plan.demo]

    async def plans(self, tenant: str) -> list[WorkingPlan]:
        """The working plans in force: the pack's, which only the pack changes, then the console's."""
        now = self._clock.now()
        until = now + timedelta(days=self._content.pack(tenant).booking.horizon_days + 1)

        def read(connection: Connection) -> tuple[list[Plan], list[Appointment]]:
            return slots.plans(connection, tenant), slots.week(connection, tenant, now, until)

        own, coming = await self._store.read(read)
        taken = {(one.who, one.starts_at) for one in coming if one.booked is not None}

        def weighed(plan: Plan, *, of_pack: bool) -> WorkingPlan:
            given = [(one.who, one.starts_at) for one in self._times(tenant, [plan], now) if one.starts_at > now]
            return WorkingPlan(plan=plan, of_pack=of_pack, coming=len(given), booked=len(taken.intersection(given)))

        of_pack = [weighed(plan, of_pack=True) for plan in self._pack_plans(tenant)]
        return of_pack + [weighed(plan, of_pack=False) for plan in own]

    async def add_plan(self, tenant: str, plan: Plan) -> Problem | None:
        """Add a plan and make its slots; or say what is wrong with it. Its id is given here."""
        plan = msgspec.structs.replace(plan, id=new_id(), demo=False)
        problem = plan.problem()
        if problem is not None:
            return problem
        own = self._pack_plans(tenant)
        if not await self._store.run(lambda c: slots.add_plan(c, tenant, plan, beside=own)):
            return "who", f"{plan.who} has another plan at that time", "Change days or hours, or remove the other."
        await self.keep_slots_of(tenant)
        return None

    async def remove_plan(self, tenant: str, plan: str) -> bool:
        """Remove a plan of the console with its free slots; what is booked stays. False if there is none."""
        removed = await self._store.run(lambda c: slots.remove_plan(c, tenant, plan))
        await self.keep_slots_of(tenant)
        return removed

    async def add_slot(self, tenant: str, *, starts_at: datetime, minutes: int, who: str, place: str) -> bool:
        """Add one slot; false if it is past, or the counselor or room has another then. `starts_at` is aware."""
        ends_at = starts_at + timedelta(minutes=minutes)
        wanted = SlotTime(plan="", starts_at=starts_at, ends_at=ends_at, who=who, place=place)
        if starts_at <= self._clock.now():
            return False
        return await self._store.run(lambda c: slots.add_slot(c, tenant, new_id(), wanted))

    async def close_slot(self, tenant: str, slot: str) -> bool:
        """Offer a slot no more; false if somebody has it."""
        now = self._clock.now()
        return await self._store.run(lambda c: slots.close_slot(c, tenant, slot, now))

    # bookings

    async def week(self, tenant: str, monday: date) -> list[Appointment]:
        """All slots of the seven Danish days from `monday` on, and what became of them."""
        start = datetime.combine(monday, time(), COPENHAGEN)
        end = datetime.combine(monday + timedelta(days=7), time(), COPENHAGEN)
        return await self._store.read(lambda c: slots.week(c, tenant, start, end))

    async def by_code(self, tenant: str, code: str) -> Appointment | None:
        """The coming booking of a code. Callers limit how often, and answer in the same time and words."""
        now = self._clock.now()
        indexes = booking_indexes(self._keyring.tenant(tenant), read_booking_code(code) or code[:64])
        return await self._store.read(lambda c: bookings.by_code(c, tenant, indexes, now))

    async def mark(self, tenant: str, booking: str, *, revision: int, outcome: BookingState) -> bool:
        """Say that a citizen came, or did not, once the time has begun; false if the booking was changed meanwhile."""
        now = self._clock.now()
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome} is no outcome of a talk; use cancel")

        def mark(connection: Connection) -> bool:
            found = bookings.found(connection, booking)
            if found is None or found.tenant != tenant or found.starts_at > now:
                return False
            return bookings.end(connection, booking, revision=revision, as_=outcome, now=now) is not None

        return await self._store.run(mark)

    async def cancel(self, tenant: str, booking: str, *, revision: int) -> bool:
        """Cancel a coming booking for the centre, close its slot, and tell the citizen where there is a conversation;
        false if it was changed meanwhile.
        """
        now = self._clock.now()

        def cancel(connection: Connection) -> Appointment | None:
            found = bookings.found(connection, booking)
            if found is None or found.tenant != tenant or found.starts_at <= now:
                return None
            by_centre = BookingState.CANCELLED_BY_CENTRE
            gone = bookings.end(connection, booking, revision=revision, as_=by_centre, now=now)
            if gone is not None:
                slots.close_slot(connection, tenant, gone.slot, now)
            return gone

        gone = await self._store.run(cancel)
        if gone is None:
            return False
        if gone.conversation is not None:
            said = Say(message="booking.cancelled_by_centre", fields={"when": when(time_of(gone))})
            await self._teller.tell(gone.conversation, [said], still=_always)
        return True

    # timers

    async def _end_hold(self, timer: Timer) -> None:
        now = self._clock.now()
        await self._store.run(lambda c: bookings.end_hold(c, timer.subject, now))

    async def _remind(self, timer: Timer) -> None:
        """Remind, if the booking still is what it was when the reminder was set."""
        of = await self._store.read(lambda c: bookings.found(c, timer.subject))
        if of is None or of.conversation is None:
            return
        now = self._clock.now()

        def still(connection: Connection) -> bool:
            at_last = bookings.found(connection, timer.subject)
            return (
                at_last is not None
                and (at_last.revision, at_last.booked) == (timer.revision, BookingState.BOOKED)
                and at_last.starts_at > now
            )

        said = Say(message="booking.reminder", fields={"when": when(time_of(of))})
        await self._teller.tell(of.conversation, [said], still=still, fires=timer)


async def make_first_slots(of: Bookings) -> None:
    """At the start: so that the first citizen finds times. Without a database the chore does it later."""
    with suppress(StorageUnavailable):
        await of.keep_slots()


def _always(_connection: Connection) -> bool:
    return True
