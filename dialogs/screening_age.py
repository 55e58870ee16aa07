"""How old somebody is, asked once a conversation; and what a child is told instead of a questionnaire."""

from dialogs.asking import Goto, choice, learn, say
from dialogs.doors import go
from dialogs.heard import Expect
from dialogs.steps import Dialog
from dialogs.visit import Visit

AGE_GROUPS = ("under_13", "13_17", "18_25", "26_up")


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


def from_13(visit: Visit) -> Dialog[str | Goto]:
    """The age group of somebody of 13 or more; where a child goes instead, for whom no instrument here was made."""
    age_group = yield from asked_age(visit)
    if age_group != "under_13":
        return age_group
    yield from say("screening.child")
    door = yield from choice("screening.child.next", "relatives", "older", "talk", "menu")
    if door == "relatives":
        return Goto(dialog="relatives", arguments={"who": "child"})
    if door != "older":
        return go(door)
    age_group = yield from ask_age()
    return Goto(dialog="menu") if age_group == "under_13" else age_group
