"""Where one always lands: what can be done here, by role."""

from itertools import chain

from dialogs.asking import Goodbye, Goto, choice, learn, say
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.substances import HEARD
from dialogs.visit import Visit

OPTIONS = {
    "me": ("alcohol", "wellbeing", "read", "drugs", "self_help", "talk", "book", "rights", "relatives", "goodbye"),
    "other": ("relatives", "talk", "book", "read", "drugs", "wellbeing", "rights", "me", "goodbye"),
    "professional": ("read", "drugs", "rights", "relatives", "talk", "book", "me", "goodbye"),
}

INTENTS = {
    "alcohol": ("screening_alcohol",),
    "wellbeing": ("screening_wellbeing",),
    "book": ("booking_new", "booking_change", "booking_cancel", "info_treatment"),
    "read": ("info_substance",),
    "drugs": ("info_substance",),
    "relatives": ("relative_advice", "child_of_user"),
}
"""What a citizen who types instead of pressing surely means by it."""

SUBSTANCES = {"drugs": tuple(chain.from_iterable(HEARD.values()))}
"""What a citizen has to name to mean it; without, reading in general is meant."""

WHERE = {
    "alcohol": Goto(dialog="screening", arguments={"instrument": "audit_c"}),
    "wellbeing": Goto(dialog="screening", arguments={"instrument": "who5"}),
    "read": Goto(dialog="advice"),
    "drugs": Goto(dialog="substances"),
    "self_help": Goto(dialog="self_help"),
    "talk": Goto(dialog="handoff"),
    "book": Goto(dialog="booking"),
    "rights": Goto(dialog="rights"),
    "relatives": Goto(dialog="relatives"),
    "me": Goto(dialog="menu"),
}


@dialog("menu")
def menu(visit: Visit) -> Dialog[Goto | Goodbye]:
    """One question; whoever has not said a role is served as one who writes about themselves."""
    role = visit.role or "me"
    wish = yield from choice(
        "menu.what",
        *[_option(option) for option in OPTIONS[role]],
        message="menu.what" if role == "me" else f"menu.what.for_{role}",
    )
    if wish == "goodbye":
        yield from say("menu.goodbye")
        return Goodbye()
    if wish == "me":
        yield from learn("role", "me")
    return WHERE[wish]


def _option(option: str) -> Option:
    return Option(
        id=option,
        label=f"menu.what.{option}",
        intents=INTENTS.get(option, ()),
        substances=SUBSTANCES.get(option, ()),
    )
