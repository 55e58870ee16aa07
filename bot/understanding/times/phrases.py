"""Which moment, day or week a message names, as CONTRACTS §2 writes it; nothing where it names none, several, the past.

Decisions, where Danish leaves room (docs/understanding/times_and_answers.md): a weekday is the next one after today;
"næste fredag" is that of the next calendar week; hours 1 to 6 are of the afternoon unless a part of the day says so.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]  # locked without stubs

from bot.understanding.times import calendar
from bot.understanding.times.clocks import Clock, clock_in
from bot.understanding.times.patterns import (
    BEGINNING,
    BESIDE_A_DAY,
    DATE,
    DATE_IN_WORDS,
    DAY_OF_MONTH,
    EARLY,
    ISO_DATE,
    LATER,
    LETTERS,
    NAMED,
    NEAR_DAY,
    NEVER,
    NEXT_WEEK,
    NOW_PAST,
    OFTEN,
    ON_THE_DAY,
    PAST,
    SEVERAL,
    SEVERAL_CLOCKS,
    SOON,
    TELLING,
    THIS_PART,
    THIS_WEEK,
    WEEK,
    WEEKDAY,
)
from bot.understanding.times.words import MONTHS, WEEKDAYS, canonical

_DIGIT = re.compile(r"\d")
A_WEEK_AS_SAID = 8
"""Days: "mandag om 8 dage" is the Monday a week after the coming one."""


def read(text: str, now: datetime) -> str | None:
    """What is named, seen from an aware `now`. Never raises."""
    if not _may_name_a_time(text):
        return None
    local = now.astimezone(calendar.COPENHAGEN)
    line = canonical(text)
    past = PAST.search(line) is not None
    if WEEK.search(line) or NEXT_WEEK.search(line):
        line = ON_THE_DAY.sub(r" \g<d>", line)
    past = past or OFTEN.search(line) is not None
    line = NEVER.sub(" ", OFTEN.sub(" ", PAST.sub(" ", line)))
    if SEVERAL.search(line) is not None or SEVERAL_CLOCKS.search(line) is not None:
        return None
    soon = SOON.search(line)
    if soon is not None:
        return _soon(soon, local)
    try:
        return _named(line, local, past=past)
    except (OverflowError, ValueError):  # a year or a length of time that no calendar has
        return None


def _may_name_a_time(text: str) -> bool:
    words = LETTERS.findall(text.lower())
    return not TELLING.isdisjoint([word[:BEGINNING] for word in words]) or _DIGIT.search(text) is not None


def _named(line: str, now: datetime, *, past: bool) -> str | None:
    today = now.date()
    part = THIS_PART.search(line)
    if part is not None:
        if part["p"] == "nat" and NOW_PAST.search(line):
            return None
        line = f"{line[: part.start()]} i dag {part['p']} {line[part.end() :]}"
    line = EARLY.sub(r" \g<d> morgenen", line)
    days, weeks, line = _days(line, today)
    clock, _ = clock_in(line, dated=bool(days))
    if len(set(days)) > 1 or (past and not days and not weeks):
        return None
    if not days:
        if weeks and clock == Clock():
            return f"{weeks[0][0]}-W{weeks[0][1]:02}" if len(set(weeks)) == 1 else None
        return None if weeks else _today_or_tomorrow(clock, now)
    return _written(days[0], clock, now)


def _days(line: str, today: date) -> tuple[list[date], list[tuple[int, int]], str]:
    """The days and the weeks that are named, and the line without their words."""
    days, line = _dates(line, today)
    named, line = _named_days(line, today)
    days += named
    in_weeks, weeks, line = _in_weeks(line, today, has_date=bool(days))
    days += in_weeks
    if not days:
        days, line = _later(line, today)
    near, line = _near_days(line, today)
    days = days or near + _weekdays(line, today)
    beside = BESIDE_A_DAY.search(line)
    if beside is None:
        return days, weeks, line
    ahead = timedelta(days=1 if beside["w"] == "efter" else -1)
    return [day + ahead for day in days], weeks, f"{line[: beside.start()]} # {line[beside.end() :]}"


def _dates(line: str, today: date) -> tuple[list[date], str]:
    days: list[date] = []
    for pattern in (ISO_DATE, DATE_IN_WORDS, DATE, DAY_OF_MONTH):
        for found in list(pattern.finditer(line)):
            day = _date_of(found, today)
            if day is None and pattern is not DAY_OF_MONTH:
                continue
            if day is not None:
                days.append(day)
            line = line.replace(found.group(), " # ", 1)
    return days, line


def _date_of(found: re.Match[str], today: date) -> date | None:
    said = {name: value for name, value in found.groupdict().items() if value}
    if found.re is DAY_OF_MONTH:
        number = int(said["d"]) if "d" in said else {"første": 1, "anden": 2}[said["first"]]
        coming = calendar.day_of_month(today, number, months=1 if "next" in said else 0)
        return None if coming is not None and "this" in said and coming.month != today.month else coming
    day = int(said.get("d") or said.get("d2") or said.get("d3") or said["d4"])
    month = said.get("m") or said.get("m2") or said.get("m3") or said.get("m4") or said["m5"]
    number = int(month) if month.isdigit() else 5 if month == "may" else MONTHS.index(month) + 1
    year = said.get("y") or said.get("y2")
    return calendar.day_and_month(today, day, number, int(year) if year else None)


def _named_days(line: str, today: date) -> tuple[list[date], str]:
    days = [calendar.named_day(found["d"], today) for found in NAMED.finditer(line)]
    return days, NAMED.sub(" # ", line)


def _in_weeks(line: str, today: date, *, has_date: bool) -> tuple[list[date], list[tuple[int, int]], str]:
    """A week, or a weekday in it."""
    numbers: list[tuple[int, int]] = []
    for found in WEEK.finditer(line):
        number = calendar.coming_week(today, int(found["n"] or found["k"]))
        if number is not None:
            numbers.append(number)
    line = WEEK.sub(" # ", line)
    for pattern, ahead in ((NEXT_WEEK, 1), (THIS_WEEK, 0)):
        if pattern.search(line):
            year, number_, _ = calendar.weekday_in_week(today, 0, ahead).isocalendar()
            numbers.append((year, number_))
            line = pattern.sub(" # ", line)
    if not numbers or has_date:
        return [], [], line
    weekdays = list(dict.fromkeys(WEEKDAYS.index(found["d"]) for found in WEEKDAY.finditer(line)))
    if not weekdays or len(set(numbers)) > 1:
        return [], numbers, line
    days = [day for weekday in weekdays if (day := calendar.week(*numbers[0], weekday)) is not None]
    return days, [], WEEKDAY.sub(" # ", line)


def _later(line: str, today: date) -> tuple[list[date], str]:
    """So many days or weeks from now, or from a day that is named: "på mandag om en uge"."""
    found = LATER.search(line)
    if found is None:
        return [], line
    number = int(found["n"] or 1)
    unit = found["u"]
    line = line[: found.start()] + " # " + line[found.end() :]
    near, line = _near_days(line, today)
    weekdays = _weekdays(line, today)
    base = (near or weekdays or [today])[0]
    if unit == "år":
        return [base + relativedelta(years=number)], line
    if unit.startswith("måned"):
        return [base + relativedelta(months=number)], line
    if unit.startswith("dag") and weekdays and number == A_WEEK_AS_SAID:
        number = 7
    return [base + timedelta(days=number * (7 if unit.startswith("uge") else 1))], line


def _near_days(line: str, today: date) -> tuple[list[date], str]:
    days: list[date] = []
    for found in NEAR_DAY.finditer(line):
        ahead = 2 if found["after"] else {"dag": 0, "morgen": 1, "overmorgen": 2}[found["d"]]
        days.append(today + timedelta(days=ahead))
    return days, NEAR_DAY.sub(" # ", line)


def _weekdays(line: str, today: date) -> list[date]:
    days: list[date] = []
    for found in WEEKDAY.finditer(line):
        weekday = WEEKDAYS.index(found["d"])
        in_next_week = found["next"] is not None and found["next"].strip().endswith("næste")
        days.append(
            calendar.weekday_in_week(today, weekday, 1) if in_next_week else calendar.weekday_after(today, weekday)
        )
    return days


def _soon(found: re.Match[str], now: datetime) -> str | None:
    minutes = 60 if found["u"].startswith("time") else 15 if found["u"].startswith("kvarter") else 1
    number = float(found["n"] or 1)
    if found["half"]:
        number = 0.5
    elif found["onehalf"]:
        number = 1.5
    plus = found["plus"] or found["mid"]
    more = 0 if not plus else 15 if "kvarter" in plus else 30
    try:
        later = now.astimezone(UTC) + timedelta(minutes=number * minutes + more)
    except OverflowError:
        return None
    return later.astimezone(calendar.COPENHAGEN).replace(second=0, microsecond=0).isoformat()


def _today_or_tomorrow(clock: Clock, now: datetime) -> str | None:
    """Only a time of day: the next one. A part of the day alone names no day."""
    bound = clock.at or clock.before or clock.after
    if bound is None:
        return None
    today = now.date()
    ahead = 0 if calendar.instant(today, bound) > now else 1
    return _written(today + timedelta(days=ahead), clock, now)


def _written(day: date, clock: Clock, now: datetime) -> str | None:
    """The day with its time of day; nothing if that is past."""
    if clock.at is not None:
        if clock.part == "night" and clock.at < time(8) and day == now.date() and now.time() > clock.at:
            day += timedelta(days=1)
        moment = calendar.instant(day, clock.at)
        return None if moment < now else moment.isoformat()
    if day < now.date():
        return None
    if day == now.date() and _is_over(clock, now):
        return None
    return f"{day.isoformat()}/{clock.words}" if clock.words else day.isoformat()


_ENDS = {"morning": time(10), "forenoon": time(12), "noon": time(14), "afternoon": time(18)}


def _is_over(clock: Clock, now: datetime) -> bool:
    ends = clock.before or (None if clock.after else _ENDS.get(clock.part or ""))
    return ends is not None and now.time() >= ends
