"""Card 5 of the 5-step method: what else is needed. The children, grief, and what there is here for relatives.

Children's needs: Sundhedsstyrelsen, "Tal med en voksen" and "Når forældre drikker for meget" (denmark.md §5).
"""

from collections.abc import Sequence

from dialogs.asking import Goto, choice, say
from dialogs.local import surely
from dialogs.relatives_cards import YOUNG_VOICES, here, more_or_on
from dialogs.steps import Dialog, Lines
from dialogs.visit import Visit

AGES = ("small", "school", "teens")


GROUPS = {"young": "under_13", "teen": "13_17"}
"""The age group of each young voice."""


def more(visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 5: what is still missing, and where it can be had."""
    young = voice in YOUNG_VOICES
    topic = yield from choice("relatives.more", *(("grief", "here") if young else ("children", "grief", "here")))
    if topic == "children":
        age = yield from choice("relatives.children", *AGES)
        yield from say(f"relatives.needs.{age}")
    elif topic == "grief":
        loss = yield from choice("relatives.grief", "alive", "died")
        if young:
            yield from say(f"relatives.grieving.young.{loss}")
        else:
            yield from say(
                f"relatives.grieving.{loss}", lines=Lines(label="suicide_ideation", severity=1, about="self")
            )
    else:
        yield from (here_young(visit, voice) if young else here_known(visit))
    return (yield from more_or_on(who, "more", done))


def here_known(visit: Visit) -> Dialog[None]:
    """No right by law, and what this municipality has all the same."""
    yield from say("relatives.known.offers")
    yield from here(visit)


def here_young(visit: Visit, voice: str) -> Dialog[None]:
    """What there is for the child or the young person, and the line that is always open."""
    yield from say("relatives.here.young")
    local = surely(visit, "child", GROUPS[voice])
    if local:
        yield from say("relatives.local.young", offers=local)
    yield from say("relatives.young_line")
