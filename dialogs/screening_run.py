"""One run of one instrument: its questions, its result in words. Called by `screening`, which stands around it.

A passed-over question stays missing: no total is made of what was not answered. Under 18 the result is words, without
score or adult zones (domain/instruments.md §12). The result belongs to the answers before it: it is recorded, and what
is said is said of the record.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from content.instruments import Instrument, Item, Option, Score
from dialogs.asking import about_substance, choice, item_questions, record, say, yes_no
from dialogs.cutoffs import Reading, in_words, read
from dialogs.doors import is_young
from dialogs.registry import dialog
from dialogs.screening_scale import scale
from dialogs.steps import Dialog, Lines, Words
from dialogs.visit import Visit

Answers = dict[str, int | None]

ALCOHOL = ("audit_c", "audit")
SAID_IN_FULL = 5
"""So many answers are repeated in full; of more, the heaviest."""
HEAVIEST = 3
LOWEST = "I"
"""AUDIT's lowest zone ends at 7 for all; for women and from 65 years the limit is 6, so there it says too little."""
SHORT = frozenset({*(f"audit.q{number}" for number in range(1, 11)), *(f"who5.q{number}" for number in range(1, 6))})
"""Items that have a short wording for lists."""
UPWARDS = ("who5",)
"""Instruments where many points are good news: the highest are not what weighs most."""
WELLBEING = ("who5", "phq4")
"""Instruments whose bands hold for young people too; of use they only hear whether it may do harm."""
LISTED = ("dudit",)
"""Instruments before which a list of what is meant is shown, as their manual wants."""
STOP_ALCOHOL, STOP_DRUGS = "screening.stop_safely", "screening.stop_safely.drugs"
DANGEROUS_TO_STOP = {
    "dudit": (STOP_DRUGS,),
    "icd10_dependence": (STOP_ALCOHOL, STOP_DRUGS),
    "alcohol": (STOP_ALCOHOL,),
    "benzodiazepine": (STOP_DRUGS,),
    "sedatives": (STOP_DRUGS,),
    "other": (STOP_DRUGS,),
}
"""Substances that nobody may stop all at once, and instruments that do not say which one they are about."""
OTHERS = {
    "audit_c": "screening.others.alcohol",
    "audit": "screening.others.alcohol",
    "who5": "screening.others.wellbeing",
}
"""How it is for others, where a dated source says so."""
HARD = ("high_risk",)
"""Bands where an average would only say how far away one is."""
SCORES = {"audit_c": "screening.score", "audit": "screening.score", "who5": "screening.score.well"}
PLAIN_SCORE = "screening.score.plain"
"""Which way is up is told for the instruments that are known here; for others only the ends of the scale."""
BUCKETS = {True: "positive", False: "negative", None: "none"}
"""What is counted of an instrument without bands."""


@dialog(
    "screening_run",
    version=2,
    samples=(
        {"instrument": "audit_c", "age_group": "26_up"},
        {"instrument": "audit_c", "age_group": "13_17"},
        {"instrument": "who5", "age_group": "18_25"},
    ),
)
def screening_run(
    visit: Visit,
    instrument: str,
    age_group: str,
    *,
    sex: str | None = None,
    substance: str | None = None,
    shown: bool | None = None,
) -> Dialog[dict[str, Any]]:
    """Ask, score, and say what it may mean to who wishes to hear it (`shown`: whether they said so before).

    Results in `positive`, `complete`, `band`, and `sex` and `shown` as far as they had to be asked.
    """
    questions, young = visit.instrument(instrument), is_young(age_group)
    answers = yield from reused(visit, questions, substance)
    fresh = not answers
    if not fresh:
        yield from say("screening.rest")
    else:
        yield from begin(questions)
    chosen = yield from ask(questions, answers, substance)
    reading = yield from read(visit, questions, answers, age_group=age_group, sex=sex, substance=substance)
    stored = yield from record(
        f"screening.{instrument}",
        {"instrument": instrument, "version": questions.version, **msgspec.to_builtins(reading.score)},
        counter=f"screening.{instrument}",
        bucket=reading.score.band or BUCKETS[reading.score.positive],
    )
    result = msgspec.convert({name: stored[name] for name in Score.__struct_fields__}, Score)
    yield from repeat(questions, chosen, answers, substance)
    if fresh and instrument in ALCOHOL and young:
        yield from say("screening.young")
    if result.total is None:
        yield from say("screening.incomplete")
    else:
        if shown is None:
            shown = yield from yes_no("screening.show")
        if shown:
            yield from tell(questions, result, reading, young=young)
        else:
            yield from say("screening.show.no")
    yield from warn(questions, result, answers, substance)
    return {
        "positive": result.positive,
        "complete": result.complete,
        "band": result.band,
        "sex": reading.sex,
        "shown": shown,
    }


def begin(questions: Instrument) -> Dialog[None]:
    """What is coming, and where it must be told what is meant, that too."""
    intro, window = Words(key=questions.intro_key), Words(key=questions.window_key)
    yield from say("screening.intro", intro=intro, window=window)
    if questions.name in LISTED:
        yield from say("screening.drug_list")


