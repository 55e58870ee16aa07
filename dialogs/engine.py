"""The engine: a session and one input in, the next session and what is to be said out. Pure: the same in, the same out.

What a typed text does is in `typed`. A dialog meets only answers that fit. What breaks, breaks loudly and softly at
once: an alarm for us, one kind sentence for the citizen, and a way on.
"""

from collections.abc import Mapping

import msgspec

from dialogs import commands, editing
from dialogs.commands import EDIT_PREFIX, Command
from dialogs.editing import Locked
from dialogs.heard import Crisis, Expect
from dialogs.journal import EntryKind, Question, Session, dump
from dialogs.labels import in_words
from dialogs.outcomes import Alarm, Event, Output, Pending, World
from dialogs.playing import DialogError, Diverged, Runaway, fingerprint
from dialogs.session import Talk
from dialogs.steps import Json, Lines, Request, Say, Words
from dialogs.typed import Text, at_hand, hear

__all__ = [
    "Answered",
    "Begin",
    "Choice",
    "HandedBack",
    "Input",
    "Opens",
    "Rules",
    "Step",
    "Text",
    "advance",
    "asks_to_erase",
    "expecting",
    "says_a_button",
]

MAX_REQUESTS = 8
"""Requests that one turn may carry out."""


class Begin(msgspec.Struct, frozen=True):
    """The conversation opens, or goes on after it was closed."""

    root: str = "welcome"
    arguments: Mapping[str, Json] = {}


class Choice(msgspec.Struct, frozen=True):
    """The citizen pressed a button. Without a question it belongs to the last one asked."""

    option: str
    question: str | None = None


class Answered(msgspec.Struct, frozen=True):
    """The world's answer to the pending Request."""

    value: Json


class HandedBack(msgspec.Struct, frozen=True):
    """A counselor had the talk, and the bot has it again; `bridge` is the text that says so."""

    bridge: str


class Opens(msgspec.Struct, frozen=True):
    """The bot asks something of its own accord, above whatever runs but a crisis."""

    dialog: str
    arguments: Mapping[str, Json] = {}


Input = Begin | Text | Choice | Answered | HandedBack | Opens


class Rules(World, frozen=True, kw_only=True):
    """The world, and how its texts are read: whole messages that are commands."""

    phrases: Mapping[str, Command] = {}


class Step(msgspec.Struct, frozen=True):
    """One step of a turn. With a `request` the turn is not over: carry it out and come back with `Answered`.

    `pressed` is the label of the citizen's button, if it was one that exists.
    """

    session: Session
    outputs: tuple[Output, ...]
    events: tuple[Event, ...] = ()
    request: Pending | None = None
    pressed: Words | None = None


def advance(session: Session, given: Input, rules: Rules) -> Step:
    """Take one input. Never raises on anything a citizen can send; raises VersionMissing if the session runs a dialog
    version that this replica lacks.
    """
    talk = Talk(session, rules)
    pressed = None
    try:
        try:
            _take(talk, given, rules)
        except Locked as locked:
            pressed, talk = talk.pressed, _refuse(session, rules, locked)
    except Diverged as error:
        talk = _renew(session, given, rules, Alarm(kind="diverged", detail=str(error)))
    except Runaway as error:
        talk = _renew(session, given, rules, Alarm(kind="runaway", detail=str(error)))
    except DialogError as error:
        talk = _renew(session, given, rules, Alarm(kind="dialog_error", detail=str(error)))
    return Step(
        session=talk.session,
        outputs=tuple(talk.outputs),
        events=tuple(talk.events),
        request=talk.request,
        pressed=talk.pressed or pressed,
    )


def expecting(session: Session) -> Expect | None:
    """What the question at hand wants a text to be read as."""
    return session.expect


def says_a_button(session: Session, text: str, rules: Rules) -> bool:
    """Whether the text is a button's own words at the question at hand: like a press, it needs no understanding."""
    talk = Talk(session, rules)
    try:
        question, ask = at_hand(talk)
    except (Locked, Diverged, Runaway, DialogError):
        return False
    return question is not None and ask is not None and in_words(talk, ask, text) is not None


