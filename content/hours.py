"""Weekly opening hours in Danish time: intervals that may cross midnight, and what holds on holidays.

Written in TOML as `{ mon = "09-15", tue = "09-12, 13-16:30", fri = "16-08", holidays = "closed" }`, with the short
forms `all`, `weekdays`, `weekend`. An end at or before its start is on the next day; "08-08" is a whole day and night.
`holidays` is required: "as_usual", "closed" or intervals of its own. A day not named is closed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
"""The time on the wall wherever we serve; times are stored and compared in UTC."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_FORMS = {"all": DAYS, "weekdays": DAYS[:5], "weekend": DAYS[5:]}
_DAY = 24 * 60
_INTERVAL = re.compile(r"(\d\d)(?::(\d\d))?-(\d\d)(?::(\d\d))?")
_WHOLE_DAY = dt.timedelta(days=1)
"""What closes later than this is open all day: "until 8" would be read as the next 8 there is."""
_AHEAD = 14
"""Days looked ahead for the next opening: past Christmas week with a weekend on both sides."""

FIELDS = frozenset({"hour", "clock", "date"})
"""What `Opening.fields` gives to the texts of `Opening.key`."""

Interval = tuple[int, int]
"""Opening and closing in minutes after midnight of the day it begins; closing may lie beyond 24 hours."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Whether something is open at a moment. `until` None while open: it never closes. `next` None: not known.

    `letters`: nobody answers at once, but one can always write.
    """

    is_open: bool
    until: dt.datetime | None = None
    next: dt.datetime | None = None
    letters: bool = False

    def key(self, at: dt.datetime) -> str:
        """Catalog key of this in words, seen from `at`; to be filled with `fields`."""
        if self.letters:
            return "hours.letters"
        if self.is_open:
            if self.until is None:
                return "hours.always"
            return "hours.open_until" if self.until - at <= _WHOLE_DAY else "hours.open_all_day"
        if self.next is None:
            return "hours.closed"
        days = (self.next.date() - at.astimezone(COPENHAGEN).date()).days
        if days <= 1:
            return "hours.opens_tomorrow" if days else "hours.opens_today"
        return f"hours.opens_day.{self.next.weekday()}" if days < 7 else "hours.opens_date"

    def fields(self) -> dict[str, str]:
        """`hour` as Danish says it (5, 11.30), `clock` with four digits (05:00), `date` as day.month."""
        moment = self.until if self.is_open else self.next
        if moment is None:
            return {}
        hour = f"{moment.hour}.{moment:%M}" if moment.minute else str(moment.hour)
        return {"hour": hour, "clock": f"{moment:%H:%M}", "date": f"{moment.day}.{moment.month}."}


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A week of opening hours. `holidays` None is as usual. `closed_days` are month and day, as "12-24", every year."""

    week: tuple[tuple[Interval, ...], ...]
    holidays: tuple[Interval, ...] | None
    closed_days: frozenset[str] = frozenset()

    @property
    def always(self) -> bool:
        """Open at every moment."""
        return self.holidays is None and not self.closed_days and all(_whole(day) for day in self.week)

    def on(self, day: dt.date) -> tuple[Interval, ...]:
        """The intervals that begin on this day."""
        if f"{day:%m-%d}" in self.closed_days:
            return ()
        if self.holidays is not None and is_holiday(day):
            return self.holidays
        return self.week[day.weekday()]

    def opening(self, at: dt.datetime) -> Opening:
        """The state at an aware moment; times given back are Danish. Raises ValueError for a naive one."""
        if at.tzinfo is None:
            raise ValueError("a time without zone cannot be compared with opening hours")
        if self.always:
            return Opening(is_open=True)
        moment = at.astimezone(dt.UTC)
        until: dt.datetime | None = None
        for start, end in self._spans(at.astimezone(COPENHAGEN).date()):
            if until is not None:
                if start > until:
                    return Opening(is_open=True, until=until.astimezone(COPENHAGEN))
                until = max(until, end)
            elif start <= moment < end:
                until = end
            elif start > moment:
                return Opening(is_open=False, next=start.astimezone(COPENHAGEN))
        return Opening(is_open=until is not None, until=until and until.astimezone(COPENHAGEN))

    def _spans(self, today: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Intervals from yesterday on, in UTC: two Danish times must not be compared across a change of clocks."""
        for ahead in range(-1, _AHEAD):
            day = today + dt.timedelta(days=ahead)
            for start, end in self.on(day):
                yield _moment(day, start), _moment(day, end)

    def words(self, language: str = "da") -> str:
        """The week in words, equal neighbouring days joined: "mandag-torsdag 9-15, fredag 9-12"."""
        names = DAY_NAMES[language]
        runs: list[tuple[int, int, tuple[Interval, ...]]] = []
        for number, day in enumerate(self.week):
            if runs and runs[-1][2] == day:
                runs[-1] = (runs[-1][0], number, day)
            else:
                runs.append((number, number, day))
        return ", ".join(
            f"{names[first]}{f'-{names[last]}' if last > first else ''} {_spoken(day, language)}"
            for first, last, day in runs
            if day
        )


