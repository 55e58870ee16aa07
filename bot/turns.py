"""One turn: what a citizen sent, and everything it causes, as one write.

    loaded row + what was sent -> open -> engine (pure) -> requests -> render -> seal -> TurnWrite

Computing a turn touches no disk and changes nothing, so a turn that lost the race to another writer is simply computed
again from what is stored now; and so is one that asks the database, with the answers (asking.py). `conversations.py`
loads, commits and publishes.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bot import telling
from bot.channels.ports import Incoming, UnknownQuestion
from bot.channels.rendering import Scene
from bot.errors import DecryptError
from bot.house import House
from bot.storage.ports import (
    Loaded,
    Timer,
)
from bot.work import HANDED_ON, Work
from bot.written import Turn, written
from dialogs import engine, lifecycle
from dialogs.engine import Begin, Choice, HandedBack, Input, Opens, Text
from dialogs.heard import NOTHING_HEARD, Crisis, Heard
from dialogs.journal import Session, Unreadable
from dialogs.lifecycle import State
from dialogs.outcomes import Alarm as EngineAlarm
from dialogs.outcomes import CrisisRaised
from dialogs.steps import Json, Lines, Say

MUTED_FOR = timedelta(minutes=30)
"""While a counselor has the conversation the bot says at most one crisis text per severity in this time."""


def take(
    house: House,
    loaded: Loaded,
    incoming: Incoming | None,
    now: datetime,
    *,
    inbound: str = "",
    answers: Sequence[Json] = (),
) -> Turn:
    """Compute a turn. `incoming` None opens the talk; `inbound` is its id if it was stored before this turn; `answers`
    are the database's to the Requests that an earlier attempt asked it, in order.

    Raises Wanted for a Request that the database must answer first, UnknownQuestion for a button of no question of
    ours, VersionMissing if this replica lacks a dialog of the session, UnknownKey and DecryptError if the key does not
    open it.
    """
    work = Work(house, loaded, now, answers=answers)
    work.late = bool(inbound)
    if incoming is not None and incoming.seq is not None:
        work.since = incoming.seq
    if incoming is not None and incoming.question is not None and not work.session.has_asked(incoming.question):
        raise UnknownQuestion
    heard = NOTHING_HEARD if _says_a_button(work, incoming) else _hear(work, incoming)
    if incoming is not None:
        work.state = lifecycle.after(work.state, lifecycle.Event.CITIZEN_WROTE)
    if incoming is None:
        work.run(Begin())
    elif incoming.remark is not None:
        _remark(work, incoming, incoming.remark, heard)
    elif work.state is State.HUMAN and not _wants_erasure(work, incoming):
        _beside_a_human(work, incoming, heard)
    else:
        kind_word = telling.personal_data(work.session, heard)
        if kind_word is not None:
            work.outputs.append(kind_word)
        work.run(_input(incoming, heard))
        if kind_word is not None:
            work.session = telling.remembered(work.session, heard)
    work.settle()
    return written(work, incoming, inbound)


def apologise(
    house: House, loaded: Loaded, incoming: Incoming | None, now: datetime, error: Exception, *, inbound: str = ""
) -> Turn:
    """The turn of a message that broke ours: it is kept and marked failed, the operator is alarmed, the citizen is told
    and, if danger was heard, shown who can help. A session that cannot be read is set aside and a fresh one begun.
    """
    unreadable = isinstance(error, Unreadable | DecryptError)
    work = Work(house, loaded, now, session=Session(aside=[loaded.session]) if unreadable else None)
    with contextlib.suppress(Exception):  # it may be the hearing that broke
        crisis = _hear(work, incoming).crisis
        if crisis.severity > 0:
            _tell_of_danger(work, crisis)
    work.outputs.append(Say(message="engine.apology"))
    work.events.append(EngineAlarm(kind="turn_failed", detail=type(error).__name__))
    work.settle()
    turn = written(work, incoming, inbound)
    return msgspec.structs.replace(turn, write=msgspec.structs.replace(turn.write, failed=True))


def unasked(house: House, loaded: Loaded, said: Sequence[Say], now: datetime, *, fires: Timer | None = None) -> Turn:
    """The turn in which the bot says something of its own accord. `fires` is the timer that wanted it.

    Raises UnknownKey, DecryptError.
    """
    work = Work(house, loaded, now)
    work.outputs += said
    return _fired(work, fires)


def check_in(house: House, loaded: Loaded, now: datetime, *, fires: Timer) -> Turn | None:
    """The turn in which the bot asks, as was wished, how the citizen is; None where a counselor has the talk.
    Raises as `take`.
    """
    work = Work(house, loaded, now)
    if work.state is State.HUMAN:
        return None
    work.run(Opens("check_in", {"label": work.session.label}))
    work.settle()
    return _fired(work, fires)


def _fired(work: Work, timer: Timer | None) -> Turn:
    """A turn that nobody sent anything for; the timer fires in the same transaction."""
    turn = written(work, None, "")
    return msgspec.structs.replace(turn, write=msgspec.structs.replace(turn.write, fires=timer))


def hand_back(house: House, loaded: Loaded, now: datetime, event: lifecycle.Event, bridge: str) -> Turn:
    """The bot has the word again: after one bridging sentence it asks exactly what it had asked. Raises as `take`."""
    work = Work(house, loaded, now)
    work.state = lifecycle.after(work.state, event)
    work.run(HandedBack(bridge))
    work.settle()
    return written(work, None, "")


def reader(house: House, loaded: Loaded, now: datetime) -> Scene:
    """For whom a counselor writes. A session that cannot be read reads plain Danish."""
    try:
        return Work(house, loaded, now).scene()
    except (Unreadable, DecryptError):
        return Work(house, loaded, now, session=Session()).scene()


def _tell_of_danger(work: Work, crisis: Crisis) -> None:
    """Show who can help, outside any dialog, and raise the conversation's severity."""
    work.events.append(CrisisRaised(crisis=crisis))
    lines = Lines(label=crisis.label.value, severity=crisis.severity, about=crisis.about or "self")
    work.outputs += [Say(message="engine.crisis.muted"), Say(message="crisis.lines", fields={"lines": lines})]
    work.crisis_said_at = work.now
    if crisis.severity > work.session.severity:
        work.session = msgspec.structs.replace(work.session, severity=crisis.severity, label=crisis.label.value)


