"""Published scoring at every published boundary (CONTRACTS §2, domain/instruments.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from content.instruments import CutOff, Instrument, Score
from content.loading import load
from content.scoring import run, score

CONTENT = load()


def answers_for(instrument: Instrument, total: int) -> dict[str, int]:
    """Answers with this total and no skipped item: each at least as high as the skip rules need."""
    lowest = {item.id: min(item.allowed) for item in instrument.items}
    for rule in instrument.skips:
        if rule.items and not rule.ours:
            lowest[rule.items[-1]] = min(value for value in instrument.item(rule.items[-1]).allowed if value > 0)
    reached = {0: ()}
    for item in instrument.items:
        reached = {
            so_far + value: (*path, value)
            for so_far, path in reached.items()
            for value in item.allowed
            if value >= lowest[item.id]
        }
    return dict(zip((item.id for item in instrument.items), reached[total], strict=True))


def result(name: str, total: int, **who: Any) -> Score:
    instrument = CONTENT.instrument(name)
    found = score(instrument, answers_for(instrument, total // instrument.multiply), **who)
    assert found.total == total
    return found


@pytest.mark.parametrize(
    ("name", "total", "band"),
    [
        *[("audit", 7, "I"), ("audit", 8, "II"), ("audit", 15, "II"), ("audit", 16, "III"), ("audit", 19, "III")],
        *[("audit", 20, "IV"), ("audit", 40, "IV")],
        *[("cudit_r", 0, "low"), ("cudit_r", 7, "low"), ("cudit_r", 8, "hazardous"), ("cudit_r", 11, "hazardous")],
        *[("cudit_r", 12, "possible_cud"), ("cudit_r", 32, "possible_cud")],
        *[("who5", 0, "high_risk"), ("who5", 32, "high_risk"), ("who5", 36, "risk"), ("who5", 48, "risk")],
        *[("who5", 52, "no_immediate_risk"), ("who5", 100, "no_immediate_risk")],
        *[("phq4", 0, "normal"), ("phq4", 2, "normal"), ("phq4", 3, "mild"), ("phq4", 5, "mild")],
        *[("phq4", 6, "moderate"), ("phq4", 8, "moderate"), ("phq4", 9, "severe"), ("phq4", 12, "severe")],
        *[("audit_c", 12, None), ("dudit", 44, None), ("sds", 15, None), ("cast6", 6, None)],
    ],
)
def test_bands_change_at_the_published_totals(name: str, total: int, band: str | None) -> None:
    assert result(name, total).band == band


@pytest.mark.parametrize(
    ("name", "cutoff", "who"),
    [
        ("audit", 8, {"sex": "male", "age": 18}),
        ("audit", 8, {"sex": "male", "age": 64}),
        ("audit", 6, {"sex": "female", "age": 18}),
        ("audit", 6, {"sex": "female", "age": 64}),
        ("audit", 6, {"sex": "male", "age": 65}),
        ("audit", 6, {"sex": "other", "age": 65}),
        ("audit", 7, {"sex": "female", "age": 10}),
        ("audit", 7, {"sex": "male", "age": 17}),
        ("audit_c", 4, {"sex": "male", "age": 18}),
        ("audit_c", 4, {"sex": "male", "age": 40}),
        ("audit_c", 3, {"sex": "female", "age": 18}),
        ("audit_c", 3, {"sex": "female", "age": 40}),
        ("audit_c", 3, {"sex": "male", "age": 17}),
        ("audit_c", 3, {"sex": None, "age": 10}),
        ("dudit", 6, {"sex": "male"}),
        ("dudit", 2, {"sex": "female"}),
        ("cudit_r", 8, {}),
        ("cast6", 3, {}),
        ("icd10_dependence", 3, {}),
        ("sds", 4, {"substance": "cannabis", "age": 18}),
        ("sds", 5, {"substance": "amphetamine"}),
        ("sds", 3, {"substance": "heroin"}),
        ("sds", 4, {"substance": "cocaine"}),
    ],
)
def test_a_result_is_positive_from_its_cut_off(name: str, cutoff: int, who: dict[str, Any]) -> None:
    assert result(name, cutoff - 1, **who).positive is False
    assert result(name, cutoff, **who).positive is True


def test_who5_is_positive_up_to_fifty() -> None:
    assert result("who5", 48).positive is True
    assert result("who5", 52).positive is False
    assert result("who5", 52).subscores == {"raw": 13}


@pytest.mark.parametrize(
    ("name", "who", "unclear"),
    [
        # Sex matters between the two cut-offs, and nowhere else.
        ("audit", {"age": 40}, {6, 7}),
        ("audit", {"sex": "other", "age": 40}, {6, 7}),
        ("audit_c", {"age": 40}, {3}),
        ("dudit", {}, {2, 3, 4, 5}),
        # Age too: unknown, a man may be 65 or 15, a woman 15.
        ("audit", {"sex": "male"}, {6, 7}),
        ("audit", {"sex": "female"}, {6}),
        ("audit", {}, {6, 7}),
        ("audit_c", {"sex": "male"}, {3}),
        ("audit_c", {"sex": "female"}, set()),
    ],
)
def test_where_readings_differ_nothing_is_claimed(name: str, who: dict[str, Any], unclear: set[int]) -> None:
    lowest = 3 if name == "audit" else 2  # below, the items that skipping needs have no room
    assert {total for total in range(lowest, 12) if result(name, total, **who).positive is None} == unclear


@pytest.mark.parametrize("substance", ["alcohol", "benzodiazepine", None])
def test_sds_claims_nothing_without_a_published_cut_off(substance: str | None) -> None:
    assert {result("sds", total, substance=substance).positive for total in (0, 15)} == {None}


def test_sds_claims_nothing_about_cannabis_from_nineteen_or_at_an_unknown_age() -> None:
    assert result("sds", 15, substance="cannabis", age=19).positive is None
    assert result("sds", 15, substance="cannabis").positive is None


def test_under_eighteen_audit_has_no_adult_zone_and_an_unknown_age_keeps_it() -> None:
    for total, band in ((7, "I"), (15, "II"), (19, "III"), (20, "IV")):
        assert result("audit", total, age=17).band is None
        assert result("audit", total, age=18).band == band
        assert result("audit", total).band == band


def test_audit_has_no_cut_off_under_ten() -> None:
    assert result("audit", 40, age=9, sex="male").positive is None


# -- skip rules --

AUDIT = CONTENT.instrument("audit")


def test_who_never_drinks_is_asked_only_about_the_past_and_can_still_score_eight() -> None:
    found = score(AUDIT, {"q1": 0, "q9": 4, "q10": 4})
    assert (found.total, found.band, found.asked) == (8, "II", ("q1", "q9", "q10"))
    assert found.subscores == {"consumption": 0, "dependence": 0, "harm": 8}


def test_little_drinking_skips_to_the_last_two() -> None:
    found = score(AUDIT, {"q1": 1, "q2": 0, "q3": 0, "q9": 0, "q10": 0})
    assert (found.total, found.asked) == (1, ("q1", "q2", "q3", "q9", "q10"))


def test_skipped_items_count_nothing_even_if_answered() -> None:
    found = score(AUDIT, {"q1": 0} | {f"q{number}": 4 for number in range(2, 11)})
    assert (found.total, found.asked) == (8, ("q1", "q9", "q10"))


def test_one_of_two_answers_does_not_skip_anything() -> None:
    assert AUDIT.skipped({"q1": 1, "q2": 0}) == frozenset()


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("audit", {"q1": 1}),
        ("audit", {"q1": 1, "q2": 1, "q3": 0}),
        ("audit", {"q1": 1, "q2": 0, "q3": 1}),
        ("audit_c", {"q1": 1}),
        ("dudit", {"q1": 1}),
        ("assist_v3_1", {"q2": 2}),
    ],
)
def test_the_least_use_at_all_skips_nothing(name: str, answers: dict[str, int]) -> None:
    assert CONTENT.instrument(name).skipped(answers) == frozenset()


@pytest.mark.parametrize("name", ["audit_c", "dudit"])
def test_our_own_gate_saves_questions_but_loses_no_answer(name: str) -> None:
    instrument = CONTENT.instrument(name)
    rest = {"q10": 0, "q11": 0} if name == "dudit" else {}
    short = score(instrument, {"q1": 0, **rest})
    assert (short.total, short.complete, short.asked) == (0, True, ("q1", *rest))
    assert score(instrument, {item.id: 0 for item in instrument.items} | {"q2": 3}).total == 3


def test_assist_asks_about_harm_only_after_recent_use_and_tobacco_has_no_item_five() -> None:
    assist = CONTENT.instrument("assist_v3_1")
    never = score(assist, {"q2": 0, "q6": 3, "q7": 0}, substance="cannabis")
    assert (never.total, never.asked) == (3, ("q2", "q6", "q7"))
    most = {item.id: max(item.allowed) for item in assist.items}
    assert score(assist, most, substance="tobacco").total == 31
    assert score(assist, most, substance="alcohol").total == 39


@pytest.mark.parametrize(
    ("substance", "moderate"), [("alcohol", 11), ("cannabis", 4), ("tobacco", 4), ("opioids", 4), ("other", 4)]
)
def test_assist_bands_differ_for_alcohol(substance: str, moderate: int) -> None:
    assist = CONTENT.instrument("assist_v3_1")
    by_total = {}
    for use in (0, 2, 3, 4, 6):
        for others in (0, 3, 6):
            for tried in (0, 3, 6):
                answers = {"q2": use, "q3": 0, "q4": 0, "q5": 0, "q6": others, "q7": tried}
                found = score(assist, answers, substance=substance)
                by_total[found.total] = found
    for total, found in by_total.items():
        assert found.band == ("moderate" if total >= moderate else "low")
        assert found.positive is (total >= moderate)
    top = {"q2": 6, "q3": 6, "q4": 7, "q6": 6, "q7": 0}
    assert score(assist, top | {"q5": 0, "q7": 3} | {"q4": 5}, substance=substance).band == "moderate"  # 26
    assert score(assist, top | {"q5": 0, "q7": 3} | {"q4": 6}, substance=substance).band == "high"  # 27


def test_assist_without_a_substance_says_only_what_holds_for_all() -> None:
    assist = CONTENT.instrument("assist_v3_1")
    low = dict.fromkeys(("q2", "q6", "q7"), 0)
    assert (score(assist, low).band, score(assist, low).positive) == ("low", False)
    between = low | {"q6": 6}
    assert (score(assist, between).total, score(assist, between).band, score(assist, between).positive) == (
        6,
        None,
        None,
    )


def test_cage_c_counts_days_from_four() -> None:
    cage = CONTENT.instrument("cage_c")
    base = {"q1": True, "q2": False, "q3": False, "q4": False, "q5": False}
    assert (score(cage, base | {"q6": 3}).total, score(cage, base | {"q6": 3}).positive) == (1, False)
    assert (score(cage, base | {"q6": 4}).total, score(cage, base | {"q6": 4}).positive) == (2, True)


def test_phq4_is_positive_for_either_pair() -> None:
    phq4 = CONTENT.instrument("phq4")
    assert score(phq4, {"q1": 2, "q2": 1, "q3": 0, "q4": 0}).positive is True
    assert score(phq4, {"q1": 0, "q2": 0, "q3": 0, "q4": 3}).positive is True
    split = score(phq4, {"q1": 2, "q2": 0, "q3": 2, "q4": 0})
    assert (split.positive, split.subscores) == (False, {"anxiety": 2, "depression": 2})


# -- what cannot be scored --


def test_a_missing_required_item_gives_no_total_never_a_guess() -> None:
    answers = answers_for(AUDIT, 12)
    for missing in answers:
        for partial in ({key: value for key, value in answers.items() if key != missing}, answers | {missing: None}):
            found = score(AUDIT, partial)
            assert (found.error, found.complete) == ("incomplete", False)
            assert (found.total, found.band, found.positive) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [{"q9": 1}, {"q10": 3}, {"q1": 5}, {"q1": -1}, {"q1": "2"}, {"q1": 2.0}, {"q1": True}, {"q11": 0}, {"x": None}],
)
def test_an_impossible_answer_is_told_even_when_others_are_missing(wrong: dict[str, Any]) -> None:
    assert score(AUDIT, wrong).error == "invalid_value"
    assert score(AUDIT, answers_for(AUDIT, 12) | wrong).error == "invalid_value"


def test_an_impossible_age_is_told() -> None:
    assert score(AUDIT, answers_for(AUDIT, 12), age=131).error == "invalid_value"


def test_a_tenant_can_set_another_cut_off() -> None:
    stricter = (CutOff(at_least=13, source="Bruno 2013"),)
    cudit = CONTENT.instrument("cudit_r")
    assert score(cudit, answers_for(cudit, 12), cutoffs=stricter).positive is False
    assert score(cudit, answers_for(cudit, 13), cutoffs=stricter).positive is True


# -- JSON lines --


def lines(name: str, *given: Any) -> list[Any]:
    return [json.loads(line) for line in run(CONTENT.instrument(name), [json.dumps(line) for line in given])]


def test_every_line_is_answered_in_order_with_all_keys() -> None:
    whole, nothing = lines("who5", {"answers": {f"q{n}": 5 for n in range(1, 6)}}, {"answers": {}})
    assert whole == {
        "total": 100,
        "subscores": {"raw": 25},
        "band": "no_immediate_risk",
        "positive": False,
        "complete": True,
        "asked": ["q1", "q2", "q3", "q4", "q5"],
        "error": None,
    }
    assert set(nothing) == set(whole)
    assert nothing["error"] == "incomplete"


@pytest.mark.parametrize(
    "line",
    [
        *["", "hej", "[]", "1", "null", "{", '{"answers": []}', "{}", '{"answers": null}', "[" * 100_000],
        *['{"answers": {}, "sex": "mand"}', '{"answers": {}, "sex": 1}', '{"answers": {}, "age": "40"}'],
        *['{"answers": {}, "age": true}', '{"answers": {}, "substance": 4}'],
    ],
)
def test_a_line_of_the_wrong_form_is_told_and_the_run_goes_on(line: str) -> None:
    assert list(run(AUDIT, [line, '{"answers": {}}'])) == [
        '{"error": "bad_input"}',
        next(run(AUDIT, ['{"answers": {}}'])),
    ]


def test_null_and_unknown_keys_beside_the_answers_are_no_error() -> None:
    given = {"answers": {"q1": 0, "q9": 0, "q10": 0}, "sex": None, "age": None, "substance": None, "id": "x"}
    assert lines("audit", given)[0]["error"] is None


def test_yes_and_no_are_read_as_points() -> None:
    yes, points = lines(
        "cast6",
        {"answers": {f"q{n}": n < 4 for n in range(1, 7)}},
        {"answers": {f"q{n}": int(n < 4) for n in range(1, 7)}},
    )
    assert yes == points
    assert (yes["total"], yes["positive"]) == (3, True)


def test_an_unknown_substance_is_bad_input_only_where_there_is_one() -> None:
    assert lines("sds", {"answers": {}, "substance": "te"}) == [{"error": "bad_input"}]
    assert lines("audit", {"answers": {}, "substance": "te"})[0]["error"] == "incomplete"
