"""A screening as it was before results were shown only to who wished to see them: alcohol and wellbeing alone."""

from datetime import date
from typing import Any

import msgspec

from content.instruments import Score
from dialogs.asking import Goto, call, choice, free_text, record, say, yes_no
from dialogs.cutoffs import read
from dialogs.doors import go, is_young
from dialogs.registry import dialog
from dialogs.screening_age import ask_age, asked_age
from dialogs.screening_doors import LONGER
from dialogs.screening_run import ALCOHOL, BUCKETS, ask, begin, repeat, reused, tell, warn
from dialogs.steps import Dialog
from dialogs.visit import Visit

TOPICS = {"who5": "wellbeing"}
LAST_DAY = date(2027, 6, 30)


@dialog("screening", version=1, samples=({"instrument": "audit_c"}, {"instrument": "who5"}), until=LAST_DAY)
def screening(visit: Visit, instrument: str = "audit_c") -> Dialog[Goto]:
    """Run one instrument and what belongs to it."""
    if instrument not in visit.pack.instruments or not visit.pack.serves(visit.instrument(instrument)):
        yield from say("screening.not_here")
        return Goto(dialog="menu")
    age_group = yield from asked_age(visit)
    if age_group == "under_13":
        yield from say("screening.child")
        door = yield from choice("screening.child.next", "relatives", "older", "talk", "menu")
        if door == "relatives":
            return Goto(dialog="relatives", arguments={"who": "child"})
        if door != "older":
            return go(door)
        age_group = yield from ask_age()
        if age_group == "under_13":
            return Goto(dialog="menu")

    result = yield from run(instrument, age_group)
    longer = LONGER.get(instrument, "")
    more_to_ask = longer in visit.pack.instruments
    if more_to_ask and result["complete"] and result["positive"] is not False:
        more_to_ask = False
        if (yield from yes_no("screening.more")):
            yield from run(longer, age_group, result["sex"])
    if (yield from free_text("screening.own_words", samples=("Det er mere, end jeg troede.",))) is not None:
        yield from say("screening.own_words.thanks")
    wished = ("more",) if more_to_ask and not is_young(age_group) else ()
    door = yield from choice("screening.doors", *wished, "read", "talk", "book", "menu")
    if door == "more":
        yield from run(longer, age_group, result["sex"])
        door = yield from choice("screening.doors", "read", "talk", "book", "menu")
    return go(door, topic=TOPICS.get(instrument, "alcohol"))


def run(instrument: str, age_group: str, sex: str | None = None) -> Dialog[dict[str, Any]]:
    """One run, as a dialog of its own."""
    result: dict[str, Any] = yield from call(
        "screening_run", key=f"run.{instrument}", instrument=instrument, age_group=age_group, sex=sex
    )
    return result


@dialog("screening_run", version=1, samples=({"instrument": "audit_c", "age_group": "26_up"},), until=LAST_DAY)
def screening_run(visit: Visit, instrument: str, age_group: str, sex: str | None = None) -> Dialog[dict[str, Any]]:
    """Ask, score, say."""
    questions, young = visit.instrument(instrument), is_young(age_group)
    answers = yield from reused(visit, questions, None)
    fresh = not answers
    if not fresh:
        yield from say("screening.rest")
    else:
        yield from begin(questions)
    chosen = yield from ask(questions, answers, None)
    reading = yield from read(visit, questions, answers, age_group=age_group, sex=sex)
    stored = yield from record(
        f"screening.{instrument}",
        {"instrument": instrument, "version": questions.version, **msgspec.to_builtins(reading.score)},
        counter=f"screening.{instrument}",
        bucket=reading.score.band or BUCKETS[reading.score.positive],
    )
    result = msgspec.convert({name: stored[name] for name in Score.__struct_fields__}, Score)
    yield from repeat(questions, chosen, answers, None)
    if fresh and instrument in ALCOHOL and young:
        yield from say("screening.young")
    if result.total is None:
        yield from say("screening.incomplete")
    else:
        yield from tell(questions, result, reading, young=young)
    yield from warn(questions, result, answers, None)
    return {"positive": result.positive, "complete": result.complete, "band": result.band, "sex": reading.sex}