def asks_to_erase(given: Input, rules: Rules) -> bool:
    """Is this the command to be forgotten?"""
    if isinstance(given, Text):
        return commands.typed(given.text, given.heard, rules.phrases) is Command.DELETE
    return isinstance(given, Choice) and commands.chosen(given.option) is Command.DELETE


def _take(talk: Talk, given: Input, rules: Rules) -> None:
    if isinstance(given, Text):
        hear(talk, given, rules.phrases)
    elif isinstance(given, Choice):
        _press(talk, given)
    elif isinstance(given, Answered):
        _go_on(talk, given.value)
    elif isinstance(given, HandedBack):
        talk.outputs.append(Say(message=given.bridge))
        talk.resume()
    elif isinstance(given, Opens):
        if talk.crisis is None:
            commands.open_above(talk, given.dialog, dict(given.arguments))
    elif talk.top is None:
        talk.start_root(given.root, dict(given.arguments))
    else:
        talk.resume("engine.welcome_back")


def _go_on(talk: Talk, value: Json) -> None:
    frame = talk.own(talk.session.stack[-1])
    live = talk.play(frame)
    if not isinstance(live.pending, Request):
        raise Diverged(frame.dialog)
    talk.feed(frame, live, EntryKind.REQUEST, value, fingerprint(live.pending))
    talk.run(frame, live)


# buttons


def _press(talk: Talk, choice: Choice) -> None:
    command = commands.chosen(choice.option)
    if command is not None:
        talk.pressed = Words(key=f"command.{command.value}")
        commands.obey(talk, command)
        return
    if choice.option.startswith(EDIT_PREFIX):
        question = Question.parse(choice.option.removeprefix(EDIT_PREFIX))
        if question is None:
            raise Locked("engine.unknown_choice")
        talk.pressed = Words(key="command.change")
        editing.ask_again(talk, question)
        return
    question = talk.session.asked if choice.question is None else Question.parse(choice.question)
    if question is None:
        raise Locked("engine.old_button.ended" if talk.top is None else "engine.unknown_choice")
    ask = editing.ask_of(talk, question)
    option = ask.option(choice.option)
    if option is None:
        raise Locked("engine.unknown_choice" if question == talk.session.asked else "engine.old_button.unknown")
    talk.pressed = Words(key=option.label, fields=option.fields)
    frame = talk.session.frames[question.frame]
    place = frame.index((question.key, question.occurrence))
    value = editing.value_of(ask, choice.option)
    if place is not None and frame.entries[place].value == value and question != talk.session.asked:
        return
    commands.answer(talk, question, value)


# what breaks


def _refuse(session: Session, rules: Rules, locked: Locked) -> Talk:
    """Nothing changes: one kind sentence, and the way on."""
    talk = Talk(session, rules)
    talk.outputs.append(Say(message=locked.message))
    talk.resume()
    return talk


def _renew(session: Session, given: Input, rules: Rules, alarm: Alarm) -> Talk:
    """Set what broke aside, unread, and go on with a fresh root. Danger, open or just heard, is told the numbers."""
    talk = Talk(session, rules)
    talk.events.append(alarm)
    crisis = given.heard.crisis if isinstance(given, Text) else Crisis()
    if crisis.severity > 0:
        talk.raise_severity(crisis)
    in_danger = talk.crisis is not None or crisis.severity > 0
    broken = talk.session
    if broken.frames:
        broken.aside.append(dump(session))
    talk.end_root(count=False)
    if in_danger:
        lines = Lines(label=broken.label, severity=max(broken.severity, 2))
        talk.outputs.append(Say(message="crisis.lines", fields={"lines": lines}))
    root = "renewed" if alarm.kind == "diverged" else "menu"
    if root == "menu":
        talk.outputs.append(Say(message="engine.limit"))
    try:
        talk.start_root(root)
    except (Diverged, Runaway, DialogError):
        talk.end_root(count=False)
        talk.outputs.append(Say(message="engine.apology"))
    return talk
