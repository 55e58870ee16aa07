"""The dialogs' Requests that only the database can answer: for each type a plain function of a connection.

A turn is computed without the database. Where it meets one of these it stops (`Wanted`), the function is run, and the
turn is computed again with the answer (asking.py). What a Request does and the turn that asked for it are one
transaction.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import Connection

from bot.guesses import Guesses
from bot.privacy.keys import TenantKeys
from bot.privacy.pseudonyms import booking_index, booking_indexes, new_booking_code, new_id, read_booking_code
from bot.storage import bookings, slots
from bot.storage.appointments import Appointment, BookingState
from bot.storage.bookings import NewBooking, NewHold
from content.hours import COPENHAGEN
from content.packs import BookingRules
from dialogs.booking_requests import (
    Book,
    CancelBooking,
    FindBooking,
    FreeTimes,
    Hold,
    MoveBooking,
    OwnBooking,
    Remind,
)
from dialogs.steps import Json, Request

LATEST_REMINDER = timedelta(hours=1)
"""So long before its time a reminder is missed, not sent."""
NO_TIME: Mapping[str, Json] = {"slot": "", "starts": "", "minutes": 0, "place": ""}


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Which conversation asks, when, and what holds for its tenant."""

    tenant: str
    conversation: str
    now: datetime
    rules: BookingRules
    keys: TenantKeys
    guesses: Guesses

    @property
    def earliest(self) -> datetime:
        """The nearest time that is offered."""
        return self.now + timedelta(hours=self.rules.lead_hours)


class Wanted(Exception):
    """A turn asks the database; compute it again with the answer."""

    def __init__(self, request: Request) -> None:
        super().__init__(type(request).__name__)
        self.request = request


def answer(connection: Connection, asked: Request, asker: Asker) -> Json:
    """The database's answer to a Request of one of the types in `ANSWERED`."""
    return _ANSWERS[type(asked)](connection, asked, asker)


# Times.


def _free_times(connection: Connection, asked: FreeTimes, asker: Asker) -> Json:
    free = _different(slots.free_slots(connection, asker.tenant, earliest=asker.earliest, now=asker.now))
    days = list(dict.fromkeys(_local(slot.starts_at).date().isoformat() for slot in free))
    if asked.day:
        chosen = [slot for slot in free if _local(slot.starts_at).date().isoformat() == asked.day]
    else:
        chosen = free[: asked.limit]
    bookable = bool(free) or slots.has_slots(connection, asker.tenant, asker.now)
    return {"bookable": bookable, "times": [_time(slot) for slot in chosen], "days": days}


def _different(all_of_them: list[Appointment]) -> list[Appointment]:
    """One of those at the same time and place: to the citizen they are the same."""
    found = {(slot.starts_at, slot.place): slot for slot in reversed(all_of_them)}
    return sorted(found.values(), key=lambda slot: (slot.starts_at, slot.place))


def _hold(connection: Connection, asked: Hold, asker: Asker) -> Json:
    until = asker.now + timedelta(minutes=asker.rules.hold_minutes)
    new = NewHold(
        id=new_id(),
        tenant=asker.tenant,
        slot=asked.slot,
        conversation=asker.conversation,
        now=asker.now,
        until=until,
        earliest=asker.now,
    )
    held = bookings.hold(connection, new)
    return {"hold": "", **NO_TIME} if held is None else {"hold": held.booking, **_time(held)}


# A booking.


def _book(connection: Connection, asked: Book, asker: Asker) -> Json:
    code = new_booking_code()
    new = NewBooking(
        code=booking_index(asker.keys, code),
        now=asker.now,
        wished_on=_date(asked.wished_on),
        start_by=_date(asked.start_by),
    )
    done = None
    if bookings.own(connection, asker.conversation, asker.now) is None:
        done = bookings.book(connection, asker.conversation, asked.hold, new)
    if done is None:
        return {"booked": False, "booking": "", "code": "", **NO_TIME}
    return {"booked": True, "booking": done.booking, "code": code, **_time(done)}


def _own_booking(connection: Connection, _asked: OwnBooking, asker: Asker) -> Json:
    return _found(bookings.own(connection, asker.conversation, asker.now))


