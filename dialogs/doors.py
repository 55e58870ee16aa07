"""The doors at the end of things: read, talk, book, menu. One place, so that they lead the same way everywhere.

What is said of rights before a time is booked, by role: sundhedsloven §§ 141-142, serviceloven §§ 101 and 101 a,
barnets lov § 33; relatives have no right of their own (Kolding Kommune, faglig strategi for rusmiddelområdet).
"""

from dialogs.asking import Goto, choice
from dialogs.steps import Dialog

YOUNG = ("under_13", "13_17")
"""Age groups that are told of parents and of youth law, see words instead of scores, and never adult zones."""

RIGHTS_BY_ROLE = {"other": "menu.book.relative", "professional": "menu.book.professional"}
ON_TOPIC = {"read": "advice", "ready": "ready"}
"""Doors that lead to something about what was just talked of."""
READ = {
    "cannabis": Goto(dialog="substance", arguments={"name": "cannabis"}),
    "drugs": Goto(dialog="substances"),
}
"""Topics that have something to read in a dialog of their own."""
WHERE = {"talk": "handoff", "book": "booking", "find": "finder", "guideline": "guideline", "units": "units"}


def is_young(age_group: str | None) -> bool:
    """Whether somebody said to be under 18."""
    return age_group in YOUNG


def go(door: str, *, topic: str = "alcohol") -> Goto:
    """Through one door; `topic` is what there is to read."""
    if door == "read" and topic in READ:
        return READ[topic]
    if door in ON_TOPIC:
        return Goto(dialog=ON_TOPIC[door], arguments={"topic": topic})
    return Goto(dialog=WHERE.get(door, "menu"))


def doors(key: str, *more: str, topic: str = "alcohol") -> Dialog[Goto]:
    """Ask which door. `more` are roots of the same name that stand before the usual ones."""
    door = yield from choice(key, *more, "read", "talk", "book", "menu")
    if door in more:
        return Goto(dialog=door)
    return go(door, topic=topic)
