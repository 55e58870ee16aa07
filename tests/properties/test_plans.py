"""What follows from a working plan, over changes of clocks, holidays and years."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from content.hours import COPENHAGEN, DAYS, is_holiday
from content.plans import MINUTES, Plan, times

SPRING, AUTUMN = dt.date(2026, 3, 29), dt.date(2026, 10, 25)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2030, 12, 31)


def plan(**more: object) -> Plan:
    values = {"id": "p", "days": DAYS, "start": "09:00", "end": "15:00", "minutes": 60, "who": "A", "place": "B"}
    return Plan(**values | more)  # type: ignore[arg-type]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    start = draw(st.integers(0, 23 * 60))
    minutes = draw(st.integers(MINUTES[0], MINUTES[-1]))
    end = draw(st.integers(start + 1, 24 * 60 - 1))
    days = draw(st.lists(st.sampled_from(DAYS), unique=True))
    made = plan(days=tuple(days), start=_clock(start), end=_clock(end), minutes=minutes)
    return made if made.problem() is None else plan(minutes=minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@given(plans(), st.dates(FIRST, LAST))
@example(plan(start="00:00", end="06:00", minutes=30), SPRING)
@example(plan(start="00:00", end="06:00", minutes=30), AUTUMN)
@example(plan(start="00:00", end="06:00", minutes=90), SPRING)
def test_every_time_is_on_the_wall_as_planned_and_lasts_as_long(made: Plan, first: dt.date) -> None:
    found = times([made], first, first + dt.timedelta(days=8))
    for time in found:
        wall, till = time.starts_at.astimezone(COPENHAGEN), time.ends_at.astimezone(COPENHAGEN)
        assert time.ends_at - time.starts_at == dt.timedelta(minutes=made.minutes)
        assert made.start <= f"{wall:%H:%M}" < f"{till:%H:%M}" <= made.end
        assert DAYS[wall.weekday()] in made.days
        assert not is_holiday(wall.date())
        assert wall.date() == till.date()
    assert all(one.ends_at <= next_one.starts_at for one, next_one in pairwise(found))
    assert [time.starts_at for time in found] == sorted({time.starts_at for time in found})


@given(plans(), st.dates(FIRST, LAST), st.integers(0, 30), st.integers(0, 30))
def test_two_weeks_at_once_are_the_same_as_one_after_the_other(
    made: Plan, first: dt.date, some: int, more: int
) -> None:
    middle = first + dt.timedelta(days=some)
    last = middle + dt.timedelta(days=more)
    apart = times([made], first, middle) + times([made], middle + dt.timedelta(days=1), last)
    assert times([made], first, last) == apart


def test_ten_on_the_wall_is_ten_before_and_after_the_clocks_change() -> None:
    for change in (SPRING, AUTUMN):
        found = times([plan(start="10:00", end="11:00")], change - dt.timedelta(days=2), change + dt.timedelta(days=2))
        walls = {f"{time.starts_at.astimezone(COPENHAGEN):%H:%M}" for time in found}
        offsets = {time.starts_at.astimezone(COPENHAGEN).utcoffset() for time in found}
        assert (walls, len(offsets)) == ({"10:00"}, 2)


def test_what_the_clocks_leave_out_or_give_twice_is_no_time() -> None:
    for change in (SPRING, AUTUMN):
        night = times([plan(start="01:00", end="04:00", minutes=30)], change, change)
        assert [f"{time.starts_at.astimezone(COPENHAGEN):%H:%M}" for time in night] == ["01:00", "03:00", "03:30"]


def test_holidays_and_days_outside_the_plan_have_no_times() -> None:
    whole = plan(valid_from=dt.date(2026, 12, 22), valid_to=dt.date(2026, 12, 28))
    december = (dt.date(2026, 12, 1), dt.date(2027, 1, 31))
    days = {time.starts_at.date() for time in times([whole], *december)}
    assert days == {dt.date(2026, 12, day) for day in (22, 23, 24, 27, 28)}
    days = {time.starts_at.date() for time in times([whole], *december, closed_days={"12-24"})}
    assert days == {dt.date(2026, 12, day) for day in (22, 23, 27, 28)}


@given(plans(), plans(), st.dates(FIRST, LAST))
def test_plans_that_do_not_collide_never_want_one_counselor_twice(one: Plan, other: Plan, first: dt.date) -> None:
    if one.collides(other):
        assert other.collides(one)
        return
    both = times([one, other], first, first + dt.timedelta(days=6))
    assert all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(both))
