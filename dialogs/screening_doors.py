"""What belongs to a questionnaire: what it is about, what goes before it and after it, and the doors behind it."""

from collections.abc import Iterable

from dialogs.advice import CARDS
from dialogs.asking import Goto, choice
from dialogs.doors import READ, go, is_young
from dialogs.steps import Dialog, Words

LONGER = {"audit_c": "audit"}
"""The longer instrument that begins with the items of a shorter one."""
AFTER = {"who5": "phq4", "dudit": "sds"}
"""What is offered after a positive result (domain/instruments.md §12)."""
TOPICS = {
    "who5": "wellbeing",
    "phq4": "wellbeing",
    "cudit_r": "cannabis",
    "dudit": "drugs",
    "sds": "drugs",
    "assist_v3_1": "drugs",
    "icd10_dependence": "drugs",
    "cast6": "wellbeing",
}
"""What an instrument is about, where it is not alcohol."""
USE = ("alcohol", "cannabis", "drugs", "use")
"""Topics about which somebody can be ready to change something; `use` is whatever it may be."""
GATES = {"cudit_r": "screening.gate.cudit_r"}
"""An unscored question before the first: who says no to it is asked nothing more."""


def topic_of(instrument: str) -> str:
    """What there is to read and to change after this instrument."""
    return TOPICS.get(instrument, "alcohol")


def about(topic: str) -> Words:
    """A topic as it stands in a sentence."""
    return Words(key=f"screening.about.{topic if topic in USE else 'use'}")


def after(key: str, topic: str, age_group: str, *, more: Iterable[str] = ()) -> Dialog[str]:
    """The three doors, read, talk and book, and what else belongs to the topic. An answer is one of their names."""
    read = ("read",) if topic in CARDS or topic in READ else ()
    change = ("ready",) if topic in USE and "ready" not in key else ()
    local = ("find",) if key == "screening.doors" else ()
    limits = ("guideline",) if topic == "alcohol" and not is_young(age_group) and "guideline" not in key else ()
    return (yield from choice(key, *more, *read, "talk", "book", *local, *change, *limits, "menu"))


def out(key: str, topic: str, age_group: str) -> Dialog[Goto]:
    """Ask which door, and go."""
    return go((yield from after(key, topic, age_group)), topic=topic)
