"""Days and clock times in Denmark: which Thursday, which 3rd, which half past one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.easter import easter  # type: ignore[import-untyped]  # locked without stubs
from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
OFFICE_OPENS = 7
"""Hours below this are of the afternoon, unless a part of the day is named: "halv to" is 13:30."""

_FIXED_DAYS = {
    "lillejuleaften": (12, 23),
    "lille juleaften": (12, 23),
    "juleaften": (12, 24),
    "juleaftensdag": (12, 24),
    "juleaftens dag": (12, 24),
    "juledag": (12, 25),
    "1. juledag": (12, 25),
    "2. juledag": (12, 26),
    "anden juledag": (12, 26),
    "nytårsaften": (12, 31),
    "nytårsaftensdag": (12, 31),
    "nytårsdag": (1, 1),
    "2. nytårsdag": (1, 2),
    "anden nytårsdag": (1, 2),
    "grundlovsdag": (6, 5),
    "sankthans": (6, 23),
    "sankthansaften": (6, 23),
    "sankt hans": (6, 23),
    "sankt hans aften": (6, 23),
    "mortensaften": (11, 10),
    "valentinsdag": (2, 14),
}
_FROM_EASTER = {
    "fastelavn": -49,
    "palmesøndag": -7,
    "skærtorsdag": -3,
    "langfredag": -2,
    "påskelørdag": -1,
    "påskedag": 0,
    "1. påskedag": 0,
    "2. påskedag": 1,
    "anden påskedag": 1,
    "kristi himmelfartsdag": 39,
    "kristi himmelfart": 39,
    "himmelfartsdag": 39,
    "pinsedag": 49,
    "1. pinsedag": 49,
    "2. pinsedag": 50,
    "anden pinsedag": 50,
}
NAMED_DAYS = (*_FIXED_DAYS, *_FROM_EASTER)


def named_day(name: str, today: date) -> date:
    """The next day of that name, today included. Raises KeyError."""
    for year in (today.year, today.year + 1):
        day = date(year, *_FIXED_DAYS[name]) if name in _FIXED_DAYS else _moving(name, year)
        if day >= today:
            return day
    raise KeyError(name)


def _moving(name: str, year: int) -> date:
    sunday: date = easter(year)
    return sunday + timedelta(days=_FROM_EASTER[name])


def weekday_after(today: date, weekday: int) -> date:
    """The next such weekday after today: who means today says so."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def weekday_in_week(today: date, weekday: int, weeks: int) -> date:
    """That weekday in the calendar week so many weeks from now."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks, days=weekday)


def week(year: int, number: int, weekday: int = 0) -> date | None:
    """A day of an ISO week; None if the year has no such week."""
    try:
        return date.fromisocalendar(year, number, weekday + 1)
    except ValueError:
        return None


def coming_week(today: date, number: int) -> tuple[int, int] | None:
    """Year and number of the next week of that number, this one included."""
    this_year, this_week, _ = today.isocalendar()
    year = this_year if number >= this_week else this_year + 1
    return (year, number) if week(year, number) is not None else None


def day_of_month(today: date, day: int, *, months: int = 0) -> date | None:
    """The next such day of a month, today included; with `months` exactly so many months from this one."""
    if months:
        return _date(today + relativedelta(day=1, months=months), day)
    for ahead in range(12):
        found = _date(today + relativedelta(day=1, months=ahead), day)
        if found is not None and found >= today:
            return found
    return None


def day_and_month(today: date, day: int, month: int, year: int | None) -> date | None:
    """That date; without a year the next one, today included. None for one there is not, or that is past."""
    if not 1 <= month <= 12:
        return None
    if year is not None:
        found = _date(date(year + 2000 if year < 100 else year, month, 1), day) if 0 < year < 9000 else None
        return found if found is not None and found >= today else None
    for ahead in range(9):  # 29 February may be eight years away
        found = _date(date(today.year + ahead, month, 1), day)
        if found is not None and found >= today:
            return found
    return None


def _date(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def office_hour(hour: int, minute: int, part: str | None) -> time | None:
    """The clock time that is meant on a 24-hour clock; None for one there is not."""
    if not (0 <= hour <= 24 and 0 <= minute <= 59) or (hour == 24 and minute):
        return None
    if hour == 24:
        return time(0, minute)
    if part in ("afternoon", "evening") and hour < 12:
        return time(hour + 12 if hour else 0, minute)
    if part == "night":
        return time(hour + 12 if 8 <= hour < 12 else hour % 12 if hour == 12 else hour, minute)
    if part in ("morning", "forenoon"):
        return time(hour, minute)
    return time(hour + 12, minute) if 0 < hour < OFFICE_OPENS else time(hour, minute)


def instant(day: date, clock: time) -> datetime:
    """That clock time on that day. In the hour that summer time leaves out it is the hour after; in the one that comes
    twice it is the first.
    """
    local = datetime.combine(day, clock, tzinfo=COPENHAGEN)
    return local.astimezone(UTC).astimezone(COPENHAGEN)