def ask(questions: Instrument, answers: Answers, substance: str | None) -> Dialog[dict[str, Option]]:
    """Every question that is still open, into `answers`; what was chosen just now."""
    chosen: dict[str, Option] = {}
    asks = item_questions(questions, substance)
    while (item := questions.next_item(answers, substance=substance)) is not None:
        option = item.option((yield asks[item.id]) or "")
        answers[item.id] = option.points if option else None
        if option:
            chosen[item.id] = option
    return chosen


def line(item: Item, option: Option, substance: str | None) -> Words:
    """A question, in few words where there are such, and what was answered."""
    if item.identity in SHORT:
        key, question = "screening.line", Words(key=f"screening.short.{item.identity}")
    else:
        key, question = "screening.line.whole", Words(key=item.text, fields=about_substance(substance))
    return Words(key=key, fields={"question": question, "answer": Words(key=option.key)})


def reused(visit: Visit, questions: Instrument, substance: str | None) -> Dialog[Answers]:
    """The leading answers that were given to the very same questions within a day, if the citizen lets them stand."""
    if not visit.knows_any:
        return {}
    asks = item_questions(questions, substance).values()
    known = tuple([ask.identity and visit.known(ask.identity) for ask in asks])
    answers, lines = leading(questions, known, substance)
    if answers and (yield from choice("screening.reuse", "use", "again", lines=lines)) == "use":
        return dict(answers)
    return {}


@lru_cache(maxsize=1024)
def leading(
    questions: Instrument, known: tuple[str | None, ...], substance: str | None
) -> tuple[Mapping[str, int | None], tuple[Words, ...]]:
    """Of options known for the items in their order, those that lead: their points, and each in words. Every replay of
    a run asks for the same again.
    """
    answers: Answers = {}
    lines: list[Words] = []
    chosen = {item.id: item.option(option or "") for item, option in zip(questions.items, known, strict=True)}
    while (item := questions.next_item(answers, substance=substance)) is not None and (option := chosen[item.id]):
        answers[item.id] = option.points
        lines.append(line(item, option, substance))
    return answers, tuple(lines)


def repeat(
    questions: Instrument, chosen: Mapping[str, Option], answers: Answers, substance: str | None
) -> Dialog[None]:
    """Say back what was said just now: a short run in full, of a long one the answers with the most points."""
    heavy = sorted((item for item in chosen if answers[item]), key=lambda item: -(answers[item] or 0))[:HEAVIEST]
    if len(chosen) <= SAID_IN_FULL and chosen:
        yield from say("screening.said", lines=lines_of(questions, chosen, chosen, substance))
    elif heavy and questions.name not in UPWARDS:
        yield from say("screening.said.most", lines=lines_of(questions, chosen, heavy, substance))
    else:
        yield from say("screening.thanks")


def lines_of(
    questions: Instrument, chosen: Mapping[str, Option], items: Iterable[str], substance: str | None
) -> tuple[Words, ...]:
    """Some of what was answered, a line each."""
    return tuple(line(item, chosen[item.id], substance) for item in map(questions.item, items) if item is not None)


def tell(questions: Instrument, result: Score, reading: Reading, *, young: bool) -> Dialog[None]:
    """Where it lies and what it may mean, and how it is for others: a screening, not a diagnosis."""
    if not young and result.total is not None:
        place = scale(result.total, questions.highest, reading.limits)
        yield from say(
            SCORES.get(questions.name, PLAIN_SCORE), picture=place, total=result.total, highest=questions.highest
        )
    lines = in_words(reading.everyone) if result.positive is None else ()
    if lines:
        yield from say("screening.differs", lines=lines)
    elif result.positive and result.band == LOWEST:
        yield from say("screening.lower_limit")
    else:
        words = msgspec.structs.replace(result, band=None) if young and questions.name not in WELLBEING else result
        yield from say(questions.result_key(words))
    others = OTHERS.get(questions.name)
    if others is not None and result.positive and result.band not in HARD and not young:
        yield from say(others)


def warn(questions: Instrument, result: Score, answers: Answers, substance: str | None) -> Dialog[None]:
    """What must be known whatever the total is, and whether or not somebody wished to hear of that."""
    cautions = questions.caution_keys(answers, result)
    for caution in cautions:
        yield from say(caution)
    if not cautions and questions.name in ALCOHOL and stopping_may_be_dangerous(answers):
        yield from say("screening.stop_safely")
    if any(answers.values()):
        for warning in DANGEROUS_TO_STOP.get(substance or questions.name, ()):
            yield from say(warning)
    if (questions.name == "who5" and result.positive) or (questions.name == "phq4" and result.band == "severe"):
        yield from say("screening.low_wellbeing", lines=Lines(label="none", severity=1))


def stopping_may_be_dangerous(answers: Answers) -> bool:
    """Any drinking in the morning, or drinking most days with five drinks or more at a time.

    Wider than the level of domain/instruments.md §12 (item 6 together with zone IV), which is held here too: the
    sentence begins with "if you drink every day" and costs nothing where it does not fit. A clinician must approve it.
    """
    often, units, many, morning = (answers.get(item) or 0 for item in ("q1", "q2", "q3", "q6"))
    return morning >= 1 or (often == 4 and (units >= 2 or many == 4))
