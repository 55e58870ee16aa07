"""A screening from the first question to the three doors: read, talk, book.

Alcohol starts with AUDIT-C; where that is positive, or the citizen wishes, the rest of AUDIT follows under the same
root, so that an answer of the first three can still be changed. Low wellbeing is followed by PHQ-4, drugs by SDS about
the main one, each only if wished (domain/instruments.md §12). Motivational style: the citizen is asked for leave, and
for their own words.
"""

from typing import Any

from dialogs.asking import Goto, call, choice, free_text, say, yes_no
from dialogs.cutoffs import meant_for
from dialogs.doors import go, is_young
from dialogs.heard import Expect
from dialogs.registry import dialog
from dialogs.screening_age import asked_age, from_13
from dialogs.screening_doors import AFTER, GATES, LONGER, USE, about, after, topic_of
from dialogs.screening_scale import HIGHEST, RULER, scale
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Option
from dialogs.visit import Visit

AGENDA = (Point("questions"), Point("thoughts", ("screening.own_words",)), Point("next", ("screening.doors",)))


@dialog("screening", version=2, samples=({"instrument": "audit_c"}, {"instrument": "who5"}), agenda=AGENDA)
def screening(visit: Visit, instrument: str = "audit_c") -> Dialog[Goto]:
    """Run one instrument and what belongs to it."""
    topic = topic_of(instrument)
    if not served(visit, instrument):
        return (yield from instead(topic))
    age_group = yield from from_13(visit)
    if isinstance(age_group, Goto):
        return age_group
    if not meant_for(visit.instrument(instrument), age_group):
        return (yield from instead(topic))
    if instrument in GATES and not (yield from yes_no(GATES[instrument])):
        yield from say("screening.gate.no")
        return go((yield from after("screening.doors", topic, age_group)), topic=topic)

    result = yield from run(visit, instrument, age_group)
    longer = LONGER.get(instrument, "")
    more_to_ask = served(visit, longer)
    if more_to_ask and result["complete"] and result["positive"] is not False:
        more_to_ask = False
        if (yield from yes_no("screening.more")):
            yield from run(visit, longer, age_group, result)
    yield from follow(visit, AFTER.get(instrument, ""), age_group, result)
    if topic == "wellbeing" and visit.role == "other":
        yield from strained()
    if (yield from free_text("screening.own_words", samples=("Det er mere, end jeg troede.",))) is not None:
        yield from say("screening.own_words.thanks")
    wished = ("more",) if more_to_ask and not is_young(age_group) else ()
    door = yield from after("screening.doors", topic, age_group, more=wished)
    if door == "more":
        yield from run(visit, longer, age_group, result)
        door = yield from after("screening.doors", topic, age_group)
    return go(door, topic=topic)


def served(visit: Visit, instrument: str) -> bool:
    """Whether this tenant gives the instrument to citizens: chosen, and permitted by its owner."""
    return instrument in visit.pack.instruments and visit.pack.serves(visit.instrument(instrument))


def instead(topic: str) -> Dialog[Goto]:
    """Where one goes who cannot be given the questionnaire: use can be talked about without it."""
    if topic not in USE:
        yield from say("screening.not_here")
        return Goto(dialog="menu")
    yield from say("screening.instead", about=about(topic))
    return Goto(dialog="ready", arguments={"topic": topic})


def follow(visit: Visit, instrument: str, age_group: str, before: dict[str, Any]) -> Dialog[None]:
    """Offer what comes after a positive result."""
    if served(visit, instrument) and before["positive"] and (yield from yes_no(f"screening.offer.{instrument}")):
        yield from run(visit, instrument, age_group, before)


def strained() -> Dialog[None]:
    """How heavy it is for a relative: our own question, not validated, without score or limit (instruments.md §10)."""
    heavy = yield from choice("screening.strain", *RULER, optional=True, expect=Expect.NUMBER_UNITS)
    if heavy:
        yield from say("screening.strain.said", picture=scale(int(heavy), HIGHEST), number=int(heavy))


def run(visit: Visit, instrument: str, age_group: str, before: dict[str, Any] | None = None) -> Dialog[dict[str, Any]]:
    """One run, as a dialog of its own; about one substance where the instrument is. `before` is the result of the run
    that led to it: what was said there is not asked again.
    """
    key, arguments = f"run.{instrument}", {"instrument": instrument, "age_group": age_group}
    substances = visit.instrument(instrument).substances
    if substances:
        options = [Option(id=each, label=f"screening_substances.name.{each}") for each in substances]
        arguments["substance"] = yield from choice("screening.substance", *options)
    if before is not None:
        arguments |= {"sex": before["sex"], "shown": before["shown"]}
    result: dict[str, Any] = yield from call("screening_run", key=key, **arguments)
    return result


__all__ = ["asked_age", "screening"]
