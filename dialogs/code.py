"""The code to come back with: where it is shown, and a new one that puts every other device out (DESIGN §6).

Nobody says the code here: a counselor who reads the talk could come back with it.
"""

from dialogs.asking import choice, request, say
from dialogs.registry import dialog
from dialogs.steps import Dialog, HasCode, NewCode
from dialogs.visit import Visit


@dialog("code")
def code(_visit: Visit) -> Dialog[None]:
    """Tell what the code is for, and replace it if the citizen wants."""
    if not (yield from request(HasCode()))["has"]:
        yield from say("code.none")
        return
    if (yield from choice("code.what", "new", "keep")) == "keep":
        return
    made = (yield from request(NewCode()))["made"]
    yield from say("code.made" if made else "code.not_now")
