"""Card 4 of the 5-step method: support. Taking care of oneself, people, groups, and safety at home or at work.

Self-care and the safety plan after denmark.md §5 (CRAFT: oneself in risky situations); Al-Anon, TUBA and the lines with
their hours from the pack. At work: Randers Rusmiddelplan on key persons (denmark.md §1.3).
"""

from collections.abc import Sequence

from dialogs.asking import Goto, choice, say
from dialogs.relatives_cards import YOUNG_VOICES, more_or_on
from dialogs.steps import Dialog, Lines
from dialogs.visit import Visit

AT_HOME = ("partner", "parent", "child", "sibling")
AT_WORK = ("colleague", "leader")
SMALL = ("sleep", "friend", "own")


def support(_visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 4: who and what holds the citizen up."""
    if voice in YOUNG_VOICES:
        topic = yield from choice("relatives.support.young", "adult", "nice", "plan")
        yield from say(f"relatives.supported.young.{topic}")
        return (yield from more_or_on(who, "support", done))
    where = ("home",) if who in AT_HOME else ("work",) if who in AT_WORK else ()
    topic = yield from choice("relatives.support", "self", "people", "groups", *where)
    if topic == "self":
        small = yield from choice("relatives.self", *SMALL)
        yield from say(f"relatives.small.{small}")
    elif topic == "people":
        known = yield from choice("relatives.people", "somebody", "nobody")
        yield from say(f"relatives.known_by.{known}")
    elif topic == "groups":
        yield from say("relatives.supported.groups", lines=Lines(label="none", severity=1, about="other"))
    else:
        yield from say(f"relatives.{topic}.{who}")
    return (yield from more_or_on(who, "support", done))
