"""`delete_me` as it was before there were bookings to keep."""

from datetime import date

from dialogs.asking import request, say, yes_no
from dialogs.registry import dialog
from dialogs.steps import Dialog, Erase
from dialogs.visit import Visit

IN_DANGER = 3


@dialog("delete_me", version=1, samples=({}, {"severity": 3}), until=date(2027, 3, 31))
def delete_me_v1(_visit: Visit, severity: int = 0) -> Dialog[None]:
    """Confirm, then destroy the key. A booking goes with it."""
    message = "delete_me.sure.in_danger" if severity >= IN_DANGER else "delete_me.sure"
    if (yield from yes_no("delete_me.sure", message=message)):
        yield from request(Erase())
        return
    yield from say("delete_me.kept")
