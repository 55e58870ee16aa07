"""Walks a dialog as citizens could, so that it can be drawn and shown to have no dead end.

Every edge (a question and one of its answers) is gone along once, with the representative answers that free questions
and Requests declare. The engine itself walks: what is drawn is what happens.
"""

from collections import deque
from collections.abc import Iterator, Mapping

import msgspec

from dialogs import engine
from dialogs.engine import Answered, Begin, Choice, Input, Rules, Step, Text
from dialogs.heard import NOTHING_HEARD, Heard
from dialogs.journal import Session
from dialogs.outcomes import Asked, Ended
from dialogs.steps import Ask, Field, Goodbye, Goto, Json, Kept, Kind, Say, Words

MOST_STEPS = 20_000
START = "start"


class Edge(msgspec.Struct, frozen=True, order=True):
    """From one question to the next by one answer. `to` is a question's text key, or how the dialog ended."""

    start: str
    answer: str
    to: str


class Walk(msgspec.Struct):
    """All that was met. `open_ends` are answers after which nothing was asked and nothing ended: there must be none."""

    edges: set[Edge]
    texts: set[str]
    open_ends: set[str]


def walk(dialog: str, arguments: Mapping[str, Json], rules: Rules, *, role: str | None = None) -> Walk:
    """Go along every edge of a dialog started with these arguments, by one who keeps nothing and by one who does."""
    found = Walk(edges=set(), texts=set(), open_ends=set())
    gone: set[tuple[str, str]] = set()
    keeping = {kind.name: kind.samples[0] for kind in Kept.__subclasses__()}
    waiting: deque[tuple[str, str, Session, Input]] = deque(
        (START, "", Session(role=role, own=own), Begin(root=dialog, arguments=arguments)) for own in ({}, keeping)
    )
    for _ in range(MOST_STEPS):
        if not waiting:
            return found
        start, answer, session, given = waiting.popleft()
        for step, ended in _steps(session, given, rules):
            to = _note(found, step, ended)
            found.edges.add(Edge(start=start, answer=answer, to=to or "?"))
            if to is None:
                found.open_ends.add(f"{start} {answer}")
            asked = step.outputs[-1] if step.outputs else None
            if ended is not None or not isinstance(asked, Asked):
                continue
            for name, next_given in _answers(asked):
                place = (to or "?", name)
                if place not in gone:
                    gone.add(place)
                    waiting.append((to or "?", name, step.session, next_given))
    raise RuntimeError(f"{dialog}: more than {MOST_STEPS} steps")


def _steps(session: Session, given: Input, rules: Rules) -> Iterator[tuple[Step, Ended | None]]:
    """The step of an input; of a Request, one for each representative answer."""
    step = engine.advance(session, given, rules)
    ended = next((event for event in step.events if isinstance(event, Ended)), None)
    if step.request is None or ended is not None:
        yield step, ended
        return
    for sample in step.request.request.samples:
        for after, then in _steps(step.session, Answered(sample), rules):
            merged = msgspec.structs.replace(after, outputs=step.outputs + after.outputs)
            yield merged, then and msgspec.structs.replace(then, said=then.said + len(step.outputs))


def _note(found: Walk, step: Step, ended: Ended | None) -> str | None:
    """Keep the texts that were met; where the step leads."""
    outputs = step.outputs if ended is None else step.outputs[: ended.said]
    for output in outputs:
        shown = output if isinstance(output, Say) else output.ask
        found.texts |= {shown.message, *_inside(shown.fields)}
        if isinstance(output, Asked):
            for option in output.ask.options:
                found.texts |= {option.label, *_inside(option.fields)}
    if ended is not None:
        return _ending(ended.result)
    last = outputs[-1] if outputs else None
    return last.ask.message if isinstance(last, Asked) else None


def _inside(fields: Mapping[str, Field]) -> Iterator[str]:
    """Keys of the texts that stand inside a text."""
    for field in fields.values():
        for words in field if isinstance(field, tuple) else (field,):
            if isinstance(words, Words):
                yield words.key
                yield from _inside(words.fields)


def _ending(result: Json) -> str:
    if isinstance(result, Goto):
        arguments = ", ".join(str(value) for value in result.arguments.values())
        return f"→ {result.dialog}{f' ({arguments})' if arguments else ''}"
    return "→ goodbye" if isinstance(result, Goodbye) else "→ menu"


def _answers(asked: Asked) -> Iterator[tuple[str, Input]]:
    ask: Ask = asked.ask
    question = asked.question.id
    for option in ask.options:
        yield option.id, Choice(option=option.id, question=question)
    if ask.kind is not Kind.CHOICE:
        for sample in ask.samples:
            yield str(sample), typed(ask, sample)
    if ask.optional:
        yield "skip", Choice(option="cmd.skip")


def typed(ask: Ask, sample: Json) -> Text:
    """A representative answer as if it had been typed and, if it is a day, understood."""
    heard = Heard(when=str(sample)) if ask.kind is Kind.DATE else NOTHING_HEARD
    return Text(text=str(sample), heard=heard)


def drawing(found: Walk) -> str:
    """The walk as a Mermaid flowchart. Answers that lead the same way share an arrow."""
    names: dict[str, str] = {}

    def name(place: str) -> str:
        return names.setdefault(place, f"n{len(names)}")

    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in sorted(found.edges):
        arrows.setdefault((edge.start, edge.to), []).append(edge.answer)
    lines = [f"    {name(start)} -->{_label(answers)} {name(to)}" for (start, to), answers in sorted(arrows.items())]
    shapes = [
        f'    {short}(["{place}"])' if place.startswith("→") or place == START else f'    {short}["{place}"]'
        for place, short in names.items()
    ]
    return "\n".join(["flowchart TD", *shapes, *lines])


def _label(answers: list[str]) -> str:
    words = " / ".join(answer for answer in sorted(answers) if answer)
    return f'|"{words}"|' if words else ""
