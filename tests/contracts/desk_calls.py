"""Every call to the desk that an actor can make."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.desk.service import Desk
from bot.staff import Actor
from tests.support.office import DONE

CALLS: dict[str, Callable[[Desk, Actor, str], Awaitable[object]]] = {
    "heartbeat": lambda desk, actor, talk: desk.heartbeat(actor),
    "leave": lambda desk, actor, talk: desk.leave(actor),
    "queue": lambda desk, actor, talk: desk.queue(actor),
    "held": lambda desk, actor, talk: desk.held(actor),
    "next": lambda desk, actor, talk: desk.next(actor),
    "claim": lambda desk, actor, talk: desk.claim(actor, "handoff"),
    "acknowledge": lambda desk, actor, talk: desk.acknowledge(actor, "handoff"),
    "transcript": lambda desk, actor, talk: desk.transcript(actor, talk),
    "reveal": lambda desk, actor, talk: desk.reveal(actor, talk, 1),
    "break_glass": lambda desk, actor, talk: desk.break_glass(actor, talk, "en lang og god grund"),
    "reasons": lambda desk, actor, talk: desk.reasons(actor, talk),
    "subscribe": lambda desk, actor, talk: desk.subscribe(actor, talk).__aenter__(),
    "subscribe_queue": lambda desk, actor, talk: desk.subscribe_queue(actor).__aenter__(),
    "send": lambda desk, actor, talk: desk.send(actor, talk, "l1", "hej"),
    "typing": lambda desk, actor, talk: desk.typing(actor, talk),
    "seen": lambda desk, actor, talk: desk.seen(actor, talk, 1),
    "save_draft": lambda desk, actor, talk: desk.save_draft(actor, talk, "hej"),
    "draft": lambda desk, actor, talk: desk.draft(actor, talk),
    "canned": lambda desk, actor, talk: desk.canned(actor, talk),
    "add_note": lambda desk, actor, talk: desk.add_note(actor, talk, "hej"),
    "notes": lambda desk, actor, talk: desk.notes(actor, talk),
    "release_to_bot": lambda desk, actor, talk: desk.release_to_bot(actor, talk),
    "release_to_queue": lambda desk, actor, talk: desk.release_to_queue(actor, talk),
    "close": lambda desk, actor, talk: desk.close(actor, talk, DONE),
    "lower_severity": lambda desk, actor, talk: desk.lower_severity(actor, talk, 0),
}
"""Every method that takes an actor."""
WITHOUT_A_TALK = {"heartbeat", "leave", "queue", "held", "next", "claim", "acknowledge", "subscribe_queue"}
"""Those that name no talk."""
