"""Choosing a time: the earliest first, three at once, other days on request, and kept while one makes up one's mind.

Times come as `booking_requests` describes them. A time is said with its weekday and date, in words.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dialogs.asking import choice, request, say
from dialogs.booking_requests import FreeTimes, Hold
from dialogs.steps import Dialog, Option, Words

AT_ONCE = 3
"""Times shown at a time."""
DAYS_AT_ONCE = 5
NOON = 12

Time = Mapping[str, Any]


def when(time: Time) -> Words:
    """A time in words: weekday, date and hour."""
    at = datetime.fromisoformat(time["starts"])
    hour = f"{at.hour}.{at:%M}" if at.minute else str(at.hour)
    return Words(key="booking.when", fields={**_day_fields(at.date()), "hour": hour})


def day(on: date) -> Words:
    """A day in words: weekday and date."""
    return Words(key="booking.when.day", fields=_day_fields(on))


def _day_fields(on: date) -> dict[str, Words | int]:
    return {
        "weekday": Words(key=f"common.weekday.{on.weekday()}"),
        "day": on.day,
        "month": Words(key=f"common.month.{on.month}"),
    }


def pick(question: str) -> Dialog[Time | None]:
    """A time, held, as the answer of `Hold`; None if none of them will do. `question` asks whether to take it."""
    free = yield from request(FreeTimes())
    times, message, at = free["times"], "booking.time", 0
    while True:
        if not times:
            yield from say("booking.no_times")
            return None
        shown = times[at : at + AT_ONCE]
        more = ("more",) if len(times) > at + AT_ONCE else ()
        wish = yield from choice("booking.time", *_options(shown), *_named(*more, "other", "none"), message=message)
        if wish == "none":
            return None
        if wish == "more":
            at += AT_ONCE
            continue
        if wish == "other":
            times, message, at = (yield from _of_another_day(free["days"])), "booking.time.that_day", 0
        else:
            held = yield from request(Hold(slot=wish))
            answer = ""
            if not held["hold"]:
                yield from say("booking.taken")
            else:
                place = held["place"]
                answer = yield from choice(question, "yes", "other", "no", when=when(held), place=place)
            if answer == "yes":
                return held
            if answer == "no":
                return None
            free = yield from request(FreeTimes())
            times, message, at = free["times"], "booking.time", 0


def _of_another_day(days: Sequence[str]) -> Dialog[Sequence[Time]]:
    """The times of a day, or of a part of it."""
    at = 0
    while True:
        shown = [
            Option(id=iso, label="booking.day.option", fields={"when": day(date.fromisoformat(iso))}, at=iso)
            for iso in days[at : at + DAYS_AT_ONCE]
        ]
        later = at + DAYS_AT_ONCE < len(days)
        chosen = yield from choice("booking.day", *shown, *(("later",) if later else ()))
        if chosen != "later":
            break
        at += DAYS_AT_ONCE
    times: Sequence[Time] = (yield from request(FreeTimes(day=chosen)))["times"]
    early = [time for time in times if datetime.fromisoformat(time["starts"]).hour < NOON]
    late = [time for time in times if time not in early]
    if len(times) <= AT_ONCE or not (early and late):
        return times
    return early if (yield from choice("booking.part", "early", "late")) == "early" else late


def _options(times: Sequence[Time]) -> list[Option]:
    """A button for each time; with its place, where there is more than one."""
    label = "booking.time.option" if len({time["place"] for time in times}) == 1 else "booking.time.option.place"
    return [
        Option(id=time["slot"], label=label, fields={"when": when(time), "place": time["place"]}, at=time["starts"])
        for time in times
    ]


def _named(*names: str) -> list[Option]:
    return [Option(id=name, label=f"booking.time.{name}") for name in names]
