"""The doors at the end of things: read, talk, book, menu. One place, so that they lead the same way everywhere.

Until times can be booked in the chat, "book" tells the right to help truly and then gives the tenant's own phone,
address and hours. Rights: sundhedsloven §§ 141-142, serviceloven §§ 101 and 101 a, barnets lov § 33; relatives have no
right of their own (Kolding Kommune, faglig strategi for rusmiddelområdet).
"""

from dialogs.asking import Goto, say
from dialogs.steps import Dialog
from dialogs.visit import Visit, is_young

RIGHTS_BY_ROLE = {"other": "menu.book.relative", "professional": "menu.book.professional"}


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
