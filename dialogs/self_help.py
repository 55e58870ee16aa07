"""What one can do oneself: the ways to all of it, and letting a craving pass."""

from dialogs.asking import Goto, choice, say, worded
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

CRAVING = ("surf", "delay", "distract")
FELT = {
    "less": ("mindre", "lidt bedre", "bedre", "det hjalp", "hjalp lidt", "det gik over", "less", "better", "it helped"),
    "same": (
        *("hjalp ikke", "det samme", "den samme", "stadig", "ikke mindre", "værre", "ikke bedre"),
        *("did not help", "didn t help", "the same", "still", "worse", "no better"),
    ),
    "talk": ("tale med", "snakke med", "ringe", "talk to", "call"),
}
"""How people say what became of a craving."""
PARTS = {
    "craving": Goto(dialog="self_help_craving"),
    "slip": Goto(dialog="slip"),
    "plan": Goto(dialog="self_help_plan"),
    "diary": Goto(dialog="diary"),
    "goals": Goto(dialog="goals"),
    "think": Goto(dialog="think"),
    "no": Goto(dialog="self_help_no"),
}


@dialog("self_help")
def self_help(_visit: Visit) -> Dialog[Goto]:
    """Which part."""
    part = yield from choice("self_help.which", *PARTS, "menu")
    return PARTS.get(part, Goto(dialog="menu"))


@dialog("self_help_craving")
def self_help_craving(visit: Visit) -> Dialog[Goto]:
    """One way through a craving, the citizen's own plan first; then how it went. A craving that stays leads to another
    way.
    """
    own = ("plan",) if "plan" in visit.kept else ()
    way = yield from choice("self_help.craving", *own, *CRAVING, "menu")
    if way not in CRAVING:
        return Goto(dialog="self_help_plan" if way == "plan" else "menu")
    yield from say(f"self_help.try.{way}")
    felt = yield from choice("self_help.felt", *worded("self_help.felt", FELT, "less", "same", "talk", "menu"))
    if felt not in ("less", "same"):
        return go(felt)
    yield from say(f"self_help.felt_{felt}")
    return Goto(dialog="self_help" if felt == "less" else "self_help_craving")
