"""Changing what has been answered: back, an old button, undo.

An edit replays the root with one answer replaced and keeps every later answer whose key and value still fit. It is
tried on a copy of the session, so that one which would contradict something already done changes nothing.
"""

import msgspec

from dialogs.frames import newest
from dialogs.journal import EntryKind, Frame, FrameKind, Question
from dialogs.outcomes import Asked
from dialogs.playing import valid
from dialogs.session import Talk
from dialogs.skeleton import said_back
from dialogs.steps import Ask, Json, Kind, Option, Say


class Locked(Exception):
    """That cannot be changed now; `message` says why, kindly."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


MOST_ANSWERS_SHOWN = 8
"""Earlier answers offered for change at a time."""


def back(talk: Talk) -> None:
    """Undo exactly one answer and ask its question again. Raises Locked at the first question and past an effect."""
    top = talk.top
    if top is None:
        raise Locked("engine.back.first")
    frame = talk.own(top.id)
    effects = talk.done_effects()
    entry = None
    while entry is None or entry.kind is not EntryKind.ANSWER:
        if not frame.entries:
            frame = _leave_empty(talk, frame)
            continue
        entry = frame.entries.pop()
        talk.put_back([entry])
        if entry.kind is EntryKind.CHILD:
            frame = talk.own(int(entry.ref))
            frame.ended = False
            talk.session.stack.append(frame.id)
    if talk.done_effects().keys() != effects.keys():
        raise Locked("engine.back.locked")
    talk.session.undo = None
    talk.supersede_fallen()
    live = talk.play(frame)
    if isinstance(live.pending, Ask) and live.pending.identity is not None:
        talk.session.known.pop(live.pending.identity.item, None)
    talk.put(frame, live)


def _leave_empty(talk: Talk, frame: Frame) -> Frame:
    """Go up from a called dialog in which nothing has been answered."""
    if frame.kind is not FrameKind.CHILD:
        raise Locked("engine.back.first")
    talk.drop(frame.id)
    return talk.own(frame.parent)


def change(talk: Talk, question: Question, value: Json) -> Json:
    """Replace an earlier answer and replay. Gives the old value. Raises Locked."""
    place = _place(talk, question)
    frame = talk.own(question.frame)
    entry = frame.entries[place]
    effects = talk.done_effects(after=entry.number)
    talk.put_back(frame.entries[place:])
    frame.kept = newest(frame.entries[place + 1 :] + frame.kept)
    del frame.entries[place:]
    _reopen(talk, frame)
    live = talk.play(frame)
    if not (isinstance(live.pending, Ask) and valid(live.pending, value)):
        raise Locked("engine.old_button.unknown")
    talk.feed(frame, live, EntryKind.ANSWER, value)
    talk.run(frame, live)
    talk.supersede_fallen()
    lost = effects.keys() - talk.done_effects().keys()
    if lost:
        raise Locked(f"engine.locked.{effects[min(lost)].lower()}")
    return entry.value


def _place(talk: Talk, question: Question) -> int:
    """Where the answer stands. Raises Locked if the root has ended or the question is not answered."""
    frame = talk.session.frames.get(question.frame)
    if frame is None:
        raise Locked("engine.old_button.ended")
    if frame.id not in talk.standing():
        raise Locked("engine.old_button.unknown")
    if talk.crisis is not None and talk.crisis.id != frame.id:
        raise Locked("engine.old_button.locked")
    place = frame.index((question.key, question.occurrence))
    if place is None:
        raise Locked("engine.old_button.unknown")
    return place


def _reopen(talk: Talk, frame: Frame) -> None:
    """Put the frame back on top, taking its result and what followed out of its callers' paths."""
    stack = talk.session.stack
    path = [frame]
    while path[-1].kind is FrameKind.CHILD:
        child = path[-1]
        parent = talk.own(child.parent)
        if child.ended:
            child.ended = False
            place = next(place for place, entry in enumerate(parent.entries) if entry.ref == str(child.id))
            talk.put_back(parent.entries[place:])
            parent.kept = newest(parent.entries[place + 1 :] + parent.kept)
            del parent.entries[place:]
        path.append(parent)
    base = stack.index(path[-1].id)
    for above in [above for above in stack[base:] if talk.session.frames[above].kind is FrameKind.COMMAND][:1]:
        if above != path[-1].id:
            talk.drop(above)
    del stack[base:]
    stack += [above.id for above in reversed(path)]


def ask_of(talk: Talk, question: Question) -> Ask:
    """The question as it was asked: the one on top, or an answered one. Raises Locked."""
    frame = talk.top
    if frame is not None and frame.id == question.frame:
        live = talk.play_top(frame)
        if isinstance(live.pending, Ask) and (live.pending.key, live.occurrence) == (question.key, question.occurrence):
            return live.pending
    _place(talk, question)
    asked = talk.asked_before(question)
    if asked is None:
        raise Locked("engine.old_button.unknown")
    return asked[0]


def ask_again(talk: Talk, question: Question, *, shown: tuple[Option, ...] = ()) -> None:
    """Put an answered question to the citizen once more; the next answer to it changes the old one. `shown`: only these
    options have buttons this time; any other still answers.
    """
    ask = ask_of(talk, question)
    talk.session.asked, talk.session.expect = question, ask.expect
    commands = talk.open_commands(ask)
    put = msgspec.structs.replace(ask, options=shown) if shown else ask
    talk.outputs.append(Asked(question=question, ask=put, commands=commands))


def value_of(ask: Ask, option: str) -> Json:
    """What an option of the question answers: its id, or the number it is."""
    return int(option) if ask.kind is Kind.NUMBER else option


def correct(talk: Talk, question: Question, value: Json) -> None:
    """Change an answer at the citizen's wish and say so; the same answer again does nothing. Raises Locked."""
    ask = ask_of(talk, question)
    frame = talk.session.frames[question.frame]
    place = frame.index((question.key, question.occurrence))
    if place is not None and frame.entries[place].value == value:
        return
    if not valid(ask, value):
        raise Locked("engine.old_button.unknown")
    at = len(talk.outputs)
    old = change(talk, question, value)
    new = said_back(ask, value)
    talk.outputs.insert(at, Say(message="engine.corrected", fields={"old": said_back(ask, old), "new": new}))
    talk.remember_change(question, old)
    _offer_undo(talk)


def undo(talk: Talk) -> None:
    """Take the last change back. Raises Locked."""
    last = talk.session.undo
    if last is None:
        raise Locked("engine.change.none")
    talk.session.undo = None
    at = len(talk.outputs)
    change(talk, last.question, last.old)
    talk.outputs.insert(at, Say(message="engine.undone"))


def _offer_undo(talk: Talk) -> None:
    """The question that now stands was put before the change could be undone: put it so that it can."""
    last = talk.outputs[-1]
    if isinstance(last, Asked):
        talk.outputs[-1] = Asked(question=last.question, ask=last.ask, commands=talk.open_commands(last.ask))