def read_hours(table: Mapping[str, Any]) -> Hours:
    """Hours as written in TOML. Raises ValueError saying what is wrong."""
    given = dict(table)
    holidays = given.pop("holidays", None)
    closed_days = given.pop("closed_days", [])
    if holidays is None:
        raise ValueError('holidays is missing: write "as_usual", "closed" or hours')
    week: dict[str, tuple[Interval, ...]] = {}
    for form, days in _SHORT_FORMS.items():
        if form in given:
            week |= dict.fromkeys(days, _intervals(given.pop(form)))
    for day in DAYS:
        if day in given:
            week[day] = _intervals(given.pop(day))
    if given:
        raise ValueError(f"unknown day {', '.join(sorted(given))}: use {', '.join((*DAYS, *_SHORT_FORMS))}")
    if not any(week.values()):
        raise ValueError("no day is open: leave hours out where they are not known")
    return Hours(
        week=tuple(week.get(day, ()) for day in DAYS),
        holidays=None if holidays == "as_usual" else _intervals(holidays),
        closed_days=frozenset(closed_days),
    )


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[dt.date]:
    # Late: the library takes a third of a second to import, which loading content must not cost.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("DK", years=year))


def is_holiday(day: dt.date) -> bool:
    """Whether the day is a Danish public holiday (helligdag); Christmas Eve and 1 May are not."""
    return day in _holidays(day.year)


def _intervals(text: object) -> tuple[Interval, ...]:
    if text == "closed":
        return ()
    if not isinstance(text, str):
        raise ValueError(f'{text!r} is no hours: write "09-15"')  # noqa: TRY004 -- one error for the file's author
    found: list[Interval] = []
    for part in text.split(","):
        match = _INTERVAL.fullmatch(part.strip())
        if match is None:
            raise ValueError(f'{part.strip()!r} is no hours: write "09-15" or "09:30-15:00"')
        start_hour, start_minute, end_hour, end_minute = (int(number or 0) for number in match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if start >= _DAY or end > _DAY or start_minute > 59 or end_minute > 59:
            raise ValueError(f"{part.strip()!r} is no time of day")
        found.append((start, end if end > start else end + _DAY))
    return tuple(sorted(found))


def _whole(day: tuple[Interval, ...]) -> bool:
    return any(end - start >= _DAY for start, end in day)


def _moment(day: dt.date, minutes: int) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(), COPENHAGEN) + dt.timedelta(minutes=minutes)
    return local.astimezone(dt.UTC)


def _spoken(day: tuple[Interval, ...], language: str) -> str:
    def clock(minutes: int) -> str:
        hour, minute = divmod(minutes, 60)
        hour = hour if hour <= 24 else hour - 24
        return f"{hour}{'.' if language == 'da' else ':'}{minute:02}" if minute else str(hour)

    return (" og " if language == "da" else " and ").join(f"{clock(start)}-{clock(end)}" for start, end in day)
