"""Reading together with a person who supports one (domain/denmark.md §1.6, 71): only if the citizen wishes it."""

from dialogs.asking import choice, learn, say
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit


@dialog("together")
def together(_visit: Visit) -> Dialog[None]:
    """Whether somebody reads along; then what that person should know."""
    who = yield from choice("together.who", "two", "alone")
    yield from learn("together", "yes" if who == "two" else "")
    yield from say(f"together.{who}")
