"""What a screening asks and claims: sex and age only where they matter, and no total of what was skipped."""

from collections.abc import Mapping
from typing import Any

import pytest

from content.loading import load
from dialogs.playing import Live
from dialogs.screening_run import screening_run, stopping_may_be_dangerous
from dialogs.steps import Ask, Record
from dialogs.visit import Facts, Visit

CONTENT = load()


def run(
    instrument: str, answers: list[str | None], age_group: str, show: str = "yes", **who: str | None
) -> tuple[list[str], Live]:
    """Play a run with the items' answers in order; `who` answers questions by key. The keys asked, and the end."""
    visit = Visit(Facts(day="2026-11-25"), CONTENT, CONTENT.pack("kolding"), {})
    live = Live(screening_run(visit, instrument, age_group))
    given = iter(answers)
    asked, said = [], list(live.said)
    while not live.ended:
        step: Any = live.pending
        if isinstance(step, Record):
            live.give(step.value)
        else:
            assert isinstance(step, Ask)
            if step.key == "screening.show":
                live.give(show)
            else:
                asked.append(step.key)
                live.give(next(given) if step.identity else who[step.key.removeprefix("screening.")])
        said += live.said
    live.said = said
    return asked, live


def keys(live: Live) -> list[str]:
    return [said.message for said in live.said]


@pytest.mark.parametrize(
    ("answers", "age_group", "who", "positive"),
    [
        (["2", "0", "0"], "18_25", {}, False),  # 2: below for all
        (["2", "1", "0"], "18_25", {"sex": "female"}, True),  # 3: women
        (["2", "1", "0"], "18_25", {"sex": "male"}, False),  # 3: men
        (["2", "1", "0"], "18_25", {"sex": "other"}, None),
        (["2", "1", "0"], "18_25", {"sex": None}, None),
        (["2", "1", "1"], "26_up", {}, True),  # 4: above for all
        (["2", "1", "0"], "13_17", {}, True),  # 3: under 18, both sexes
        (["2", "0", "0"], "13_17", {}, False),
    ],
)
def test_audit_c_asks_sex_only_between_the_limits(
    answers: list[str | None], age_group: str, who: Mapping[str, str | None], positive: bool | None
) -> None:
    asked, live = run("audit_c", answers, age_group, **who)
    assert [key for key in asked if key.startswith("screening.")] == [f"screening.{name}" for name in who]
    assert live.result["positive"] is positive
    assert ("screening.differs" in keys(live)) is (positive is None)


@pytest.mark.parametrize(
    ("total", "who", "positive"),
    [
        (5, {}, False),
        (6, {"sex": "female"}, True),
        (6, {"sex": "male", "senior": "yes"}, True),
        (7, {"sex": "male", "senior": "no"}, False),
        (7, {"sex": "male", "senior": None}, None),
        (7, {"sex": None, "senior": "yes"}, True),
        (8, {}, True),
    ],
)
def test_audit_asks_sex_and_being_65_only_between_the_limits(
    total: int, who: Mapping[str, str | None], positive: bool | None
) -> None:
    answers: list[str | None] = ["1", "1", "1", *("0" if place >= total - 3 else "1" for place in range(5)), "0", "0"]
    asked, live = run("audit", answers, "26_up", **who)
    assert [key for key in asked if key.startswith("screening.")] == [f"screening.{name}" for name in who]
    assert live.result["positive"] is positive


def test_a_skipped_item_gives_no_total_and_says_so() -> None:
    _, live = run("audit_c", ["3", None, "2"], "26_up")
    assert (live.result["complete"], live.result["positive"], live.result["band"]) == (False, None, None)
    assert "screening.incomplete" in keys(live)
    assert not {"screening.score", "audit_c.result.incomplete"} & set(keys(live))


@pytest.mark.parametrize("instrument", ["audit_c", "audit", "who5"])
def test_under_18_there_are_words_but_no_score_and_no_zone(instrument: str) -> None:
    answers = ["1"] * 5 if instrument == "who5" else ["4"] * 10
    _, live = run(instrument, [*answers], "13_17")
    assert not any(key.startswith("screening.score") for key in keys(live))
    assert not any(key.startswith("audit.result.I") for key in keys(live))
    assert ("screening.young" in keys(live)) is (instrument != "who5")


@pytest.mark.parametrize(("answers", "low"), [(["2", "2", "3", "3", "2"], True), (["2", "3", "3", "3", "2"], False)])
def test_who5_below_52_meets_kind_words_and_people_to_call(answers: list[str | None], low: bool) -> None:
    _, live = run("who5", answers, "26_up")
    assert ("screening.low_wellbeing" in keys(live)) is low


def test_an_instruments_own_caution_comes_before_ours() -> None:
    _, live = run("audit", ["4", "4", "4", "3", "3", "1", "3", "0", "0", "0"], "26_up")
    assert [key for key in keys(live) if key in ("audit.caution.withdrawal", "screening.stop_safely")] == [
        "audit.caution.withdrawal"
    ]


@pytest.mark.parametrize(
    ("answers", "warned"),
    [
        ({"q1": 4, "q2": 2, "q3": 0}, True),
        ({"q1": 4, "q2": 1, "q3": 4}, True),
        ({"q1": 4, "q2": 1, "q3": 3}, False),
        ({"q1": 3, "q2": 4, "q3": 3}, False),
        ({"q1": 1, "q6": 1}, True),
        ({"q1": 4, "q2": None, "q3": 4}, True),
        ({"q1": None, "q2": None, "q3": None}, False),
    ],
)
def test_the_warning_against_stopping_at_once(answers: dict[str, int | None], warned: bool) -> None:
    assert stopping_may_be_dangerous(answers) is warned
