"""Erase this talk: asked once, never refused, in any state (DESIGN §6; crisis rule i: 112 is shown first).

A booked time goes with the talk unless the citizen says that it is to stay; then it leads nowhere.
"""

from dialogs.asking import YES_NO, choice, request, say
from dialogs.booking_requests import OwnBooking
from dialogs.heard import Expect
from dialogs.registry import dialog
from dialogs.steps import Dialog, Erase, Option
from dialogs.times import when
from dialogs.visit import Visit

IN_DANGER = 3
WITH_A_TIME = (
    Option(id="yes", label="delete_me.sure.yes"),
    Option(id="keep_time", label="delete_me.sure.keep_time"),
    Option(id="no", label="common.no"),
)


@dialog("delete_me", version=2, samples=({}, {"severity": 3}))
def delete_me(_visit: Visit, severity: int = 0) -> Dialog[None]:
    """Confirm, then destroy the key. What is said after that, the runtime says: there is no talk left to say it in."""
    own = yield from request(OwnBooking())
    message = "delete_me.sure.in_danger" if severity >= IN_DANGER else "delete_me.sure"
    options: tuple[Option, ...] = YES_NO
    if own["found"]:
        options = WITH_A_TIME
        yield from say("delete_me.time", when=when(own))
    answer = yield from choice("delete_me.sure", *options, message=message, expect=Expect.YESNO)
    if answer == "no":
        yield from say("delete_me.kept")
        return
    yield from request(Erase(keep_booking=answer == "keep_time"))
