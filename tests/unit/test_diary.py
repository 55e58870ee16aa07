"""The diary: what is missing is never 0, old days go, and nobody under 18 sees a line of grown-ups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from bot.channels import curves, pictures
from dialogs.diary import KEPT_DAYS, MOST
from dialogs.diary_curve import curve
from dialogs.engine import Begin, Choice
from dialogs.outcomes import Output
from dialogs.steps import Say
from tests.support.player import Player, Transcript
from tests.unit.test_pictures import pixels, texts

TODAY = date(2026, 11, 25)
"""As the player has it."""


def day(ago: int) -> str:
    return (TODAY - timedelta(days=ago)).isoformat()


def played(diary: Mapping[str, Any], *options: str, age_group: str = "26_up") -> tuple[list[Output], dict[str, Any]]:
    """What is said after the last button, and the diary as it is kept then."""
    header = {"dialog": "diary", "age_group": age_group}
    own = {"diary": diary} if diary else {}
    player = Player(Transcript(title="", header=header, arguments={}, world={}, lines=(), own=own), typed=False)
    said = player.send(Begin(root="diary"))
    for option in options:
        said = player.send(Choice(option=option))
    return said, player.session.own.get("diary", {})


def drawn(said: list[Output]) -> curves.Curve:
    [picture] = [output.picture for output in said if isinstance(output, Say) and output.picture]
    found = curves.read_name(picture.name.removesuffix(".svg"))
    assert found is not None
    return found


def messages(said: list[Output]) -> list[str]:
    return [output.message for output in said if isinstance(output, Say)]


def test_a_day_that_is_not_written_is_missing_and_one_with_nothing_is_0() -> None:
    said, diary = played({day(3): {"alcohol": 2}}, "yesterday", "nothing")
    assert diary == {day(3): {"alcohol": 2}, day(1): {"nothing": True}}
    assert [value for _, value in drawn(said).days][-5:] == [None, 2, None, 0, None]
    [week] = [output for output in said if isinstance(output, Say) and output.message == "diary.week.part"]
    assert {name: week.fields[name] for name in ("total", "written", "missing")} == {
        "total": 2,
        "written": 2,
        "missing": 5,
    }


def test_a_day_with_something_else_says_nothing_of_drinks() -> None:
    said, diary = played({}, "today", "cannabis", "2")
    assert diary == {day(0): {"cannabis": "2"}}
    assert messages(said) == ["diary.saved", "diary.week.others"]


def test_what_is_written_later_of_a_day_takes_the_place_of_nothing() -> None:
    _, diary = played({day(0): {"nothing": True}}, "today", "alcohol", "3")
    assert diary == {day(0): {"alcohol": 3}}


def test_within_the_advice_is_said_of_a_whole_week_only() -> None:
    six = {day(ago): {"alcohol": 1} for ago in range(1, 7)}
    part, _ = played({day(2): {"alcohol": 1}}, "today", "alcohol", "1")
    whole, _ = played(six, "today", "nothing")
    assert "diary.advice.within" not in messages(part)
    assert "diary.advice.within" in messages(whole)


@pytest.mark.parametrize(
    ("before", "today", "advice"),
    [
        ({1: 4, 2: 2}, "4", "diary.advice"),
        ({1: 4, 2: 3}, "4", "diary.advice.above"),
        ({1: 5}, "1", "diary.advice.day"),
        ({1: 4}, "1", "diary.advice"),
    ],
)
def test_the_advice_is_10_a_week_and_4_a_day(before: dict[int, int], today: str, advice: str) -> None:
    """Sundhedsstyrelsen, 7 March 2022: at most 10 a week, at most 4 on the same day."""
    said, _ = played({day(ago): {"alcohol": many} for ago, many in before.items()}, "today", "alcohol", today)
    assert [key for key in messages(said) if key.startswith("diary.advice")] == [advice]


def test_who_drinks_every_day_is_told_not_to_stop_at_once() -> None:
    daily = {day(ago): {"alcohol": 1} for ago in range(1, 7)}
    said, _ = played(daily, "today", "alcohol", "1")
    assert "screening.stop_safely" in messages(said)


@pytest.mark.parametrize(("age_group", "limit"), [("13_17", 0), ("18_25", 4), ("26_up", 4)])
def test_no_line_of_grown_ups_under_18(age_group: str, limit: int) -> None:
    said, _ = played({day(1): {"alcohol": 9}}, "today", "alcohol", "3", age_group=age_group)
    assert drawn(said).limit == limit
    assert any(key.startswith("diary.advice") for key in messages(said)) is (age_group != "13_17")


def test_days_of_two_months_ago_are_let_go() -> None:
    old = {day(KEPT_DAYS): {"alcohol": 1}, day(KEPT_DAYS - 1): {"alcohol": 2}}
    _, diary = played(old, "today", "nothing")
    assert diary == {day(KEPT_DAYS - 1): {"alcohol": 2}, day(0): {"nothing": True}}


def test_the_last_day_taken_out_leaves_no_diary() -> None:
    said, diary = played({day(0): {"alcohol": 1}}, "today", "forget")
    assert diary == {}
    assert messages(said) == ["diary.forgotten"]


# the picture

DAYS = [(date(2026, 11, 30), 3), (date(2026, 12, 1), None), (date(2026, 12, 2), 0), (date(2026, 12, 3), 6)]


def test_a_curve_names_its_days_its_top_and_its_limit() -> None:
    assert texts(curve(DAYS, 4).name) == ["30", "1", "2", "3", "0", "4", "6"]
    assert texts(curve(DAYS).name) == ["30", "1", "2", "3", "0", "6"]


def test_a_missing_day_has_no_dot_and_no_line_goes_over_it() -> None:
    found = curves.read_name("curve-0-30_3-1_x-2_0-3_6")
    assert found is not None
    assert len(found.dots()) == 3
    assert [(start[0], end[0]) for start, end in found.lines()] == [(found.x(2), found.x(3))]


def test_the_words_beside_a_curve_say_each_written_day_and_that_others_are_not() -> None:
    alt = curve(DAYS, 4).alt
    lines = alt.fields["lines"]
    assert isinstance(lines, tuple)
    days = ("diary.curve.day",) * 3
    assert [line.key for line in lines] == [*days, "diary.curve.empty"]
    assert [line.fields["value"] for line in lines[:3]] == [3, 0, 6]
    whole = curve(DAYS[2:]).alt.fields["lines"]
    assert isinstance(whole, tuple)
    assert {line.key for line in whole} == {"diary.curve.day"}


@pytest.mark.parametrize(("ago", "days"), [(1, 7), (6, 7), (7, 8), (13, 14), (20, 7)])
def test_the_curve_begins_with_the_first_day_that_is_written(ago: int, days: int) -> None:
    said, _ = played({day(ago): {"alcohol": 2}}, "today", "nothing")
    assert len(drawn(said).days) == days


def test_the_photo_of_a_curve_has_its_dots_at_the_same_places() -> None:
    name = curve(DAYS, 4).name
    body = pictures.picture(pictures.photo_name(name))
    found = curves.read_name(name.removesuffix(".svg"))
    assert body is not None
    assert found is not None
    rows = pixels(body)
    for x, y in found.dots():
        assert rows[round(2 * y) - 5][round(2 * x)] == 0
    missing = [rows[row][round(2 * found.x(1))] for row in range(2 * curves.TOP, 2 * curves.BOTTOM - 4)]
    assert sum(black == 0 for black in missing) <= 4  # the dashed line at most


def test_the_highest_day_there_can_be_is_drawn() -> None:
    name = curve([(date(2026, 11, 1 + place), MOST) for place in range(14)], 4).name
    assert pictures.picture(name) is not None
    assert len(name) < 120


@pytest.mark.parametrize(
    "name", ["curve-4", "curve-4-1", "curve-4-1_y", "curve-400-1_2", "curve-4-1_200", "curve-0" + "-1_1" * 32]
)
def test_what_is_no_curve_is_none(name: str) -> None:
    assert pictures.picture(f"{name}.svg") is None
