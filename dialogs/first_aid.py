"""First aid, one step a message, each waiting for "gjort": for hands that shake, and for who needs few words.

The whole of it stands in the crisis text already; this is the same again, slowly. Adults' resuscitation follows
hjerteforeningen.dk (30 presses, then 2 breaths); of a child, whose resuscitation differs, 112 leads every step.
Seizures: epilepsiforeningen.dk. Naloxone: the leaflet of Ventizolve, for adults only. A doctor must sign it all.
"""

from collections.abc import Mapping

from dialogs.asking import alert, choice, say
from dialogs.first_aid_words import WORDS
from dialogs.steps import Dialog, Option

STEPS: Mapping[str, int] = {
    "breath": 5,
    "asleep": 4,
    "opioid": 5,
    "seizure": 4,
    "chest": 3,
    "hot": 4,
    "drunk": 4,
    "child_breath": 3,
    "swallowed": 4,
    "parent": 5,
    "scared": 4,
    "touched": 3,
    "sees": 4,
    "alone": 4,
    "my_chest": 3,
    "my_heat": 4,
    "shaking": 4,
    "person": 5,
    "hurt": 4,
    "voices": 4,
    "stay": 5,
    "out": 4,
    "assault": 5,
    "assaulted": 4,
}
"""How many steps each kind has of its own."""

URGENT = frozenset(
    {
        *("breath", "asleep", "opioid", "seizure", "chest", "hot", "drunk"),
        *("child_breath", "swallowed", "parent", "alone", "my_chest", "my_heat"),
    }
)
"""Kinds that begin with calling 112: the body is in danger, whatever was heard before."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "overdose.self": ("alone", "my_chest", "my_heat"),
    "overdose.other": ("breath", "asleep", "opioid", "seizure", "chest", "hot", "drunk"),
    "overdose.child": ("child_breath", "asleep", "seizure", "swallowed"),
    "withdrawal.self": ("shaking", "voices"),
    "withdrawal.other": ("breath", "asleep", "seizure", "sees"),
    "suicide.self": ("person", "hurt", "voices"),
    "suicide.other": ("stay", "hurt", "sees"),
    "violence.self": ("out", "hurt", "assault"),
    "violence.other": ("hurt", "assaulted"),
    "child.self": ("scared", "touched"),
    "child.other": ("parent", "scared"),
    "child.child": ("child_breath", "asleep", "swallowed"),
}
"""What may be happening, by the texts' group and whom it is about; what leaves least time comes first."""

TURNS: Mapping[str, str] = {
    "breath.2": "asleep",
    "asleep.4": "breath",
    "opioid.2": "breath",
    "drunk.1": "asleep",
    "seizure.4": "breath",
    "chest.3": "breath",
    "hot.4": "seizure",
}
"""Steps at which what is seen may call for another kind: nobody who breathes is pressed on the chest."""

DONE = Option(
    id="done", label="crisis.aid.done", words=("gjort", "færdig", "okay", "ok", "ja", "næste", "done", "yes", "next")
)
CANNOT = Option(
    id="cannot",
    label="crisis.aid.cannot",
    words=(
        "nej",
        "no",
        "kan jeg ikke",
        "jeg kan ikke",
        "tør ikke",
        "det går ikke",
        "i cannot",
        "i can't",
        "i dare not",
    ),
)
HERE = Option(
    id="here",
    label="crisis.aid.here",
    words=(
        "hjælpen er her",
        "ambulancen er her",
        "de er her",
        "help is here",
        "the ambulance is here",
        "they are here",
    ),
)


def kinds(group: str, about: str) -> tuple[str, ...]:
    """What can be shown step by step; nothing where there is no first aid."""
    return KINDS.get(f"{group}.{about}", KINDS.get(f"{group}.other", ()) if about == "child" else ())


def first_aid(label: str, group: str, about: str, severity: int) -> Dialog[None]:
    """Ask what is happening, then lead through it. A body in danger is severity 3 whatever was heard before."""
    kind = yield from choice("crisis.aid", *map(seen, kinds(group, about)), "none")
    if kind == "none":
        yield from say("crisis.aid.other")
        return
    if kind in URGENT and severity < 3:
        yield from alert(label, 3, about)
    if kind in URGENT and (yield from told("call")) == "here":
        return
    while kind in STEPS:
        kind = yield from lead(kind, about)
    if kind == "done":
        yield from say("crisis.aid.end")


def lead(kind: str, about: str) -> Dialog[str]:
    """Through the steps of one kind. The kind to go on with, if what is seen calls for another; else `done`, or `here`
    when help came.
    """
    for number in range(1, STEPS[kind] + 1):
        step = f"{kind}.{number}"
        turn = TURNS.get(step)
        if turn == "breath" and about == "child":
            turn = "child_breath"
        answer = yield from told(step, *((turn,) if turn is not None else ()))
        if answer in ("here", turn):
            return answer
    return "done"


def seen(kind: str) -> Option:
    """One kind as it can be chosen or named."""
    return Option(id=kind, label=f"crisis.aid.{kind}", words=WORDS.get(kind, ()))


def told(step: str, *turns: str) -> Dialog[str]:
    """One step, until it is done, cannot be done, or help is there."""
    answer = yield from choice(f"crisis.step.{step}", DONE, CANNOT, *map(seen, turns), HERE)
    if answer == "cannot":
        yield from say("crisis.aid.go_on")
    return answer
