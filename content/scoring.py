"""Published scoring, CONTRACTS §2: pure arithmetic over an instrument's data.

Missing is never 0. Where sex, age or substance is not known and published readings differ, nothing is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from content.instruments import Band, CutOff, Instrument, Item, Score, Who

SEXES = ("male", "female")
SEX_WORDS = (*SEXES, "other")
OLDEST = 130
"""No age above this is believed."""

BAD_INPUT = '{"error": "bad_input"}'
_Row = TypeVar("_Row", bound=Who)


def score(
    instrument: Instrument,
    answers: Mapping[str, Any],
    *,
    sex: str | None = None,
    age: int | None = None,
    substance: str | None = None,
    cutoffs: Sequence[CutOff] | None = None,
) -> Score:
    """The result of these answers, points by item id (None is missing).

    `sex` is male, female, other or None, `age` in whole years. Other and None are read both ways. `cutoffs` are a
    pack's own instead of the published ones. Never raises: an unknown item, a wrong type or an impossible value gives
    the error invalid_value, else a missing required item gives incomplete; both without total, band and reading.
    """
    values: dict[str, int | None] = {}
    for item_id, value in answers.items():
        item = instrument.item(item_id)
        if item is None or not _possible(item, value):
            return _failed("invalid_value", ())
        values[item_id] = None if value is None else int(value)
    if age is not None and not 0 <= age <= OLDEST:
        return _failed("invalid_value", ())

    skipped = instrument.skipped(values, substance=substance)
    asked = tuple(item.id for item in instrument.items if item.id not in skipped)
    counted: dict[str, int] = {}
    for item in instrument.items:
        points = 0 if item.id in skipped else values.get(item.id)
        if points is None:
            return _failed("incomplete", asked)
        counted[item.id] = 0 if item.id in skipped else item.counts(points)

    raw = sum(counted.values())
    total = raw * instrument.multiply
    subscores = {name: sum(counted[item_id] for item_id in items) for name, items in instrument.subscores.items()}
    if instrument.raw_subscore is not None:
        subscores[instrument.raw_subscore] = raw
    return Score(
        total=total,
        subscores=subscores,
        band=_band(instrument, total, age=age, substance=substance),
        positive=_positive(
            instrument.cutoffs if cutoffs is None else cutoffs, total, subscores, sex=sex, age=age, substance=substance
        ),
        complete=True,
        asked=asked,
        error=None,
    )


def positive_for(
    instrument: Instrument,
    result: Score,
    *,
    sex: str | None = None,
    age: int | None = None,
    substance: str | None = None,
    cutoffs: Sequence[CutOff] | None = None,
) -> bool | None:
    """Whether a result is positive for somebody else than it was computed for: as `score` says of the same answers."""
    if result.total is None or (age is not None and not 0 <= age <= OLDEST):
        return None
    rows = instrument.cutoffs if cutoffs is None else cutoffs
    return _positive(rows, result.total, result.subscores, sex=sex, age=age, substance=substance)


def _failed(error: str, asked: tuple[str, ...]) -> Score:
    return Score(total=None, subscores={}, band=None, positive=None, complete=False, asked=asked, error=error)


def _possible(item: Item, value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, bool):
        return item.yes_no
    return isinstance(value, int) and value in item.allowed


def _band(instrument: Instrument, total: int, *, age: int | None, substance: str | None) -> str | None:
    """The verbal result.

    An age limit withholds it only from those known to be outside it. An unknown substance counts as each of them.
    """
    rows: list[Band] = [row for row in instrument.bands if age is None or _has_age(row, age)]
    groups = {row.substances for row in rows if substance is None or not row.substances or substance in row.substances}
    named = {
        next((row.id for row in rows if row.substances == group and row.low <= total <= row.high), None)
        for group in groups
    }
    return named.pop() if len(named) == 1 else None


def _positive(
    cutoffs: Sequence[CutOff],
    total: int,
    subscores: Mapping[str, int],
    *,
    sex: str | None,
    age: int | None,
    substance: str | None,
) -> bool | None:
    """Whether the result is positive; None if readings differ or none was published for such a person.

    The first row that fits a person is the one that counts, so special ages stand before general rows. Whoever is
    not fully known is every person it could be, one of each kind that any row tells apart.
    """
    if not cutoffs:
        return None
    sexes = (sex,) if sex in SEXES else SEXES
    readings = {
        _reading(row, total, subscores)
        for each_sex in sexes
        for each_age in _ages(cutoffs, age)
        for each_substance in _substances(cutoffs, substance)
        if (row := applies(cutoffs, each_sex, each_age, each_substance)) is not None or age is not None
    }
    return readings.pop() if len(readings) == 1 else None


def _ages(cutoffs: Sequence[CutOff], age: int | None) -> Sequence[int]:
    """The age, or one of every age group that the rows tell apart."""
    if age is not None:
        return (age,)
    edges = {row.age_min for row in cutoffs} | {row.age_max + 1 for row in cutoffs if row.age_max is not None}
    return sorted(edges)


def _substances(cutoffs: Sequence[CutOff], substance: str | None) -> Sequence[str | None]:
    if substance is not None:
        return (substance,)
    return sorted({name for row in cutoffs for name in row.substances}) or (None,)


def _has_age(row: Who, age: int) -> bool:
    return row.age_min <= age and (row.age_max is None or age <= row.age_max)


def applies(cutoffs: Sequence[CutOff], sex: str, age: int, substance: str | None) -> CutOff | None:
    """The row that holds for somebody: the first that fits; None where nothing was published for them."""
    for row in cutoffs:
        if (
            (not row.sexes or sex in row.sexes)
            and _has_age(row, age)
            and (not row.substances or substance in row.substances)
        ):
            return row
    return None


def _reading(row: CutOff | None, total: int, subscores: Mapping[str, int]) -> bool | None:
    if row is None or (row.at_least is None and row.at_most is None):
        return None
    looked_at = [subscores[name] for name in row.of] if row.of else [total]
    return any(
        (row.at_least is None or value >= row.at_least) and (row.at_most is None or value <= row.at_most)
        for value in looked_at
    )


def run(instrument: Instrument, lines: Iterable[str]) -> Iterator[str]:
    """Scores JSON lines (CONTRACTS §2), one line out for each line in, in order, without line ends.

    A line that is no JSON or has the wrong form gives {"error": "bad_input"} and the run goes on.
    """
    for line in lines:
        asked = _read(instrument, line)
        if asked is None:
            yield BAD_INPUT
            continue
        answers, sex, age, substance = asked
        result = score(instrument, answers, sex=sex, age=age, substance=substance)
        yield json.dumps(
            {
                "total": result.total,
                "subscores": result.subscores,
                "band": result.band,
                "positive": result.positive,
                "complete": result.complete,
                "asked": list(result.asked),
                "error": result.error,
            },
            ensure_ascii=False,
        )


def _read(instrument: Instrument, line: str) -> tuple[dict[str, Any], str | None, int | None, str | None] | None:
    """The parts of one line, or None if it has the wrong form."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not isinstance(given.get("answers"), dict):
        return None
    sex, age, substance = given.get("sex"), given.get("age"), given.get("substance")
    if sex is not None and sex not in SEX_WORDS:
        return None
    if age is not None and (isinstance(age, bool) or not isinstance(age, int)):
        return None
    if substance is not None and not isinstance(substance, str):
        return None
    if instrument.substances:
        if substance is not None and substance not in instrument.substances:
            return None
    else:
        substance = None
    return given["answers"], sex, age, substance
