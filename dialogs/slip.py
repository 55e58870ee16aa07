"""After using again: no blame, three questions for next time, and the way back to help.

A return is a part of most changes, and help can be had again and again (Randers Rusmiddelplan 2017-2020).
"""

from dialogs.asking import Goto, choice, free_text, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

QUESTIONS = {
    "before": ("Jeg var alene hjemme.",),
    "helped": ("Jeg ringede til min søster.",),
    "next": ("Jeg går en tur.",),
}
"""What is looked at, each with a representative answer."""
LONGEST = 300


@dialog("slip")
def slip(_visit: Visit) -> Dialog[Goto]:
    """Say it is no failure, then what the citizen wants of it."""
    yield from say("slip.hello")
    wish = yield from choice("slip.wish", "look", "again", "plan", "talk", "menu")
    if wish == "look":
        yield from _looked()
    elif wish == "again":
        yield from say("slip.again")
    elif wish == "plan":
        return Goto(dialog="self_help_plan")
    else:
        return go(wish)
    where = yield from choice("slip.next", "plan", "book", "talk", "menu")
    return Goto(dialog="self_help_plan") if where == "plan" else go(where)


def _looked() -> Dialog[None]:
    """What came before, what helped, what next time; said back in the citizen's own words."""
    said = []
    for question, samples in QUESTIONS.items():
        words = yield from free_text(f"slip.ask.{question}", samples=samples, maximum=LONGEST)
        if words is not None:
            said.append(Words(key=f"slip.line.{question}", fields={"words": words}))
    if said:
        yield from say("slip.summed_up", lines=tuple(said))
    else:
        yield from say("slip.nothing")
