"""Erase this talk: asked once, never refused, in any state (DESIGN §6; crisis rule i: 112 is shown first)."""

from dialogs.asking import request, say, yes_no
from dialogs.registry import dialog
from dialogs.steps import Dialog, Erase
from dialogs.visit import Visit

IN_DANGER = 3


@dialog("delete_me", samples=({}, {"severity": 3}))
def delete_me(_visit: Visit, severity: int = 0) -> Dialog[None]:
    """Confirm, then destroy the key. What is said after that, the runtime says: there is no talk left to say it in."""
    message = "delete_me.sure.in_danger" if severity >= IN_DANGER else "delete_me.sure"
    if (yield from yes_no("delete_me.sure", message=message)):
        yield from request(Erase())
        return
    yield from say("delete_me.kept")
