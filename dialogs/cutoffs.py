"""For whom a result was published: read it for everyone the citizen may be, and ask only what tells these apart.

Cut-offs differ by sex and by age (domain/instruments.md §2). Sex is asked only when the answers lie between the limits,
and whether one is 65 only then too; whoever will not say, or is neither, is told every reading honestly.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from content.instruments import CutOff, Instrument, Score
from content.scoring import applies, positive_for, score
from dialogs.asking import choice, yes_no
from dialogs.doors import is_young
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

SEXES = ("male", "female")
SENIOR = 65
AGES: Mapping[str, tuple[int, ...]] = {
    "under_13": (12,),
    "13_17": (16,),
    "18_25": (22,),
    "26_up": (45, SENIOR),
}
"""One age for each published reading that an age group can meet."""


class Reading(msgspec.Struct, frozen=True):
    """A score as it stands for this citizen, and the other way round for those it stands differently for."""

    score: Score
    sex: str | None
    """As answered; `""` when they would not say; None when it did not matter."""
    everyone: Mapping[tuple[str, int], bool | None]
    """Positive or not, by sex and age, for everyone the citizen may still be."""
    limits: tuple[int, ...] = ()
    """The published limits for them, in points of the total."""


@lru_cache(maxsize=256)
def meant_for(instrument: Instrument, age_group: str) -> bool:
    """Whether an instrument was made for people of this age."""
    return any(
        instrument.age_min <= age and (instrument.age_max is None or age <= instrument.age_max)
        for age in AGES[age_group]
    )


def read(
    visit: Visit,
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    age_group: str,
    sex: str | None,
    substance: str | None = None,
) -> Dialog[Reading]:
    """Score the answers, asking sex and being 65 only where that changes what can be said.

    Under 18 neither is asked: where only adults' cut-offs are published, the lowest of them is used, in words.
    """
    own = visit.pack.cutoffs_for(instrument)
    ages = AGES[age_group]
    scored = score(instrument, answers, age=ages[0], substance=substance, cutoffs=own)
    everyone = {
        (each, age): positive_for(instrument, scored, sex=each, age=age, substance=substance, cutoffs=own)
        for each in SEXES
        for age in ages
    }
    if is_young(age_group) and True in everyone.values():
        everyone = dict.fromkeys(everyone, True)
    if sex is None and any(everyone["female", age] != everyone["male", age] for age in ages):
        sex = yield from choice("screening.sex", *SEXES, "other", optional=True)
    if sex in SEXES:
        everyone = {who: positive for who, positive in everyone.items() if who[0] == sex}
    if len(ages) > 1 and any(everyone[who, ages[0]] != everyone[who, SENIOR] for who in {who for who, _ in everyone}):
        senior = yield from yes_no("screening.senior", optional=True)
        if senior is not None:
            everyone = {who: positive for who, positive in everyone.items() if (who[1] == SENIOR) == senior}
    found = set(everyone.values())
    return Reading(
        score=msgspec.structs.replace(scored, positive=found.pop() if len(found) == 1 else None),
        sex=sex,
        everyone=everyone,
        limits=limits(instrument.cutoffs if own is None else own, everyone, substance),
    )


def limits(cutoffs: Sequence[CutOff], everyone: Iterable[tuple[str, int]], substance: str | None) -> tuple[int, ...]:
    """The totals from which (or up to which) a result is positive for everyone the citizen may be, lowest first."""
    rows = [applies(cutoffs, sex, age, substance) for sex, age in everyone]
    found = {bound for row in rows if row and not row.of for bound in (row.at_least, row.at_most) if bound is not None}
    return tuple(sorted(found))


def in_words(everyone: Mapping[tuple[str, int], bool | None]) -> tuple[Words, ...]:
    """One line for each reading that differs. An age is named only where it tells two readings apart."""
    lines = []
    for (sex, age), positive in everyone.items():
        younger = next((value for (other, years), value in everyone.items() if other == sex and years != SENIOR), None)
        if positive is None or (age == SENIOR and positive == younger):
            continue
        where = Words(key="screening.where.above" if positive else "screening.where.below")
        key = f"screening.differs.{sex}_{age}" if age == SENIOR else f"screening.differs.{sex}"
        lines.append(Words(key=key, fields={"where": where}))
    return tuple(lines)


__all__ = ["Reading", "in_words", "limits", "meant_for", "read"]
