"""What a screening asks and claims: sex and age only where they matter, and no total of what was skipped."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from content.instruments import CutOff
from content.loading import load
from dialogs.asking import item_questions
from dialogs.cutoffs import meant_for
from dialogs.playing import Live
from dialogs.screening_run import screening_run, stopping_may_be_dangerous
from dialogs.steps import Ask, Record
from dialogs.visit import Facts, Known, Visit, pack_known

CONTENT = load()


def run(
    instrument: str,
    answers: list[str | None],
    age_group: str,
    show: str = "yes",
    substance: str | None = None,
    **who: str | None,
) -> tuple[list[str], Live]:
    """Play a run with the items' answers in order; `who` answers questions by key. The keys asked, and the end."""
    visit = Visit(Facts(day="2026-11-25"), CONTENT, CONTENT.pack("kolding"), {})
    live = Live(screening_run(visit, instrument, age_group, substance=substance))
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


FOR_YOUNG = [name for name in CONTENT.instruments if meant_for(CONTENT.instrument(name), "13_17")]


@pytest.mark.parametrize("instrument", FOR_YOUNG)
@pytest.mark.parametrize("highest", [False, True])
def test_under_18_there_are_words_but_no_score_no_scale_and_no_zone(instrument: str, highest: bool) -> None:
    items = CONTENT.instrument(instrument).items
    pick = max if highest else min
    answers = [pick(item.options, key=lambda option: option.points).id for item in items]
    asked, live = run(instrument, [*answers], "13_17")
    said = keys(live)
    assert not any(key.startswith("screening.score") for key in said)
    assert not any(step.picture for step in live.said)
    assert "screening.sex" not in asked
    words = [key for key in said if key.startswith(f"{instrument}.result.")]
    assert len(words) == 1
    assert instrument in ("who5", "phq4") or words[0].rpartition(".")[2] in ("positive", "negative", "unclear")
    assert ("screening.young" in said) is (instrument in ("audit_c", "audit"))


def test_what_was_made_for_adults_is_not_given_under_18() -> None:
    assert set(CONTENT.instruments) - set(FOR_YOUNG) == {"assist_v3_1", "cage_c", "icd10_dependence"}
    assert all(meant_for(CONTENT.instrument(name), "26_up") for name in CONTENT.instruments)


def test_an_answer_about_one_substance_is_not_known_again_about_another() -> None:
    sds = CONTENT.instrument("sds")
    of = {name: item_questions(sds, name)["q1"] for name in ("cannabis", "cocaine")}
    assert of["cannabis"].identity != of["cocaine"].identity
    assert of["cannabis"].key == of["cocaine"].key == "sds.q1"
    known = {"sds.q1.cannabis": Known("2", sds.version, sds.window, "2026-11-25")}
    visit = Visit(Facts(day="2026-11-25", known=pack_known(known)), CONTENT, CONTENT.pack("kolding"), {})
    assert visit.known(of["cannabis"].identity) == "2"
    assert visit.known(of["cocaine"].identity) is None


def test_who_does_not_wish_to_see_it_is_told_no_result_but_what_is_dangerous() -> None:
    _, live = run("audit_c", ["4", "4", "4"], "26_up", show="no")
    assert keys(live)[-2:] == ["screening.show.no", "screening.stop_safely"]
    assert not any(".result." in key or key.startswith("screening.score") for key in keys(live))
    assert (live.result["positive"], live.result["shown"]) == (True, False)


@pytest.mark.parametrize(
    ("instrument", "substance", "warned"),
    [
        ("sds", "alcohol", ["screening.stop_safely"]),
        ("sds", "benzodiazepine", ["screening.stop_safely.drugs"]),
        ("sds", "cannabis", []),
        ("assist_v3_1", "sedatives", ["screening.stop_safely.drugs"]),
        ("assist_v3_1", "tobacco", []),
    ],
)
def test_stopping_at_once_is_warned_of_where_it_is_dangerous(
    instrument: str, substance: str, warned: list[str]
) -> None:
    items = CONTENT.instrument(instrument).items
    skipped = CONTENT.instrument(instrument).skipped({}, substance=substance)
    answers = [str(max(item.allowed)) for item in items if item.id not in skipped]
    _, live = run(instrument, [*answers], "26_up", substance=substance)
    assert [key for key in keys(live) if key.startswith("screening.stop_safely")] == warned


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


@pytest.mark.parametrize(
    ("answers", "age_group", "who", "picture"),
    [
        (["2", "1", "0"], "18_25", {"sex": "female"}, "scale-0-12-3-3.svg"),
        (["2", "1", "0"], "18_25", {"sex": "male"}, "scale-0-12-3-4.svg"),
        (["2", "1", "0"], "18_25", {"sex": None}, "scale-0-12-3-3-4.svg"),
        (["4", "4", "4"], "18_25", {}, "scale-0-12-12-3-4.svg"),  # sex does not matter, so it was not asked
    ],
)
def test_the_picture_shows_the_limits_that_hold_for_the_citizen(
    answers: list[str | None], age_group: str, who: Mapping[str, str | None], picture: str
) -> None:
    _, live = run("audit_c", answers, age_group, **who)
    assert [said.picture.name for said in live.said if said.picture] == [picture]


def test_a_tenants_own_cut_off_is_the_one_that_is_shown() -> None:
    stricter = {"audit_c": (CutOff(at_least=5, source="England"),)}
    pack = msgspec.structs.replace(CONTENT.pack("kolding"), cutoffs=stricter)
    visit = Visit(Facts(day="2026-11-25"), CONTENT, pack, {})
    live = Live(screening_run(visit, "audit_c", "18_25", shown=True))
    said = []
    for given in ("2", "1", "1", None):
        said += live.said
        live.give(live.pending.value if isinstance(live.pending, Record) else given)
    said += live.said
    assert [each.picture.name for each in said if each.picture] == ["scale-0-12-4-5.svg"]
    assert live.result["positive"] is False
