"""What is stored about this talk, said truly: what, how long, who can open it, and what is not there (DESIGN §6)."""

from dialogs.asking import call, choice, request, say, worded
from dialogs.dates import date_words
from dialogs.registry import dialog
from dialogs.steps import Dialog, Holdings, Words
from dialogs.times import when
from dialogs.visit import Visit

WORDS = {
    "continue": ("fortsæt", "videre", "okay", "ok", "fint", "godt", "det er fint", "continue", "go on", "fine", "good"),
    "delete": ("slet", "slettes", "delete", "erase"),
}
"""How people say what is to follow."""


@dialog("what_we_know")
def what_we_know(_visit: Visit, severity: int = 0) -> Dialog[None]:
    """Show what is held, and let it be deleted at once. `severity` is for the question before that."""
    held = yield from request(Holdings())
    yield from say(
        "what_we_know.held",
        messages=held["messages"],
        answers=held["answers"],
        deleted_on=date_words(held["deleted_on"]),
    )
    if held.get("starts"):
        yield from say("what_we_know.time", when=when(held))
    if held.get("kept"):
        things = tuple(Words(key=f"what_we_know.thing.{name}") for name in held["kept"])
        yield from say("what_we_know.kept", things=things)
    yield from say("what_we_know.who")
    yield from say("what_we_know.told")
    yield from say("what_we_know.limits")
    if (yield from choice("what_we_know.then", *worded("what_we_know.then", WORDS, "continue", "delete"))) == "delete":
        yield from call("delete_me", severity=severity)
