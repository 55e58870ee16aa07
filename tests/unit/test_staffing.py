"""What is told of the desk is true: by its hours, by who is there, by who waits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import ContentError
from content.hours import COPENHAGEN, read_hours
from content.loading import load
from content.staffing import DeskState, Staffing, Standing, answer_by, standing, wait, when_words

STAFFING = Staffing(hours=read_hours({"weekdays": "09-15", "holidays": "closed"}), at_once=2, queue_most=4)
WEDNESDAY = dt.datetime(2026, 11, 25, 10, 0, tzinfo=COPENHAGEN)
EVENING = dt.datetime(2026, 11, 25, 20, 0, tzinfo=COPENHAGEN)
LENGTHS = (20.0, 30.0, 40.0, 30.0, 30.0)


def stands(at: dt.datetime = WEDNESDAY, **more: Any) -> Standing:
    return standing(STAFFING, at, **{"present": 1, "talking": 0, "waiting": 0, "lengths": LENGTHS} | more)


@pytest.mark.parametrize(
    ("more", "state", "place"),
    [
        ({}, DeskState.OPEN, None),
        ({"talking": 1}, DeskState.OPEN, None),
        ({"talking": 2}, DeskState.QUEUE, 1),
        ({"waiting": 1}, DeskState.QUEUE, 2),
        ({"talking": 2, "waiting": 3}, DeskState.QUEUE, 4),
        ({"talking": 2, "waiting": 4}, DeskState.FULL, None),
        ({"present": 0}, DeskState.CLOSED, None),
        ({"present": 0, "waiting": 9}, DeskState.CLOSED, None),
    ],
)
def test_within_the_hours_it_depends_on_who_is_there_and_who_waits(
    more: dict[str, int], state: DeskState, place: int | None
) -> None:
    found = stands(**more)
    assert (found.state, found.place) == (state, place)
    assert found.opens is None, "nobody knows when somebody sits down who should be there already"


def test_outside_the_hours_it_is_closed_and_says_until_when() -> None:
    assert stands(EVENING, present=3) == Standing(
        state=DeskState.CLOSED, opens=dt.datetime(2026, 11, 26, 9, 0, tzinfo=COPENHAGEN)
    )
    christmas = stands(dt.datetime(2026, 12, 25, 10, 0, tzinfo=COPENHAGEN))
    assert christmas.opens == dt.datetime(2026, 12, 28, 9, 0, tzinfo=COPENHAGEN)


def test_a_service_without_counselors_in_the_chat_says_so() -> None:
    assert standing(None, WEDNESDAY, present=3, talking=0, waiting=0) == Standing(state=DeskState.NONE)


@pytest.mark.parametrize(
    ("place", "at_once", "lengths", "minutes"),
    [
        (1, 2, LENGTHS, 15),
        (3, 2, LENGTHS, 45),
        (1, 1, LENGTHS[:4], None),  # too few to know
        (1, 0, LENGTHS, None),  # nobody there
        (20, 1, LENGTHS, None),  # so long that the figure means nothing
    ],
)
def test_minutes_are_told_only_where_they_are_known(
    place: int, at_once: int, lengths: tuple[float, ...], minutes: int | None
) -> None:
    assert wait(place, at_once, lengths) == minutes


@given(st.integers(1, 30), st.integers(1, 10), st.lists(st.floats(0.1, 300), min_size=5, max_size=20))
def test_who_is_further_back_never_waits_less(place: int, at_once: int, lengths: list[float]) -> None:
    here, behind = wait(place, at_once, tuple(lengths)), wait(place + 1, at_once, tuple(lengths))
    assert behind is None or (here is not None and here <= behind)
    assert here is None or here % 5 == 0


@pytest.mark.parametrize(
    ("opens", "key", "hour"),
    [
        ("2026-11-25T22:30", "desk.when.today", "22.30"),
        ("2026-11-26T09:00", "desk.when.tomorrow", "9"),
        ("2026-11-30T09:00", "desk.when.day.0", "9"),
        ("2026-12-02T09:00", "desk.when.date", "9"),
    ],
)
def test_when_it_opens_is_said_as_people_say_it(opens: str, key: str, hour: str) -> None:
    found, fields = when_words(dt.datetime.fromisoformat(opens).replace(tzinfo=COPENHAGEN), EVENING)
    assert (found, fields["hour"]) == (key, hour)
    assert found in load().messages


def test_danger_to_life_waits_for_no_opening() -> None:
    opens = dt.datetime(2026, 11, 26, 9, 0, tzinfo=COPENHAGEN)
    assert answer_by(3, EVENING, opens.isoformat()) == EVENING + dt.timedelta(minutes=2)
    assert answer_by(2, EVENING, opens.isoformat()) == opens + dt.timedelta(hours=1)
    assert answer_by(0, WEDNESDAY, None) == WEDNESDAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("at_once = 2", "staffing.hours"),
        ('hours = { weekdays = "09-15" }', "staffing.hours"),
        ('hours = { weekdays = "09-15", holidays = "closed" }\nat_once = 0', "staffing.at_once"),
        ('hours = { weekdays = "09-15", holidays = "closed" }\nchairs = 3', "staffing.chairs"),
    ],
)
def test_a_pack_with_wrong_staffing_is_refused_with_the_place(tmp_path: Path, written: str, key: str) -> None:
    pack = tmp_path / "packs/kolding/pack.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text(f"[staffing]\n{written}\n")
    with pytest.raises(ContentError) as refused:
        load(tmp_path)
    assert (refused.value.file, refused.value.key) == ("packs/kolding/pack.toml", key)


def test_a_pack_states_when_counselors_are_in_the_chat(tmp_path: Path) -> None:
    pack = tmp_path / "packs/kolding/pack.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text('[staffing]\nhours = { weekdays = "09-15", holidays = "closed" }\nqueue_most = 8\n')
    staffing = load(tmp_path).pack("kolding").staffing
    assert staffing is not None
    assert (staffing.hours, staffing.at_once, staffing.queue_most) == (STAFFING.hours, 3, 8)
