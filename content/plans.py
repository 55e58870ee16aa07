"""Working plans: when a counselor or a room has times for the first talk, and the times that follow from them.

A plan speaks Danish wall time: "10:00" is ten on the clock on the wall, before and after a change of clocks. Times that
the change of clocks leaves out, or gives twice, are no times for an appointment; nor are Danish public holidays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator

import msgspec

from content.hours import COPENHAGEN, DAYS, is_holiday

MINUTES = range(10, 241)
"""How long a talk may be planned to last."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Times of one counselor or room. `start` and `end` as "09:00"; talks follow each other without a break."""

    id: str
    days: tuple[str, ...]
    """mon … sun."""
    start: str
    end: str
    minutes: int
    """How long one talk lasts."""
    who: str
    """Whose times these are, for the console: "Rådgiver 1", "Samtalerum 2". One has one talk at a time."""
    place: str
    """Where to come, in words for the citizen."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """The last day, included."""
    demo: bool = False
    """Made up, to try the product with: never given to citizens as real."""

    def problem(self) -> tuple[str, str, str] | None:
        """The first field that cannot be, what is wrong with it, and what to do; None if the plan can be used."""
        if not self.days or any(day not in DAYS for day in self.days):
            return "days", "names no days", f"Use some of {', '.join(DAYS)}."
        for name in ("start", "end"):
            if _minutes(getattr(self, name)) is None:
                return name, f"{getattr(self, name)!r} is no time", 'Write it with four digits, as "09:00".'
        if self.minutes not in MINUTES:
            return "minutes", f"{self.minutes} is no length of a talk", f"Use {MINUTES[0]} to {MINUTES[-1]}."
        if _clock(self.end) - _clock(self.start) < self.minutes:
            return "end", "leaves no room for a talk", "Let it be at least one talk after `start`, on the same day."
        for name in ("who", "place"):
            if not getattr(self, name).strip():
                return name, "is blank", "Say whose times these are, and where to come."
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            return "valid_to", "is before valid_from", "Swap them, or leave one out."
        return None

    def on(self, day: dt.date) -> bool:
        """Whether the plan has times on this day."""
        return (
            DAYS[day.weekday()] in self.days
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
            and not is_holiday(day)
        )

    def collides(self, other: Plan) -> bool:
        """Whether both want the same counselor or room at the same time of the same weekday."""
        return (
            self.who == other.who
            and bool(set(self.days) & set(other.days))
            and (self.valid_to is None or other.valid_from is None or other.valid_from <= self.valid_to)
            and (other.valid_to is None or self.valid_from is None or self.valid_from <= other.valid_to)
            and _clock(self.start) < _clock(other.end)
            and _clock(other.start) < _clock(self.end)
        )


class SlotTime(msgspec.Struct, frozen=True, kw_only=True):
    """One bookable time that follows from a plan; aware, in UTC."""

    plan: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    who: str
    place: str


def times(plans: Iterable[Plan], first: dt.date, last: dt.date, *, closed_days: Collection[str] = ()) -> list[SlotTime]:
    """All times of the plans from one Danish day to another, both included, the earliest first. `closed_days` are
    month and day, as "12-24", on which the service is closed every year.
    """
    days = [first + dt.timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    open_days = [day for day in days if f"{day:%m-%d}" not in closed_days]
    found = [time for plan in plans for time in _of_plan(plan, open_days)]
    return sorted(found, key=lambda time: (time.starts_at, time.who))


def _of_plan(plan: Plan, days: Iterable[dt.date]) -> Iterator[SlotTime]:
    for day in days:
        if not plan.on(day):
            continue
        for minute in range(_clock(plan.start), _clock(plan.end) - plan.minutes + 1, plan.minutes):
            start, end = _moment(day, minute), _moment(day, minute + plan.minutes)
            if start is not None and end is not None and end - start == dt.timedelta(minutes=plan.minutes):
                yield SlotTime(plan=plan.id, starts_at=start, ends_at=end, who=plan.who, place=plan.place)


def _moment(day: dt.date, minutes: int) -> dt.datetime | None:
    """The moment in UTC when the clocks show this; None if they never do that day, or twice."""
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    early, late = (wall.replace(tzinfo=COPENHAGEN, fold=fold) for fold in (0, 1))
    return early.astimezone(dt.UTC) if early.utcoffset() == late.utcoffset() else None


def _minutes(clock: str) -> int | None:
    match = _CLOCK.fullmatch(clock)
    return None if match is None else int(match[1]) * 60 + int(match[2])


def _clock(clock: str) -> int:
    """Minutes after midnight of a plan that has no problem."""
    minutes = _minutes(clock)
    assert minutes is not None  # noqa: S101  `problem` is asked first
    return minutes
