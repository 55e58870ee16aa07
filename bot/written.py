"""A turn written out: rendered, sealed, one write."""

import msgspec

from bot import messages
from bot.channels.ports import Incoming
from bot.channels.rendering import Scene, render, write
from bot.house import SESSION
from bot.messages import Body
from bot.storage.ports import (
    Loaded,
    NewMessage,
    Received,
    Sender,
    TurnWrite,
)
from bot.work import Work
from dialogs.journal import dump

PULLED = frozenset({"web", "terminal"})
"""The channels whose devices fetch their messages by number."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A computed turn. With a `farewell` nothing is to be written: the conversation's key is to be destroyed, and this
    is said once more; `keep_booking`: a booked time is to stay. `unlabelled`: a button was pressed whose words the
    dialogs no longer know. `code`: from now on the conversation has this resume code and no other.
    """

    write: TurnWrite
    frames: tuple[bytes, ...]
    farewell: str | None = None
    unlabelled: bool = False
    code: str | None = None
    keep_booking: bool = False


def written(work: Work, incoming: Incoming | None, inbound: str) -> Turn:
    """The turn as it is stored and sent; `inbound` is the id of a message that was stored before."""
    loaded, now, key = work.loaded, work.now, work.key
    scene, at = work.scene(), messages.stamp(now)
    seq = loaded.seq
    received = None
    frames: list[bytes] = []
    if incoming is not None and not inbound:
        seq += 1
        body = messages.encode(_said_by_citizen(work, incoming, scene))
        sealed = messages.seal(body, seq, key)
        received = Received(conversation=loaded.id, inbound_id=key.mark(incoming.id), seq=seq, body=sealed, at=now)
        frames.append(messages.frame(body, seq=seq, sender=Sender.CITIZEN, at=at))
    new = []
    for rendered in render(work.outputs, scene):
        seq += 1
        said = messages.encode(messages.from_rendered(rendered))
        new.append(NewMessage(seq=seq, sender=Sender.BOT, body=messages.seal(said, seq, key), push=_push(loaded)))
        frames.append(messages.frame(said, seq=seq, sender=Sender.BOT, at=at))
    wrote = TurnWrite(
        conversation=loaded.id,
        tenant=loaded.tenant,
        turn=loaded.turn + 1,
        at=now,
        state=work.state,
        seq=seq,
        severity=max(loaded.severity, work.session.severity),
        session=key.seal(*SESSION, dump(work.session)),
        crisis_said_at=work.crisis_said_at or loaded.crisis_said_at,
        received=received,
        consumes=(inbound,) if inbound else (),
        messages=tuple(new),
        timers=work.timers(),
        handoff=work.handoff,
        close_handoff=work.withdrawn,
        counts=work.counts(),
        alarms=work.alarms(),
        resume=work.new_resume(),
    )
    farewell = None if work.erase is None else write("engine.erased", scene)
    keep = work.erase is not None and work.erase.keep_booking
    unlabelled = received is not None and incoming is not None and incoming.text is None and work.pressed is None
    return Turn(
        write=wrote,
        frames=tuple(frames),
        farewell=farewell,
        keep_booking=keep,
        unlabelled=unlabelled,
        code=work.code,
    )


def _said_by_citizen(work: Work, incoming: Incoming, scene: Scene) -> Body:
    """The citizen's own message as it is stored; a button's label is its text."""
    if incoming.text is not None:
        return Body(text=incoming.text, id=incoming.id, remark=incoming.remark)
    known = work.pressed
    label = incoming.label or "…" if known is None else write(known.key, scene, known.fields)
    return Body(text=label, option=incoming.option, pressed=incoming.question, id=incoming.id, remark=incoming.remark)


def _push(loaded: Loaded) -> str | None:
    """Pages fetch their messages by number; other channels are sent theirs from the outbox."""
    return loaded.channel if loaded.channel not in PULLED else None
