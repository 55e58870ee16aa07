"""A diary of what was used, day by day, with a drawn curve of the drinks: the citizen's own, kept with the talk.

A day that is not written is missing and never 0. Drinks are counted in genstande of 12 g. The week stands beside the
advice 10-4-0 (`screening_guideline`); who is under 18 sees no line of grown-ups and hears the advice of their age.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Any

from dialogs.asking import Goto, choice, keep, number, say, yes_no
from dialogs.diary_curve import Days, curve
from dialogs.doors import go, is_young
from dialogs.heard import Expect
from dialogs.keeping import KeptDiary, kept
from dialogs.registry import dialog
from dialogs.screening_age import from_13
from dialogs.screening_guideline import DAY, WEEK
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Option, Words
from dialogs.substances import HEARD
from dialogs.times import day as day_words
from dialogs.visit import Visit

KEPT_DAYS = 56
"""Older days are let go."""
CURVE_DAYS, WEEK_DAYS = 14, 7
EARLIER = range(2, 7)
"""Days back that can be written besides today and yesterday."""
MOST = 60
"""Genstande on one day; more is asked again."""
BUTTONS = tuple(Option(id=str(each), label="diary.number", fields={"number": each}) for each in range(11))
TIMES = ("0", "1", "2", "3", "4", "some")
"""How often; 4 is four or more, `some` was not counted."""
FIRST = ("alcohol", "cannabis")
OTHERS = tuple(name for name in HEARD if name not in FIRST)
AGENDA = (Point("questions"), Point("next", ("diary.next",)))

Book = Mapping[str, Mapping[str, Any]]
"""ISO day to what is written: `nothing`, or genstande of `alcohol` and one of TIMES by substance."""


@dialog("diary", samples=({}, {"again": True}), agenda=AGENDA)
def diary(visit: Visit, *, again: bool = False) -> Dialog[Goto]:
    """Write one day, and see the curve. `again`: right after another day, when the curve has just been shown."""
    age_group = yield from from_13(visit)
    if isinstance(age_group, Goto):
        return age_group
    book: Book = (yield from kept(visit, KeptDiary())) or {}
    if not again:
        yield from (shown(book, visit.day, age_group) if book else say("diary.intro"))
    wish = yield from choice("diary.day", *_days(visit.day), *(("erase",) if book else ()), "menu")
    if wish == "menu":
        return Goto(dialog="menu")
    if wish == "erase":
        return (yield from _erased())
    on = visit.day - timedelta(days=1 if wish == "yesterday" else 0)
    if wish == "earlier":
        back = yield from choice("diary.earlier", *(_earlier(visit.day, ago) for ago in EARLIER))
        on = visit.day - timedelta(days=int(back))
    written = yield from _written(on, book.get(on.isoformat(), {}))
    if written is None:
        yield from say("diary.skipped")
    else:
        book = _with(book, on, written, visit.day)
        yield from keep("diary", book or None)
        yield from say("diary.saved" if written else "diary.forgotten", day=day_words(on), lines=_lines(written))
        week = yield from shown(book, visit.day, age_group)
        if written:
            yield from _beside_the_advice(week, age_group)
    next_wish = yield from choice("diary.next", "more", "talk", "menu")
    return Goto(dialog="diary", arguments={"again": True}) if next_wish == "more" else go(next_wish)


# one day


def _days(today: date) -> tuple[Option, ...]:
    named = {"today": ("i dag", "today"), "yesterday": ("i går", "yesterday"), "earlier": ()}
    at = {"today": today.isoformat()}
    return tuple(
        Option(id=name, label=f"diary.day.{name}", words=words, at=at.get(name, "")) for name, words in named.items()
    )


def _earlier(today: date, ago: int) -> Option:
    return Option(id=str(ago), label="diary.earlier.day", fields={"day": day_words(today - timedelta(days=ago))})


def _written(on: date, before: Mapping[str, Any]) -> Dialog[Mapping[str, Any] | None]:
    """The day as it is now; {} to forget it, None where nothing was said."""
    if before:
        yield from say("diary.has", day=day_words(on), lines=_lines(before))
    what = yield from choice("diary.what", "nothing", *_things(), *(("forget",) if before else ()), day=day_words(on))
    if what == "nothing":
        return {"nothing": True}
    if what == "forget":
        return {}
    if what == "other":
        options = (Option(id=name, label=f"substance.which.{name}", substances=HEARD[name]) for name in OTHERS)
        what = yield from choice("diary.other", *options)
    said: int | str | None
    if what == "alcohol":
        said = yield from number(
            "diary.many", minimum=0, maximum=MOST, samples=(3, 14), expect=Expect.NUMBER_UNITS, buttons=BUTTONS
        )
    else:
        substance = Words(key=f"substance.which.{what}")
        said = (yield from choice("diary.times", *TIMES, optional=True, substance=substance)) or None
    if said is None:
        return None
    return {name: value for name, value in before.items() if name != "nothing"} | {what: said}


def _things() -> tuple[Option, ...]:
    substances = {"alcohol": ("alcohol",), "cannabis": HEARD["cannabis"]}
    substances["other"] = tuple(chain.from_iterable(HEARD[name] for name in OTHERS))
    return tuple(Option(id=name, label=f"diary.what.{name}", substances=known) for name, known in substances.items())


def _with(book: Book, on: date, written: Mapping[str, Any], today: date) -> Book:
    first = (today - timedelta(days=KEPT_DAYS)).isoformat()
    changed = {**book, on.isoformat(): written}
    return {iso: day for iso, day in sorted(changed.items()) if day and iso > first}


def _erased() -> Dialog[Goto]:
    if not (yield from yes_no("diary.erase")):
        return Goto(dialog="diary")
    yield from keep("diary", None)
    yield from say("diary.erased")
    return Goto(dialog="self_help")


def _lines(day: Mapping[str, Any]) -> tuple[Words, ...]:
    if "nothing" in day:
        return (Words(key="diary.line.nothing"),)
    return tuple(
        Words(key="diary.line.alcohol", fields={"units": value})
        if name == "alcohol"
        else Words(
            key="diary.line.other",
            fields={"substance": Words(key=f"substance.which.{name}"), "times": Words(key=f"diary.times.{value}")},
        )
        for name, value in day.items()
    )


# what it comes to


def shown(book: Book, today: date, age_group: str) -> Dialog[list[int]]:
    """The curve of the drinks from the first written day on, at least a week, with the sum of the last seven days; then
    on how many of these other things were used. Gives the genstande of the days that are written among the seven.
    """
    days: Days = [(on, _units(book.get(on.isoformat(), {}))) for on in _last(CURVE_DAYS, today)]
    week = [value for _, value in days[-WEEK_DAYS:] if value is not None]
    first = next((place for place, (_, value) in enumerate(days) if value is not None), None)
    if first is not None:
        key = {0: "diary.week.none", WEEK_DAYS: "diary.week"}.get(len(week), "diary.week.part")
        picture = curve(days[min(first, CURVE_DAYS - WEEK_DAYS) :], 0 if is_young(age_group) else DAY)
        yield from say(key, picture=picture, total=sum(week), written=len(week), missing=WEEK_DAYS - len(week))
    recent = [book.get(on.isoformat(), {}) for on in _last(WEEK_DAYS, today)]
    lines = tuple(
        Words(
            key="diary.week.other",
            fields={
                "substance": Words(key=f"substance.which.{name}"),
                "days": sum(day.get(name, "0") != "0" for day in recent),
            },
        )
        for name in HEARD
        if any(name in day for day in recent)
    )
    if lines:
        yield from say("diary.week.others", lines=lines)
    return week


def _last(many: int, today: date) -> list[date]:
    return [today - timedelta(days=ago) for ago in reversed(range(many))]


def _units(day: Mapping[str, Any]) -> int | None:
    """Genstande of a day; None where none are written, which is not 0."""
    return 0 if "nothing" in day else day.get("alcohol")


def _beside_the_advice(week: list[int], age_group: str) -> Dialog[None]:
    """The advice, kindly. Within it is said only of a whole week: a day that is missing may have been anything."""
    if not week:
        return
    if is_young(age_group):
        if sum(week):
            yield from say("screening_guideline.young")
        return
    if sum(week) > WEEK:
        yield from say("diary.advice.above", week=WEEK)
    elif max(week) > DAY:
        yield from say("diary.advice.day", day=DAY)
    else:
        whole = len(week) == WEEK_DAYS
        yield from say("diary.advice.within" if whole else "diary.advice", week=WEEK, day=DAY)
    if sum(week) > WEEK or (len(week) == WEEK_DAYS and all(week)):
        yield from say("screening.stop_safely")
