"""What must hold for every instrument and every set of answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.instruments import Instrument
from content.loading import load
from content.scoring import run, score

CONTENT = load()
INSTRUMENTS = [CONTENT.instrument(name) for name in CONTENT.instruments]
every_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS, ids=[each.name for each in INSTRUMENTS])

SEXES = st.sampled_from([None, "male", "female", "other"])
AGES = st.none() | st.integers(0, 130)


def whole(instrument: Instrument) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({item.id: st.sampled_from(sorted(item.allowed)) for item in instrument.items})


def substances(instrument: Instrument) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *instrument.substances])


@every_instrument
@given(data=st.data())
def test_a_total_is_within_bounds_and_has_a_band_where_bands_are(instrument: Instrument, data: st.DataObject) -> None:
    substance = data.draw(substances(instrument))
    found = score(instrument, data.draw(whole(instrument)), substance=substance)
    assert found.complete
    assert found.total is not None
    assert 0 <= found.total <= instrument.highest
    assert found.total % instrument.multiply == 0
    covering = [band for band in instrument.bands if band.low <= found.total <= band.high]
    if not instrument.substances:
        assert [band.id for band in covering] == ([found.band] if instrument.bands else [])
    elif substance is not None and instrument.bands:
        assert [band.id for band in covering if substance in band.substances] == [found.band]


@every_instrument
@given(data=st.data())
def test_a_missing_answer_never_counts_as_nought(instrument: Instrument, data: st.DataObject) -> None:
    answers: dict[str, int | None] = dict(data.draw(whole(instrument)))
    asked = score(instrument, answers).asked
    missing = data.draw(st.sampled_from(asked))
    substance = data.draw(substances(instrument))
    without = {key: value for key, value in answers.items() if key != missing}
    # Taking an answer away may only ever leave it unanswered, unless a gate then spares the question.
    if missing not in instrument.skipped(without, substance=substance):
        assert score(instrument, without, substance=substance).error == "incomplete"
        assert score(instrument, without, substance=substance).total is None


@every_instrument
@given(data=st.data())
def test_a_higher_answer_never_lowers_the_total(instrument: Instrument, data: st.DataObject) -> None:
    answers = data.draw(whole(instrument))
    item = data.draw(st.sampled_from(instrument.items))
    higher = answers | {item.id: data.draw(st.sampled_from(sorted(v for v in item.allowed if v >= answers[item.id])))}
    before, after = score(instrument, answers).total, score(instrument, higher).total
    assert before is not None
    assert after is not None
    assert after >= before


@every_instrument
@given(data=st.data(), sex=SEXES, age=AGES)
def test_knowing_more_never_contradicts_what_was_claimed(
    instrument: Instrument, data: st.DataObject, sex: str | None, age: int | None
) -> None:
    answers = data.draw(whole(instrument))
    substance = data.draw(substances(instrument))
    unknown = score(instrument, answers, substance=substance).positive
    known = score(instrument, answers, sex=sex, age=age, substance=substance).positive
    if unknown is not None and known is not None:
        assert known == unknown


@every_instrument
@given(data=st.data())
def test_asking_one_by_one_ends_and_asks_exactly_what_is_scored(instrument: Instrument, data: st.DataObject) -> None:
    substance = data.draw(substances(instrument))
    answers: dict[str, int | None] = {}
    order = []
    while (item := instrument.next_item(answers, substance=substance)) is not None:
        assert len(order) < len(instrument.items)
        order.append(item.id)
        answers[item.id] = data.draw(st.sampled_from(sorted(item.allowed)))
    found = score(instrument, answers, substance=substance)
    assert found.complete
    assert found.asked == tuple(order)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@every_instrument
@given(
    answers=st.dictionaries(st.sampled_from([f"q{n}" for n in range(12)]) | st.text(), JSON, max_size=12),
    age=AGES,
    sex=SEXES,
)
def test_any_answers_at_all_are_scored_or_refused_but_never_raise(
    instrument: Instrument, answers: dict[str, Any], age: int | None, sex: str | None
) -> None:
    found = score(instrument, answers, age=age, sex=sex)
    assert found.complete == (found.error is None) == (found.total is not None)
    if not found.complete:
        assert (found.band, found.positive) == (None, None)


@given(line=st.text() | JSON.map(repr))
def test_any_line_is_answered(line: str) -> None:
    assert len(list(run(INSTRUMENTS[0], [line]))) == 1
