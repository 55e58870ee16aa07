"""What one can do oneself: let a craving pass, practise saying no, write a plan in one's own words.

The plan is the citizen's: each answer is skippable, sealed like every answer, and erased with the conversation.
"""

from dialogs.asking import Goto, choice, free_text, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

CRAVING = ("surf", "delay", "distract")
ANSWERS_TO_A_FRIEND = ("thanks", "reason", "leave", "maybe")
PARTS = ("craving", "no", "plan")
LONGEST = 300
"""Characters of one part of a plan: it is to be read at a glance when it is hard."""


@dialog("self_help")
def self_help(_visit: Visit) -> Dialog[Goto]:
    """Which part."""
    part = yield from choice("self_help.which", *PARTS, "menu")
    return Goto(dialog=f"self_help_{part}") if part in PARTS else Goto(dialog="menu")


@dialog("self_help_craving")
def self_help_craving(_visit: Visit) -> Dialog[Goto]:
    """One way through a craving, then how it went; a craving that stays leads to another way."""
    way = yield from choice("self_help.craving", *CRAVING, "menu")
    if way == "menu":
        return Goto(dialog="menu")
    yield from say(f"self_help.try.{way}")
    felt = yield from choice("self_help.felt", "less", "same", "talk", "menu")
    if felt not in ("less", "same"):
        return go(felt)
    yield from say(f"self_help.felt_{felt}")
    return Goto(dialog="self_help" if felt == "less" else "self_help_craving")


@dialog("self_help_no")
def self_help_no(_visit: Visit) -> Dialog[Goto]:
    """Answer a friend who offers, and hear what may come back."""
    answer = yield from choice("self_help.no", *ANSWERS_TO_A_FRIEND, "menu")
    if answer == "menu":
        return Goto(dialog="menu")
    yield from say(f"self_help.said.{answer}")
    wish = yield from choice("self_help.again", "more", "talk", "menu")
    return Goto(dialog="self_help_no") if wish == "more" else go(wish)


@dialog("self_help_plan")
def self_help_plan(_visit: Visit) -> Dialog[Goto]:
    """Why, who and the first step, shown together at the end."""
    nothing = Words(key="self_help.nothing")
    why = yield from free_text("self_help.plan_why", samples=("-",), maximum=LONGEST)
    who = yield from free_text("self_help.plan_who", samples=("-",), maximum=LONGEST)
    step = yield from free_text("self_help.plan_step", samples=("-",), maximum=LONGEST)
    yield from say("self_help.plan", why=why or nothing, who=who or nothing, step=step or nothing)
    return Goto(dialog="self_help")
