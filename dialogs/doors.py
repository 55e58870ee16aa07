"""The doors at the end of things: read, talk, book, menu. One place, so that they lead the same way everywhere.

Until times can be booked in the chat, "book" tells the right to help truly and then gives the tenant's own phone,
address and hours. Rights: sundhedsloven §§ 141-142, serviceloven §§ 101 and 101 a, barnets lov § 33; relatives have no
right of their own (Kolding Kommune, faglig strategi for rusmiddelområdet).
"""

from dialogs.asking import Goto, choice, say
from dialogs.steps import Dialog
from dialogs.visit import Visit

YOUNG = ("under_13", "13_17")
"""Age groups that are told of parents and of youth law, see words instead of scores, and never adult zones."""

RIGHTS_BY_ROLE = {"other": "menu.book.relative", "professional": "menu.book.professional"}


def is_young(age_group: str | None) -> bool:
    """Whether somebody said to be under 18."""
    return age_group in YOUNG


def book(visit: Visit) -> Dialog[Goto]:
    """What one has a right to, then how to get a time."""
    own = "menu.book.young" if is_young(visit.age_group) else "menu.book"
    yield from say(RIGHTS_BY_ROLE.get(visit.role or "me", own))
    yield from say("menu.not_yet")
    return Goto(dialog="handoff")


def go(visit: Visit, door: str, *, topic: str = "alcohol") -> Dialog[Goto]:
    """Through one door; `topic` is what there is to read."""
    if door == "book":
        return (yield from book(visit))
    if door == "read":
        return Goto(dialog="advice", arguments={"topic": topic})
    return Goto(dialog="handoff" if door == "talk" else "menu")


def doors(visit: Visit, key: str, *more: str, topic: str = "alcohol") -> Dialog[Goto]:
    """Ask which door. `more` are roots of the same name that stand before the usual ones."""
    door = yield from choice(key, *more, "read", "talk", "book", "menu")
    if door in more:
        return Goto(dialog=door)
    return (yield from go(visit, door, topic=topic))
