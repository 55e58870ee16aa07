"""The counselors' desk: what the console may ask for, and all that it may import of talks.

opening.py    is anybody at the desk: pure
board.py      who waits and who is present, as this process knows it; what citizens are told of it
service.py    `Desk`: everything a counselor does to a talk
texts.py      opening what was sealed, with personal data masked
alerts.py     who is told that somebody in danger waits
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
    "Sent",
    "Talk",
]
