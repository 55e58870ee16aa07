"""The "read" door: short cards, one at a time, chosen by the citizen.

Alcohol follows Sundhedsstyrelsen, 7 March 2022 (10-4-0; notat v1.2, 26 May 2023); older limits still stand on many
pages and are not used. Withdrawal is warned of wherever less is drunk (denmark.md §4.2). Wellbeing is ABC for mental
sundhed. Each text names its own source.
"""

from collections.abc import Mapping

from dialogs.asking import Goto, choice, say, worded
from dialogs.doors import go, is_young
from dialogs.registry import dialog
from dialogs.steps import Dialog, Lines
from dialogs.visit import Visit

CARDS: Mapping[str, tuple[str, ...]] = {
    "alcohol": ("limits", "units", "steps", "stop", "others", "pregnancy"),
    "wellbeing": ("abc", "doctor", "lines"),
}
ASKED = {
    "limits": (
        *("hvor meget må", "må man drikke", "må jeg drikke", "for meget", "anbefaler", "farligt"),
        *("how much can", "can i drink", "may i drink", "too much", "dangerous"),
    ),
    "units": ("en genstand", "genstande", "genstand", "a unit", "units"),
    "steps": ("skære ned", "drikke mindre", "cut down", "drink less"),
    "stop": ("holde op", "stoppe", "stopper", "quit", "stop drinking"),
    "pregnancy": ("gravid", "graviditet", "er gravid", "pregnant", "am pregnant"),
}
"""How people ask for a card."""
FOR_YOUNG = ("limits", "others")
"""Cards with words of their own for people under 18."""
WITH_LINES = ("lines",)


@dialog("advice", samples=({}, {"topic": "wellbeing"}))
def advice(visit: Visit, topic: str = "alcohol") -> Dialog[Goto]:
    """One card, then the next or a door. An unknown topic reads about alcohol."""
    topic = topic if topic in CARDS else "alcohol"
    card = yield from choice(f"advice.{topic}", *worded(f"advice.{topic}", ASKED, *CARDS[topic], "menu"))
    if card == "menu":
        return Goto(dialog="menu")
    key = f"advice.card.{card}.young" if card in FOR_YOUNG and is_young(visit.age_group) else f"advice.card.{card}"
    if card in WITH_LINES:
        yield from say(key, lines=Lines(label="none", severity=1))
    else:
        yield from say(key)
    wish = yield from choice("advice.next", "more", "talk", "book", "menu")
    if wish == "more":
        return Goto(dialog="advice", arguments={"topic": topic})
    return go(wish)