def _find_booking(connection: Connection, asked: FindBooking, asker: Asker) -> Json:
    """Every code costs the same time, and a wrong one the same words, whatever is wrong with it."""
    code = read_booking_code(asked.code)
    indexes = booking_indexes(asker.keys, code or asked.code[:64])
    found = bookings.by_code(connection, asker.tenant, indexes, asker.now)
    if not asker.guesses.may(asker.tenant, asker.conversation, asker.now):
        found = None
    if found is None:
        asker.guesses.wrong(asker.tenant, asker.conversation, asker.now)
    return _found(found)


def _move_booking(connection: Connection, asked: MoveBooking, asker: Asker) -> Json:
    before = bookings.found(connection, asked.booking)
    moved = bookings.move(
        connection,
        asked.booking,
        revision=asked.revision,
        to=asked.hold,
        conversation=asker.conversation,
        now=asker.now,
    )
    if moved is None:
        same = before is not None and (before.revision, before.booked) == (asked.revision, BookingState.BOOKED)
        return {"moved": False, "changed": not same, "reminded": False, **NO_TIME}
    reminded = bookings.is_reminded(connection, moved.booking) and _remind_of(connection, moved, asker) is not None
    return {"moved": True, "changed": False, "reminded": reminded, **_time(moved)}


def _cancel_booking(connection: Connection, asked: CancelBooking, asker: Asker) -> Json:
    cancelled = BookingState.CANCELLED
    gone = bookings.end(connection, asked.booking, revision=asked.revision, as_=cancelled, now=asker.now)
    return {"cancelled": gone is not None}


def _remind(connection: Connection, asked: Remind, asker: Asker) -> Json:
    mine = bookings.own(connection, asker.conversation, asker.now)
    on = None
    if mine is not None and mine.booking == asked.booking:
        bookings.do_not_remind(connection, asked.booking)
        on = _remind_of(connection, mine, asker) if asked.wanted else None
    return {"set": on is not None, "on": "" if on is None else on.isoformat()}


def _remind_of(connection: Connection, of: Appointment, asker: Asker) -> date | None:
    """Set the reminder; the day of it, or None if that has passed, and then there is none."""
    due = reminder_due(of.starts_at, asker.rules)
    if due <= asker.now:
        bookings.do_not_remind(connection, of.booking)
        return None
    bookings.remind(connection, of, due=due, not_after=of.starts_at - LATEST_REMINDER)
    return due.astimezone(COPENHAGEN).date()


def reminder_due(starts_at: datetime, rules: BookingRules) -> datetime:
    """When a reminder of a time is sent: on the day before, at the tenant's hour on the wall. Aware."""
    day = _local(starts_at).date() - timedelta(days=1)
    return datetime.combine(day, time(rules.remind_hour), COPENHAGEN)


# Values.


def _found(of: Appointment | None) -> Json:
    if of is None:
        return {"found": False, "booking": "", "revision": 0, "start_by": "", **NO_TIME}
    start_by = "" if of.start_by is None else of.start_by.isoformat()
    return {"found": True, "booking": of.booking, "revision": of.revision, "start_by": start_by, **_time(of)}


def _time(of: Appointment) -> dict[str, Json]:
    return {"slot": of.slot, **time_of(of)}


def time_of(of: Appointment) -> dict[str, Json]:
    """A time as the dialogs have it, without its slot."""
    minutes = (of.ends_at - of.starts_at) // timedelta(minutes=1)
    starts = _local(of.starts_at).isoformat(timespec="minutes")
    return {"starts": starts, "minutes": minutes, "place": of.place}


def _local(moment: datetime) -> datetime:
    return moment.astimezone(COPENHAGEN)


def _date(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


_ANSWERS: Mapping[type[Request], Callable[[Connection, Any, Asker], Json]] = {
    FreeTimes: _free_times,
    Hold: _hold,
    Book: _book,
    OwnBooking: _own_booking,
    FindBooking: _find_booking,
    MoveBooking: _move_booking,
    CancelBooking: _cancel_booking,
    Remind: _remind,
}
ANSWERED = cast("frozenset[type[Request]]", frozenset(_ANSWERS))
"""The types of Requests that are answered here."""
