"""A person is asked for. Says truly whether one can be had here now, and who can be reached otherwise."""

from dialogs.asking import request, say
from dialogs.registry import dialog
from dialogs.steps import Desk, Dialog, HandOver, Lines
from dialogs.visit import Visit

AT_THE_DESK = ("open", "queue")


@dialog("handoff", samples=({}, {"label": "suicide_ideation", "severity": 2, "about": "self"}))
def handoff(_visit: Visit, label: str = "none", severity: int = 1, about: str = "self") -> Dialog[None]:
    """Show the way to a person. Where counselors are on duty the conversation is put in their queue.

    Nothing is promised that has not happened: "jeg har givet besked" is said only when the queue has it.
    """
    desk = yield from request(Desk())
    state = desk["state"]
    if state in AT_THE_DESK and (yield from request(HandOver(reason=label)))["state"] == "waiting":
        yield from say("handoff.waiting")
        return
    yield from say("handoff.none" if state == "none" else "handoff.closed")
    yield from say("handoff.lines", lines=Lines(label=label, severity=severity, about=about))
