"""Booking the first talk: the right to help, the wish for it, a time, a code, a reminder, a calendar file.

The guarantee runs from the day on which an adult says "I want help" (sundhedsloven § 141, serviceloven § 101; DESIGN
§1). Relatives have no such right of their own, and for people under 18 another law holds (barnets lov § 33): neither is
told a date. Where no times are given here that is said, and the way to the centre is shown.
"""

from datetime import date, timedelta

from dialogs.asking import Goto, choice, learn, record, request, say, yes_no
from dialogs.booking_requests import Book, FreeTimes, OwnBooking, Remind
from dialogs.doors import RIGHTS_BY_ROLE, is_young
from dialogs.registry import dialog
from dialogs.screening_age import asked_age
from dialogs.skeleton import Point
from dialogs.steps import Dialog
from dialogs.times import Time, day, pick, when
from dialogs.visit import Visit

AGENDA = (Point("questions"), Point("time", ("booking.time",)), Point("reminder", ("booking.remind",)))


@dialog("booking", agenda=AGENDA)
def booking(visit: Visit) -> Dialog[Goto | None]:
    """From "I want help" to a time that is booked. Who has one already is shown it."""
    own = yield from request(OwnBooking())
    if own["found"]:
        return Goto(dialog="my_time")
    young = is_young(visit.age_group)
    yield from say(RIGHTS_BY_ROLE.get(visit.role or "me", "menu.book.young" if young else "menu.book"))
    if visit.role == "professional":
        return Goto(dialog="handoff")
    if not (yield from request(FreeTimes(limit=1)))["bookable"]:
        yield from say("menu.not_yet")
        return Goto(dialog="handoff")
    relative = visit.role == "other"
    question = "booking.wish.relative" if relative else "booking.wish"
    wish = yield from choice("booking.wish", "yes", "have", "no", message=question)
    if wish == "have":
        return Goto(dialog="my_time")
    if wish == "no":
        yield from say("booking.later")
        return None
    wished_on, start_by = ("", "") if relative else (yield from _guarantee(visit))
    return (yield from _booked(visit, wished_on, start_by))


def _guarantee(visit: Visit) -> Dialog[tuple[str, str]]:
    """The day of the wish, and the last day on which help must start: told, where the law gives one. ISO, or empty."""
    wished = date.fromisoformat(visit.wished_on) if visit.wished_on else visit.day
    yield from learn("wished_on", wished.isoformat())
    yield from record("booking.wish", wished.isoformat(), counter=None if visit.wished_on else "help_wished")
    if is_young((yield from asked_age(visit))):
        yield from say("booking.guarantee.young")
        return wished.isoformat(), ""
    start_by = wished + timedelta(days=visit.pack.guarantee_days)
    yield from say("booking.guarantee", wished=day(wished), start_by=day(start_by))
    return wished.isoformat(), start_by.isoformat()


def _booked(visit: Visit, wished_on: str, start_by: str) -> Dialog[Goto | None]:
    while True:
        held = yield from pick("booking.confirm")
        if held is None:
            yield from say("booking.none")
            return Goto(dialog="handoff")
        done = yield from request(Book(hold=held["hold"], wished_on=wished_on, start_by=start_by))
        if done["booked"]:
            break
        yield from say("booking.taken")
    starts = date.fromisoformat(done["starts"][:10])
    quick = (starts - visit.day).days <= visit.pack.guarantee_days
    yield from record(
        "booking.intake", starts.isoformat(), counter="intake_booked", bucket="in_time" if quick else "late"
    )
    yield from say("booking.done", when=when(done), minutes=done["minutes"], place=done["place"], code=done["code"])
    if start_by and starts.isoformat() > start_by:
        yield from say("booking.after_guarantee", start_by=day(date.fromisoformat(start_by)))
    role = ".relative" if visit.role == "other" else ""
    yield from say(f"booking.first{role}")
    yield from _reminder(done)
    yield from say("booking.calendar")
    yield from say(f"booking.until{role}")
    return None


def _reminder(done: Time) -> Dialog[None]:
    wanted = yield from yes_no("booking.remind")
    answer = yield from request(Remind(booking=done["booking"], wanted=bool(wanted)))
    if wanted and answer["set"]:
        yield from say("booking.remind.set", on=day(date.fromisoformat(answer["on"])))
    elif wanted:
        yield from say("booking.remind.too_late")
