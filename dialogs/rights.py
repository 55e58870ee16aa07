"""What one has a right to, and what not: short cards, each with its law. Information, never legal advice.

Laws as gathered in domain/denmark.md §3 on 22 November 2026: sundhedsloven §§ 141-142 and 17, serviceloven §§ 101 and
101 a, barnets lov §§ 33, 133 and 135, forvaltningsloven § 27. A lawyer must sign the cards before launch.
"""

from dialogs.asking import choice, say
from dialogs.doors import is_young
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

CARDS = (
    "alcohol",
    "drugs",
    "anonymous",
    "free_choice",
    "under_18",
    "disability",
    "relatives",
    "complaint",
    "records",
    "duty",
)
ROUNDS = 40
"""Cards read in a row before the menu is shown again."""


def order(visit: Visit) -> tuple[str, ...]:
    """All cards, the one written for this citizen first."""
    own = "under_18" if is_young(visit.age_group) else "relatives" if visit.role == "other" else CARDS[0]
    return (own, *(card for card in CARDS if card != own))


@dialog("rights")
def rights(visit: Visit) -> Dialog[None]:
    """Choose a card, read it, choose another."""
    yield from say("rights.about")
    options, message = (*order(visit), "done"), "rights.card"
    for _ in range(ROUNDS):
        card = yield from choice("rights.card", *options, message=message)
        if card == "done":
            return
        yield from say(f"rights.text.{card}")
        message = "rights.another"
