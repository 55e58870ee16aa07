"""How the talk was, in three faces: asked often, and easy to answer (domain/denmark.md §1.6, 72)."""

from dialogs.asking import Goto, choice, record, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

FACES = ("good", "okay", "bad")


@dialog("feedback")
def feedback(_visit: Visit) -> Dialog[Goto]:
    """One question that can be skipped. Who was not helped is offered a person."""
    how = yield from choice("feedback.how", *FACES, optional=True)
    if not how:
        return Goto(dialog="menu")
    yield from record("feedback.how", how, counter="feedback", bucket=how)
    yield from say(f"feedback.said.{how}")
    return go((yield from choice("feedback.next", "talk", "menu"))) if how == "bad" else Goto(dialog="menu")
