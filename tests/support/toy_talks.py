"""Talks in toy dialogs, answered by number."""

import json

from dialogs.engine import Begin, Step
from dialogs.journal import EntryKind, Session, dump, load
from dialogs.outcomes import Asked
from dialogs.session import Talk
from dialogs.steps import Json
from tests.support.player import rules
from tests.support.positions import answers, settle
from tests.support.toys import toy_rules

TOY_RULES = toy_rules()
RULES = rules()


def begin(dialog: str = "branches") -> Step:
    """A talk that has just begun."""
    return settle(Session(), Begin(root=dialog), TOY_RULES)


def asked(step: Step) -> Asked:
    """The question that a step ends with."""
    last = step.outputs[-1]
    assert isinstance(last, Asked)
    return last


def go(step: Step, pick: int) -> Step:
    """Answer in the pick-th way; saved and reloaded in between."""
    ways = list(answers(asked(step)))
    return settle(load(dump(step.session)), ways[pick % len(ways)], TOY_RULES)


def talk(choices: list[int], dialog: str = "branches") -> list[Step]:
    """A talk from its first question on, one step an answer."""
    steps = [begin(dialog)]
    for pick in choices:
        steps.append(go(steps[-1], pick))
    return steps


def path(session: Session) -> list[tuple[str, int, Json]]:
    """What has been answered, frame by frame in the order of answering."""
    standing = Talk(session, TOY_RULES).standing()
    entries = [
        (entry.number, (frame.dialog, entry.key, entry.occurrence, json.dumps(entry.value)))
        for frame in session.frames.values()
        if frame.id in standing
        for entry in frame.entries
        if entry.kind is EntryKind.ANSWER
    ]
    return [answer for _, answer in sorted(entries)]  # type: ignore[misc]
