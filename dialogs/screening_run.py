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
from dialogs.asking import choice, item_questions, record, say
from dialogs.cutoffs import in_words, read
from dialogs.doors import is_young
from dialogs.registry import dialog
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
SCORES = {"audit_c": "screening.score", "audit": "screening.score", "who5": "screening.score.well"}
PLAIN_SCORE = "screening.score.plain"
"""Which way is up is told for the instruments that are known here; for others only the ends of the scale."""
BUCKETS = {True: "positive", False: "negative", None: "none"}
"""What is counted of an instrument without bands."""


@dialog(
    "screening_run",
    samples=(
        {"instrument": "audit_c", "age_group": "26_up"},
        {"instrument": "audit_c", "age_group": "13_17"},
        {"instrument": "who5", "age_group": "18_25"},
    ),
)
def screening_run(visit: Visit, instrument: str, age_group: str, sex: str | None = None) -> Dialog[dict[str, Any]]:
    """Ask, score, say. Results in `positive`, `complete`, `band`, and `sex` as far as it had to be asked."""
    questions = visit.instrument(instrument)
    answers = yield from reused(visit, questions)
    fresh = not answers
    if not fresh:
        yield from say("screening.rest")
    else:
        intro, window = Words(key=questions.intro_key), Words(key=questions.window_key)
        yield from say("screening.intro", intro=intro, window=window)
    chosen: dict[str, Option] = {}
    asks = item_questions(questions)
    while (item := questions.next_item(answers)) is not None:
        option = item.option((yield asks[item.id]) or "")
        answers[item.id] = option.points if option else None
        if option:
            chosen[item.id] = option
    reading = yield from read(visit, questions, answers, age_group=age_group, sex=sex)
    stored = yield from record(
        f"screening.{instrument}",
        {"instrument": instrument, "version": questions.version, **msgspec.to_builtins(reading.score)},
        counter=f"screening.{instrument}",
        bucket=reading.score.band or BUCKETS[reading.score.positive],
    )
    result = msgspec.convert({name: stored[name] for name in Score.__struct_fields__}, Score)
    yield from repeat(questions, chosen, answers)
    if fresh and instrument in ALCOHOL and is_young(age_group):
        yield from say("screening.young")
    yield from tell(questions, result, answers, everyone=reading.everyone, young=is_young(age_group))
    return {"positive": result.positive, "complete": result.complete, "band": result.band, "sex": reading.sex}


def line(item: Item, option: Option) -> Words:
    """A question, in few words where there are such, and what was answered."""
    short = Words(key=f"screening.short.{item.identity}" if item.identity in SHORT else item.text)
    return Words(key="screening.line", fields={"question": short, "answer": Words(key=option.key)})


def reused(visit: Visit, questions: Instrument) -> Dialog[Answers]:
    """The leading answers that were given to the very same questions within a day, if the citizen lets them stand."""
    if not visit.knows_any:
        return {}
    asks = item_questions(questions).values()
    answers, lines = leading(questions, tuple([ask.identity and visit.known(ask.identity) for ask in asks]))
    if answers and (yield from choice("screening.reuse", "use", "again", lines=lines)) == "use":
        return dict(answers)
    return {}


@lru_cache(maxsize=1024)
def leading(questions: Instrument, known: tuple[str | None, ...]) -> tuple[Mapping[str, int | None], tuple[Words, ...]]:
    """Of options known for the items in their order, those that lead: their points, and each in words. Every replay of
    a run asks for the same again.
    """
    answers: Answers = {}
    lines: list[Words] = []
    chosen = {item.id: item.option(option or "") for item, option in zip(questions.items, known, strict=True)}
    while (item := questions.next_item(answers)) is not None and (option := chosen[item.id]) is not None:
        answers[item.id] = option.points
        lines.append(line(item, option))
    return answers, tuple(lines)


def repeat(questions: Instrument, chosen: Mapping[str, Option], answers: Answers) -> Dialog[None]:
    """Say back what was said just now: a short run in full, of a long one the answers with the most points."""
    heavy = sorted((item for item in chosen if answers[item]), key=lambda item: -(answers[item] or 0))[:HEAVIEST]
    if len(chosen) <= SAID_IN_FULL and chosen:
        yield from say("screening.said", lines=lines_of(questions, chosen, chosen))
    elif heavy:
        yield from say("screening.said.most", lines=lines_of(questions, chosen, heavy))
    else:
        yield from say("screening.thanks")


def lines_of(questions: Instrument, chosen: Mapping[str, Option], items: Iterable[str]) -> tuple[Words, ...]:
    """Some of what was answered, a line each."""
    return tuple(line(item, chosen[item.id]) for item in map(questions.item, items) if item is not None)


def tell(
    questions: Instrument,
    result: Score,
    answers: Answers,
    *,
    everyone: Mapping[tuple[str, int], bool | None],
    young: bool,
) -> Dialog[None]:
    """Where it lies and what it may mean: a screening, not a diagnosis."""
    if result.total is None:
        yield from say("screening.incomplete")
    else:
        if not young:
            yield from say(SCORES.get(questions.name, PLAIN_SCORE), total=result.total, highest=questions.highest)
        lines = in_words(everyone) if result.positive is None else ()
        if lines:
            yield from say("screening.differs", lines=lines)
        elif result.positive and result.band == LOWEST:
            yield from say("screening.lower_limit")
        else:
            yield from say(questions.result_key(result))
    cautions = questions.caution_keys(answers, result)
    for caution in cautions:
        yield from say(caution)
    if not cautions and questions.name in ALCOHOL and stopping_may_be_dangerous(answers):
        yield from say("screening.stop_safely")
    if questions.name == "who5" and result.positive:
        yield from say("screening.low_wellbeing", lines=Lines(label="none", severity=1))


def stopping_may_be_dangerous(answers: Answers) -> bool:
    """Any drinking in the morning, or drinking most days with five drinks or more at a time.

    Wider than the level of domain/instruments.md §12 (item 6 together with zone IV), which is held here too: the
    sentence begins with "if you drink every day" and costs nothing where it does not fit. A clinician must approve it.
    """
    often, units, many, morning = (answers.get(item) or 0 for item in ("q1", "q2", "q3", "q6"))
    return morning >= 1 or (often == 4 and (units >= 2 or many == 4))
