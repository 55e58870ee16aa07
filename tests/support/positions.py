"""Every question of every dialog, as a session that stands at it."""

from collections import deque
from collections.abc import Iterator, Mapping

import msgspec

from dialogs import engine
from dialogs.engine import Answered, Begin, Choice, Input, Rules, Step
from dialogs.journal import Session
from dialogs.outcomes import Asked, Ended, Event, Output
from dialogs.registry import Registry
from dialogs.steps import Json, Kept, Kind
from dialogs.walking import typed


class Position(msgspec.Struct, frozen=True):
    """A session waiting for an answer, and what it asked."""

    session: Session
    asked: Asked


def settle(session: Session, given: Input, rules: Rules, *, sample: int = 0) -> Step:
    """One whole turn: Requests are answered with their representative answers."""
    outputs: list[Output] = []
    events: list[Event] = []
    step = engine.advance(session, given, rules)
    while True:
        outputs += step.outputs
        events += step.events
        if step.request is None:
            return msgspec.structs.replace(step, outputs=tuple(outputs), events=tuple(events))
        samples = step.request.request.samples
        step = engine.advance(step.session, Answered(samples[sample % len(samples)]), rules)


def answers(asked: Asked) -> Iterator[Input]:
    """Every way to answer a question."""
    ask = asked.ask
    for option in ask.options:
        yield Choice(option=option.id, question=asked.question.id)
    if ask.kind is not Kind.CHOICE:
        yield from (typed(ask, sample) for sample in ask.samples)
    if ask.optional:
        yield Choice(option="cmd.skip")


def positions(dialog: str, arguments: Mapping[str, Json], rules: Rules, *, most: int = 400) -> list[Position]:
    """One position for each question and answer before it, until the root ends."""
    found: list[Position] = []
    gone: set[tuple[str, str]] = set()
    keeping = {kind.name: kind.samples[0] for kind in Kept.__subclasses__()}
    waiting: deque[tuple[Session, Input]] = deque(
        (Session(own=own), Begin(root=dialog, arguments=arguments)) for own in ({}, keeping)
    )
    while waiting and len(found) < most:
        session, given = waiting.popleft()
        step = settle(session, given, rules)
        asked = step.outputs[-1] if step.outputs else None
        if any(isinstance(event, Ended) for event in step.events) or not isinstance(asked, Asked):
            continue
        found.append(Position(session=step.session, asked=asked))
        for answer in answers(asked):
            place = (asked.ask.message, repr(answer))
            if place not in gone:
                gone.add(place)
                waiting.append((step.session, answer))
    return found


def everywhere(registry: Registry, rules: Rules) -> Iterator[tuple[str, Position]]:
    """Every question of every dialog."""
    for script in registry.scripts():
        for arguments in script.samples:
            for position in positions(script.name, arguments, rules):
                yield script.name, position
