"""`self_help_plan` as it was before the plan was kept."""

from datetime import date

from dialogs.asking import Goto, free_text, say
from dialogs.registry import dialog
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

LONGEST = 300


@dialog("self_help_plan", version=1, until=date(2027, 6, 30))
def self_help_plan(_visit: Visit) -> Dialog[Goto]:
    """Why, who and the first step, shown together at the end."""
    nothing = Words(key="self_help.nothing")
    why = yield from free_text("self_help.plan_why", samples=("-",), maximum=LONGEST)
    who = yield from free_text("self_help.plan_who", samples=("-",), maximum=LONGEST)
    step = yield from free_text("self_help.plan_step", samples=("-",), maximum=LONGEST)
    yield from say("self_help.plan", why=why or nothing, who=who or nothing, step=step or nothing)
    return Goto(dialog="self_help")
