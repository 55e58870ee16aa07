"""Telling a citizen, kindly and once for each kind, that something was written that may show who somebody is."""

import msgspec

from dialogs.heard import Heard
from dialogs.journal import FrameKind, Session
from dialogs.steps import Say, Words

HELD_BACK = 2
"""From this severity on nobody is told: who is in danger may have to say where they are."""


def personal_data(session: Session, heard: Heard) -> Say | None:
    """What to say of the personal data in a message; None when there is none, or each kind has been told of before."""
    kinds = dict.fromkeys(span.label for span in heard.personal_data if span.label not in session.told)
    if not kinds or heard.crisis.severity >= HELD_BACK or _in_crisis(session):
        return None
    kind = next(iter(kinds)).lower() if len(kinds) == 1 else "several"
    return Say(message="engine.personal_data", fields={"what": Words(key=f"engine.personal_data_kinds.{kind}")})


def remembered(session: Session, heard: Heard) -> Session:
    """The session that knows which kinds were told of."""
    told = dict.fromkeys([*session.told, *(span.label for span in heard.personal_data)])
    return msgspec.structs.replace(session, told=list(told))


def _in_crisis(session: Session) -> bool:
    return any(session.frames[frame].kind is FrameKind.CRISIS for frame in session.stack)
