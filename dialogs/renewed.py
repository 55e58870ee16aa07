"""After a session that could not be read on: said openly, with a fresh start or a person. Nothing is guessed."""

from dialogs.asking import Goto, choice
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

WHERE = {"start": Goto(dialog="welcome"), "person": Goto(dialog="handoff")}


@dialog("renewed")
def renewed(_visit: Visit) -> Dialog[Goto]:
    """One question, and on."""
    return WHERE[(yield from choice("renewed.how", *WHERE))]
