"""What one has a right to, and what not: short cards, each with its law. Information, never legal advice.

Laws as gathered in domain/denmark.md §3 on 22 November 2026: sundhedsloven §§ 141-142 and 17, serviceloven §§ 101 and
101 a, barnets lov §§ 33, 133 and 135, forvaltningsloven § 27. A lawyer must sign the cards before launch.
"""

from collections.abc import Mapping

from dialogs.asking import Goto, choice, say
from dialogs.doors import go, is_young
from dialogs.local import surely
from dialogs.registry import dialog
from dialogs.skeleton import Point
from dialogs.steps import Dialog
from dialogs.visit import Visit

TOPICS: Mapping[str, tuple[str, ...]] = {
    "help": ("alcohol", "drugs", "medicine"),
    "way": ("anonymous", "free_choice"),
    "person": ("under_15", "from_15", "disability", "relatives"),
    "law": ("complaint", "records", "duty"),
}
"""Cards by topic: a few at a time, for a dozen buttons are too many for whoever reads slowly."""

OTHER_LAW = frozenset({"drugs", "anonymous"})
"""Cards that are another law's for whoever is under 18 (barnets lov § 33 since 1 January 2024)."""


def unread(visit: Visit) -> dict[str, list[str]]:
    """All cards, with those written for this citizen first."""
    own: tuple[str, ...] = ()
    if is_young(visit.age_group):
        own = ("under_15",) if visit.age_group == "under_13" else ("under_15", "from_15")
    elif visit.role == "other":
        own = ("relatives",)
    topics = sorted(TOPICS, key=lambda topic: not set(own) & set(TOPICS[topic])) if own else list(TOPICS)
    return {topic: sorted(TOPICS[topic], key=lambda card: card not in own) for topic in topics}


AGENDA = (Point("choose"), Point("read", ("rights.card",)))


@dialog("rights", version=2, agenda=AGENDA)
def rights(visit: Visit) -> Dialog[Goto | None]:
    """Choose a topic, read its cards one by one, choose another. A card that has been read is not offered again."""
    yield from say("rights.about")
    left, message = unread(visit), "rights.topic"
    while left:
        topic = yield from choice("rights.topic", *left, "find", "done", message=message)
        if topic in ("find", "done"):
            return go(topic) if topic == "find" else None
        while topic in left:
            card = yield from choice("rights.card", *left[topic], "other")
            if card == "other":
                break
            yield from tell(visit, card)
            left[topic].remove(card)
            if not left[topic]:
                del left[topic]
        message = "rights.another"
    return None


def tell(visit: Visit, card: str) -> Dialog[None]:
    """One card, in the words that are true for the citizen's age; to relatives, what this municipality offers them."""
    young = is_young(visit.age_group) and card in OTHER_LAW
    yield from say(f"rights.text.{card}.young" if young else f"rights.text.{card}")
    local = surely(visit, "relative", None)
    if card == "relatives" and local:
        yield from say("relatives.local", offers=local)
