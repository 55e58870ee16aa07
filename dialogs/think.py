"""Thinking it over: what using gives one, and what else could give it; the way to pros and cons, and to readiness.

What it gives is asked as Social- og Boligstyrelsen's programme for people with a learning disability asks it: company,
something to do, meaning, peace from hard feelings; or a problem solved (Randers). What else there is to do follows ABC
for mental health: something active, something together, something that means something.
"""

from dialogs.asking import Goto, choice, free_text, say
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

WHERE = {
    "weigh": Goto(dialog="weigh"),
    "gives": Goto(dialog="gives"),
    "ready": Goto(dialog="ready"),
    "menu": Goto(dialog="menu"),
}
GIVES = ("lonely", "bored", "empty", "feelings", "problem", "other")
NEXT = {
    "more": Goto(dialog="gives"),
    "weigh": Goto(dialog="weigh"),
    "talk": Goto(dialog="handoff"),
    "menu": Goto(dialog="menu"),
}
LONGEST = 300


@dialog("think")
def think(_visit: Visit) -> Dialog[Goto]:
    """Which way."""
    return WHERE[(yield from choice("think.which", *WHERE))]


@dialog("gives")
def gives(_visit: Visit) -> Dialog[Goto]:
    """What it gives, and another way to get some of it."""
    what = yield from choice("gives.what", *GIVES, "menu")
    if what == "menu":
        return Goto(dialog="menu")
    if what == "other":
        yield from free_text("gives.other", samples=("Jeg kan bedre grine.",), maximum=LONGEST)
    yield from say(f"gives.said.{what}")
    return NEXT[(yield from choice("gives.next", *NEXT))]
