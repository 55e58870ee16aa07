"""The citizen's own plan for hard moments: why, who, the first three steps, what tempts, where to go; in own words.

It is written one part at a time and kept after each, so that whoever stops halfway has half a plan. It is shown at any
time ("vis min plan"), changed, erased, and put into the talk for a counselor only if the citizen says so (`handoff`).
"""

from collections.abc import Mapping

from dialogs.asking import Goto, choice, free_text, keep, say, yes_no
from dialogs.keeping import KeptPlan, kept
from dialogs.registry import dialog
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

PARTS: Mapping[str, tuple[str, ...]] = {
    "reasons": ("Jeg vil have mere ro.",),
    "people": ("Min søster",),
    "step1": ("Jeg går en tur.",),
    "step2": ("Jeg drikker et glas vand.",),
    "step3": ("Jeg ringer til min søster.",),
    "tempts": ("Fredag aften",),
    "places": ("Hos min bror",),
}
"""The parts in their order, each with a representative answer."""
AFTER = {"step2": "step1", "step3": "step2"}
"""Who has no first step is not asked for the next."""
LONGEST = 300
"""Characters of one part: it is to be read at a glance when it is hard."""

AGENDA = (Point("questions", ("my_plan.ask",)), Point("next", ("my_plan.what",)))

Plan = Mapping[str, str]


@dialog("self_help_plan", version=2, agenda=AGENDA)
def self_help_plan(visit: Visit) -> Dialog[Goto | None]:
    """Write the plan where there is none; show it, and change what the citizen wants changed."""
    plan: Plan = (yield from kept(visit, KeptPlan())) or (yield from _first())
    while plan:
        yield from shown(plan)
        wish = yield from choice("my_plan.what", "done", "change", "craving", "talk", "erase")
        if wish == "change":
            plan = yield from _changed(plan)
        elif wish == "erase":
            if (yield from yes_no("my_plan.erase")):
                yield from keep("plan", None)
                yield from say("my_plan.erased")
                return None
        else:
            return _WHERE.get(wish)
    yield from say("my_plan.nothing")
    return None


_WHERE = {"craving": Goto(dialog="self_help_craving"), "talk": Goto(dialog="handoff")}


def shown(plan: Plan, message: str = "my_plan.shown") -> Dialog[None]:
    """The parts that are written, in the citizen's own words."""
    lines = [Words(key=f"my_plan.line.{part}", fields={"words": plan[part]}) for part in PARTS if part in plan]
    yield from say(message, lines=tuple(lines))


def _first() -> Dialog[Plan]:
    yield from say("my_plan.intro")
    plan: Plan = {}
    for part in PARTS:
        if part not in AFTER or AFTER[part] in plan:
            plan = yield from _written(plan, part)
    return plan


def _changed(plan: Plan) -> Dialog[Plan]:
    part = yield from choice("my_plan.which", *PARTS)
    return (yield from _written(plan, part))


def _written(plan: Plan, part: str) -> Dialog[Plan]:
    """The plan with this part as it is said now; skipped, it stays as it was."""
    words = yield from free_text(f"my_plan.ask.{part}", samples=PARTS[part], maximum=LONGEST)
    if words is None:
        return plan
    plan = {**plan, part: words}
    yield from keep("plan", plan)
    return plan
