"""`rights` as it was before medicine, and the ages under and over 15, had cards of their own."""

from collections.abc import Mapping
from datetime import date

from dialogs.asking import choice, say
from dialogs.doors import is_young
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

TOPICS: Mapping[str, tuple[str, ...]] = {
    "help": ("alcohol", "drugs", "anonymous", "free_choice"),
    "person": ("under_18", "disability", "relatives"),
    "law": ("complaint", "records", "duty"),
}
"""Cards by topic: three or four at a time, for eleven buttons are too many for whoever reads slowly."""


def unread(visit: Visit) -> dict[str, list[str]]:
    """All cards, with the one written for this citizen first."""
    own = "under_18" if is_young(visit.age_group) else "relatives" if visit.role == "other" else None
    topics = sorted(TOPICS, key=lambda topic: own not in TOPICS[topic]) if own else list(TOPICS)
    return {topic: sorted(TOPICS[topic], key=lambda card: card != own) for topic in topics}


@dialog("rights", version=1, until=date(2027, 6, 30))
def rights(visit: Visit) -> Dialog[None]:
    """Choose a topic, read its cards one by one, choose another. A card that has been read is not offered again."""
    yield from say("rights.about")
    left, message = unread(visit), "rights.topic"
    while left:
        topic = yield from choice("rights.topic", *left, "done", message=message)
        if topic == "done":
            return
        while topic in left:
            card = yield from choice("rights.card", *left[topic], "other")
            if card == "other":
                break
            yield from say(f"rights.text.{card}")
            left[topic].remove(card)
            if not left[topic]:
                del left[topic]
        message = "rights.another"
