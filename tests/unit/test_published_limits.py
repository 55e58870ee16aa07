"""Every published limit of every instrument, with its source, tried on both sides; and no limit in the data but these.

The table is written from domain/instruments.md §§2-10 and CONTRACTS §2, not from the data: a slip in either shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from content.instruments import Band, CutOff
from content.loading import load
from content.scoring import score

CONTENT = load()
NOT_ALCOHOL = (
    *("tobacco", "cannabis", "cocaine", "amphetamine", "inhalants"),
    *("sedatives", "hallucinogens", "opioids", "other"),
)


class Limit(NamedTuple):
    """From `at` up (or, `upwards` False, down to it) a result is positive for these people. `at` None: nothing is
    published, so nothing is claimed."""

    instrument: str
    at: int | None
    source: str
    who: Mapping[str, Any] = MappingProxyType({})
    sexes: tuple[str, ...] = ()
    ages: tuple[int, int | None] = (0, None)
    substances: tuple[str, ...] = ()
    upwards: bool = True


MEN, WOMEN = ("male",), ("female",)
LIMITS = [
    Limit("audit", 7, "PMC6459356", {"age": 10}, ages=(10, 17)),
    Limit("audit", 6, "Alkohol & Samfund", {"age": 65}, ages=(65, None)),
    Limit("audit", 8, "WHO 2001", {"sex": "male", "age": 18}, MEN, (18, 64)),
    Limit("audit", 6, "Alkohol & Samfund", {"sex": "female", "age": 64}, WOMEN, (18, 64)),
    Limit("audit_c", 3, "PMC6459356", {"age": 17}, ages=(10, 17)),
    Limit("audit_c", 4, "HL7 US Core", {"sex": "male", "age": 18}, MEN, (18, None)),
    Limit("audit_c", 3, "HL7 US Core", {"sex": "female", "age": 99}, WOMEN, (18, None)),
    Limit("cage_c", 2, "Zierau 2005"),
    Limit("dudit", 6, "Karolinska 2003", {"sex": "male"}, MEN),
    Limit("dudit", 2, "Karolinska 2003", {"sex": "female"}, WOMEN),
    Limit("cudit_r", 8, "Adamson 2010"),
    Limit("sds", 4, "Martin 2006", {"substance": "cannabis", "age": 18}, ages=(0, 18), substances=("cannabis",)),
    Limit("sds", None, "disagree", {"substance": "cannabis", "age": 19}, ages=(19, None), substances=("cannabis",)),
    Limit("sds", 5, "Topp & Mattick 1997", {"substance": "amphetamine"}, substances=("amphetamine",)),
    Limit("sds", 3, "Gonzalez-Saiz 2009", {"substance": "heroin"}, substances=("heroin",)),
    Limit("sds", 4, "Gonzalez-Saiz 2009", {"substance": "cocaine"}, substances=("cocaine",)),
    Limit("sds", None, "No cut-off", {"substance": "benzodiazepine"}, substances=("alcohol", "benzodiazepine")),
    Limit("assist_v3_1", 11, "WHO 2010", {"substance": "alcohol"}, substances=("alcohol",)),
    Limit("assist_v3_1", 4, "WHO 2010", {"substance": "opioids"}, substances=NOT_ALCOHOL),
    Limit("icd10_dependence", 3, "WHO ICD-10"),
    Limit("who5", 50, "vidensportal.dk", upwards=False),
    Limit("cast6", 3, "From memory"),
]

BANDS = {
    ("audit", 18, ()): [("I", 0, 7), ("II", 8, 15), ("III", 16, 19), ("IV", 20, 40)],
    ("cudit_r", 0, ()): [("low", 0, 7), ("hazardous", 8, 11), ("possible_cud", 12, 32)],
    ("who5", 0, ()): [("high_risk", 0, 35), ("risk", 36, 50), ("no_immediate_risk", 51, 100)],
    ("phq4", 0, ()): [("normal", 0, 2), ("mild", 3, 5), ("moderate", 6, 8), ("severe", 9, 12)],
    ("assist_v3_1", 0, ("alcohol",)): [("low", 0, 10), ("moderate", 11, 26), ("high", 27, 39)],
    ("assist_v3_1", 0, NOT_ALCOHOL): [("low", 0, 3), ("moderate", 4, 26), ("high", 27, 39)],
}


@cache
def by_total(name: str, substance: str | None) -> dict[int, dict[str, int]]:
    """For each total that can be had, answers that give it, every item answered."""
    instrument = CONTENT.instrument(name)
    found: dict[int, dict[str, int]] = {}
    partial: dict[tuple[int, tuple[int, ...]], dict[str, int]] = {(0, ()): {}}
    for item in instrument.items:
        grown: dict[tuple[int, tuple[int, ...]], dict[str, int]] = {}
        for (total, opening), answers in partial.items():
            for points in item.allowed:
                key = (total + item.counts(points), (*opening, points)[:3])
                grown.setdefault(key, {**answers, item.id: points})
        partial = grown
    for answers in partial.values():
        result = score(instrument, answers, substance=substance)
        assert result.total is not None
        found.setdefault(result.total, answers)
    return found


def rows(name: str) -> list[CutOff]:
    return [row for row in CONTENT.instrument(name).cutoffs if not row.of]


@pytest.mark.parametrize("limit", LIMITS, ids=[f"{each.instrument}-{each.at}-{each.who}" for each in LIMITS])
def test_a_limit_is_where_it_was_published(limit: Limit) -> None:
    instrument = CONTENT.instrument(limit.instrument)
    for total, answers in by_total(limit.instrument, limit.who.get("substance")).items():
        expected = None if limit.at is None else (total >= limit.at if limit.upwards else total <= limit.at)
        assert score(instrument, answers, **limit.who).positive is expected, (total, answers)


@pytest.mark.parametrize("limit", LIMITS, ids=[f"{each.instrument}-{each.at}-{each.who}" for each in LIMITS])
def test_a_limit_names_its_source(limit: Limit) -> None:
    found = [row for row in rows(limit.instrument) if _row(row) == _expected(limit)]
    assert [limit.source in row.source for row in found] == [True], [row.source for row in found]


def test_no_limit_is_in_the_data_but_these() -> None:
    for name in CONTENT.instruments:
        wanted = [_expected(limit) for limit in LIMITS if limit.instrument == name]
        assert sorted(map(str, map(_row, rows(name)))) == sorted(map(str, wanted)), name


def _row(row: CutOff) -> tuple[Any, ...]:
    return row.at_least, row.at_most, row.sexes, row.age_min, row.age_max, set(row.substances)


def _expected(limit: Limit) -> tuple[Any, ...]:
    bounds = (limit.at, None) if limit.upwards else (None, limit.at)
    return (*bounds, limit.sexes, *limit.ages, set(limit.substances))


@pytest.mark.parametrize("pair", [("q1", "q2"), ("q3", "q4")])
def test_either_pair_of_phq4_is_positive_from_three(pair: tuple[str, str]) -> None:
    """PMC2906530. The cut-off lies on the pairs, not on the total."""
    phq4 = CONTENT.instrument("phq4")
    assert [(row.of, row.at_least) for row in phq4.cutoffs] == [(("anxiety", "depression"), 3)]
    assert "PMC2906530" in phq4.cutoffs[0].source
    for first in range(4):
        for second in range(4):
            answers = {item.id: 0 for item in phq4.items} | {pair[0]: first, pair[1]: second}
            assert score(phq4, answers).positive is (first + second >= 3)


@pytest.mark.parametrize("key", BANDS, ids=[f"{key[0]}-{len(key[2])}" for key in BANDS])
def test_bands_lie_where_they_were_published(key: tuple[str, int, tuple[str, ...]]) -> None:
    name, age, substances = key
    instrument = CONTENT.instrument(name)
    found: list[Band] = [band for band in instrument.bands if set(band.substances) == set(substances)]
    assert [(band.id, band.low, band.high) for band in found] == BANDS[key]
    assert all(band.source for band in found)
    for substance in substances or (None,):
        for total, answers in by_total(name, substance).items():
            expected = next(band for band, low, high in BANDS[key] if low <= total <= high)
            assert score(instrument, answers, age=age or None, substance=substance).band == expected


def test_only_these_instruments_have_bands() -> None:
    assert {name for name in CONTENT.instruments if CONTENT.instrument(name).bands} == {name for name, _, _ in BANDS}
