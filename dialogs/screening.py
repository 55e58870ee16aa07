"""A screening from the first question to the three doors: read, talk, book.

Alcohol starts with AUDIT-C; where that is positive, or the citizen wishes, the rest of AUDIT follows under the same
root, so that an answer of the first three can still be changed (domain/instruments.md §12). Motivational style: the
citizen is asked for leave, and for their own words.
"""

from typing import Any

from dialogs.asking import Goto, call, choice, free_text, learn, say, yes_no
from dialogs.doors import go, is_young
from dialogs.heard import Expect
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

AGE_GROUPS = ("under_13", "13_17", "18_25", "26_up")
LONGER = {"audit_c": "audit"}
"""The longer instrument that begins with the items of a shorter one."""
TOPICS = {"who5": "wellbeing"}


def asked_age(visit: Visit) -> Dialog[str]:
    """The age group, asked once a conversation."""
    if visit.age_group is not None:
        return visit.age_group
    return (yield from ask_age())


def ask_age() -> Dialog[str]:
    """Ask the age group and remember it."""
    age_group = yield from choice("screening.age", *AGE_GROUPS, expect=Expect.AGE)
    yield from learn("age_group", age_group)
    return age_group


@dialog("screening", samples=({"instrument": "audit_c"}, {"instrument": "who5"}))
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
