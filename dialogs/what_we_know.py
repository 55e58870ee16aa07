"""What is stored about this talk, said truly: what, how long, who can open it, and what is not there (DESIGN §6)."""

from dialogs.asking import call, choice, request, say
from dialogs.dates import date_words
from dialogs.registry import dialog
from dialogs.steps import Dialog, Holdings, Words
from dialogs.times import when
from dialogs.visit import Visit


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
    if (yield from choice("what_we_know.then", "continue", "delete")) == "delete":
        yield from call("delete_me", severity=severity)