def _says_a_button(work: Work, incoming: Incoming | None) -> bool:
    """Whether it is typed, and all the same a button: those words are ours, and the engine takes them as pressed."""
    if incoming is None or incoming.text is None or incoming.remark is not None or work.state is State.HUMAN:
        return False
    return engine.says_a_button(work.session, incoming.text, work.rules)


def _hear(work: Work, incoming: Incoming | None) -> Heard:
    """What a typed text means; buttons need no understanding."""
    if incoming is None or incoming.text is None or work.house.hear is None:
        return NOTHING_HEARD
    return work.house.hear.hear(incoming.text, now=work.now, expect=engine.expecting(work.session))


def _input(incoming: Incoming, heard: Heard) -> Input:
    if incoming.text is not None:
        return Text(text=incoming.text, heard=heard)
    return Choice(option=incoming.option or "", question=incoming.question)


def _wants_erasure(work: Work, incoming: Incoming) -> bool:
    """Erasing is open in every state, also while a counselor has the conversation."""
    top = work.session.frames.get(work.session.stack[-1]) if work.session.stack else None
    return engine.asks_to_erase(_input(incoming, NOTHING_HEARD), work.rules) or (
        top is not None and top.dialog == "delete_me"
    )


def _beside_a_human(work: Work, incoming: Incoming, heard: Heard) -> None:
    """The bot is silent, but for one crisis text; the counselor's banner is raised by the handoff's severity."""
    crisis = heard.crisis
    if incoming.option is not None:
        work.outputs.append(Say(message="engine.with_human"))
    if crisis.severity < HANDED_ON:
        return
    said_at = work.loaded.crisis_said_at
    if said_at is None or work.now - said_at >= MUTED_FOR or crisis.severity > work.session.severity:
        _tell_of_danger(work, crisis)
    else:
        work.events.append(CrisisRaised(crisis=crisis))


def _remark(work: Work, incoming: Incoming, remark: str, heard: Heard) -> None:
    """What answers no question. A human who has the conversation reads the words, so there the bot speaks only of what
    has none.
    """
    beside_a_human = work.state is State.HUMAN and incoming.text is not None
    if heard.crisis.severity > 0 and not beside_a_human:
        work.run(Text(text="", heard=Heard(crisis=heard.crisis)))
    elif beside_a_human:
        _beside_a_human(work, incoming, heard)
    elif remark:
        work.outputs.append(Say(message=remark))
