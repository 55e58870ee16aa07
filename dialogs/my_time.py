"""A time that is booked: seen, moved, given up; from the talk it was booked in, or with its code from anywhere.

What is wrong with a code is never told: whether there is none, it is of another place, over, or given up.
"""

from dialogs.asking import choice, free_text, request, say, yes_no
from dialogs.booking_requests import CancelBooking, FindBooking, MoveBooking, OwnBooking
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.times import Time, pick, when
from dialogs.visit import Visit

TRIES = 3
LONGEST_CODE = 40


@dialog("my_time")
def my_time(_visit: Visit) -> Dialog[None]:
    """Find the booking, then do with it what is wished."""
    found: Time | None = yield from request(OwnBooking())
    if found is not None and not found["found"]:
        found = yield from _by_code()
    if found is None:
        return
    wish = yield from choice("my_time.what", "keep", "move", "cancel", when=when(found), place=found["place"])
    if wish == "move":
        yield from _move(found)
    elif wish == "cancel":
        yield from _cancel(found)
    else:
        yield from say("my_time.kept")
        yield from say("booking.calendar")


def _by_code() -> Dialog[Time | None]:
    for _ in range(TRIES):
        code = yield from free_text("my_time.code", samples=("ABCD-EFGH-JKMN",), maximum=LONGEST_CODE)
        if code is None:
            return None
        found = yield from request(FindBooking(code=code))
        if found["found"]:
            return found
        yield from say("my_time.unknown")
    return None


def _move(found: Time) -> Dialog[None]:
    while True:
        held = yield from pick("my_time.confirm")
        if held is None:
            yield from say("my_time.kept")
            return
        wish = MoveBooking(booking=found["booking"], revision=found["revision"], hold=held["hold"])
        moved = yield from request(wish)
        if moved["moved"]:
            break
        if moved["changed"]:
            yield from say("my_time.changed")
            return
        yield from say("booking.taken")
    yield from say("my_time.moved", when=when(moved), place=moved["place"])
    if moved["reminded"]:
        yield from say("my_time.reminder_moved")
    yield from say("booking.calendar")


def _cancel(found: Time) -> Dialog[None]:
    if not (yield from yes_no("my_time.sure", when=when(found))):
        yield from say("my_time.kept")
        return
    gone = yield from request(CancelBooking(booking=found["booking"], revision=found["revision"]))
    yield from say("my_time.cancelled" if gone["cancelled"] else "my_time.changed")
