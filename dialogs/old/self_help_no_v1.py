"""`self_help_no` as it was with one friend who asked once."""

from datetime import date

from dialogs.asking import Goto, choice, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

ANSWERS_TO_A_FRIEND = ("thanks", "reason", "leave", "maybe")


@dialog("self_help_no", version=1, until=date(2027, 6, 30))
def self_help_no(_visit: Visit) -> Dialog[Goto]:
    """Answer a friend who offers, and hear what may come back."""
    answer = yield from choice("self_help.no", *ANSWERS_TO_A_FRIEND, "menu")
    if answer == "menu":
        return Goto(dialog="menu")
    yield from say(f"self_help.said.{answer}")
    wish = yield from choice("self_help.again", "more", "talk", "menu")
    return Goto(dialog="self_help_no") if wish == "more" else go(wish)
