"""The way to a person, as it was before there were counselors in the chat: it asked nothing."""

from datetime import date

from dialogs.asking import request, say
from dialogs.registry import dialog
from dialogs.steps import Desk, Dialog, HandOver, Lines, Words
from dialogs.visit import Visit

AT_THE_DESK = ("open", "queue")


@dialog(
    "handoff",
    version=1,
    samples=({}, {"label": "suicide_ideation", "severity": 2, "about": "self"}),
    until=date(2027, 6, 30),
)
def handoff(_visit: Visit, label: str = "none", severity: int = 1, about: str = "self") -> Dialog[None]:
    """Show the way to a person. Where counselors are on duty the conversation is put in their queue."""
    desk = yield from request(Desk())
    state = desk["state"]
    if state in AT_THE_DESK and (yield from request(HandOver(reason=label)))["state"] == "waiting":
        yield from say("handoff.waiting")
        return
    if state == "none":
        yield from say("handoff.none")
    else:
        yield from say("handoff.closed", opens=Words(key="handoff.opens.unknown"))
    yield from say("handoff.lines", lines=Lines(label=label, severity=severity, about=about))
