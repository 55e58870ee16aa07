"""What there is to read, and to do by oneself; one question, so that the menu stays short."""

from itertools import chain

from dialogs.asking import Goto, choice
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.substances import HEARD
from dialogs.visit import Visit

WHERE = {
    "alcohol": Goto(dialog="advice"),
    "substances": Goto(dialog="substances"),
    "self_help": Goto(dialog="self_help"),
    "wellbeing": Goto(dialog="advice", arguments={"topic": "wellbeing"}),
    "menu": Goto(dialog="menu"),
}
SUBSTANCES = {"alcohol": ("alcohol",), "substances": tuple(chain.from_iterable(HEARD.values()))}
"""What a text has to name to mean it."""
WORDS = {"alcohol": ("en genstand", "må man drikke", "må jeg drikke", "a unit", "can i drink", "may i drink")}
"""Questions that are about it without naming it."""


@dialog("subjects")
def subjects(_visit: Visit) -> Dialog[Goto]:
    """Which subject; a text that names a substance chooses it."""
    options = [
        Option(id=name, label=f"subjects.which.{name}", substances=SUBSTANCES.get(name, ()), words=WORDS.get(name, ()))
        for name in WHERE
    ]
    return WHERE[(yield from choice("subjects.which", *options))]
