"""Good and less good about using as now, and about changing: four fields, one at a time, in the citizen's own words.

Nothing is counted and nobody is argued with: what was said is said back, and what it means is the citizen's to say
(motivational interviewing: sum up, then ask).
"""

from collections.abc import Mapping

from dialogs.asking import Goto, choice, free_text, keep, say
from dialogs.goals import NEXT
from dialogs.keeping import KeptWeighing, kept
from dialogs.registry import dialog
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Words
from dialogs.visit import Visit

FIELDS: Mapping[str, tuple[str, ...]] = {
    "now_good": ("Jeg slapper af.",),
    "now_less": ("Jeg sover dårligt.",),
    "change_good": ("Jeg får flere penge.",),
    "change_less": ("Jeg mister mine venner.",),
}
"""The fields in their order, each with a representative answer."""
LONGEST = 300
AGENDA = (
    Point("questions", ("weigh.ask",)),
    Point("thoughts", ("weigh.thought",)),
    Point("next", ("weigh.next", "weigh.what")),
)

Said = Mapping[str, str]


@dialog("weigh", agenda=AGENDA)
def weigh(visit: Visit) -> Dialog[Goto]:
    """Fill the four fields, or look at what stands in them."""
    said: Said = (yield from kept(visit, KeptWeighing())) or {}
    if said:
        yield from _summed_up(said)
        wish = yield from choice("weigh.what", "again", "erase", *NEXT)
        if wish == "erase":
            yield from keep("weighing", None)
            yield from say("weigh.erased")
            return Goto(dialog="self_help")
        if wish != "again":
            return NEXT[wish]
    else:
        yield from say("weigh.intro")
    said = yield from _filled()
    if not said:
        yield from say("weigh.nothing")
        return Goto(dialog="self_help")
    yield from _summed_up(said)
    thought = yield from free_text("weigh.thought", samples=("Det er tid til noget nyt.",), maximum=LONGEST)
    if thought is not None:
        yield from keep("weighing", {**said, "thought": thought})
        yield from say("weigh.thanks")
    return NEXT[(yield from choice("weigh.next", *NEXT))]


def _filled() -> Dialog[Said]:
    said: Said = {}
    for field, samples in FIELDS.items():
        words = yield from free_text(f"weigh.ask.{field}", samples=samples, maximum=LONGEST)
        if words is not None:
            said = {**said, field: words}
            yield from keep("weighing", said)
    return said


def _summed_up(said: Said) -> Dialog[None]:
    lines = [Words(key=f"weigh.line.{field}", fields={"words": words}) for field, words in said.items()]
    yield from say("weigh.summed_up", lines=tuple(lines))
