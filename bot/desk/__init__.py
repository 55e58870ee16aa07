"""The counselors' desk: what the console may ask for, and all that it may import of talks.

`service` holds `Desk`, everything a counselor does to a talk; `board` knows who waits and who is present, and what
citizens are told of it; `alerts` tells that somebody in danger waits.
"""

from bot.desk.ports import Audit
from bot.desk.service import Desk
from bot.desk.values import (
    Canned,
    CloseForm,
    DeskEvent,
    EventKind,
    Forms,
    Label,
    Line,
    Note,
    QueueItem,
    ScreeningResult,
    Sent,
    Talk,
)

__all__ = [
    "Audit",
    "Canned",
    "CloseForm",
    "Desk",
    "DeskEvent",
    "EventKind",
    "Forms",
    "Label",
    "Line",
    "Note",
    "QueueItem",
    "ScreeningResult",
    "Sent",
    "Talk",
]
