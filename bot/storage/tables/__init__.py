"""The tables, a module a subject. Values are checked before they come here: SQLModel does not validate rows of tables.

In clear stand random ids, states, numbers and times. Columns of bytes are sealed (bot.privacy.sealing) or keyed hashes
(`bidx`). Nothing here says who a citizen is, and no table but those keyed by `conversation_id` can be joined to a talk.
"""

from bot.storage.tables.base import METADATA
from bot.storage.tables.bookings import Booking, Slot, WorkingPlan
from bot.storage.tables.conversations import (
    ChannelBinding,
    Conversation,
    ConversationKey,
    Message,
    ResumeCode,
    Tombstone,
    Turn,
)
from bot.storage.tables.desk import (
    AlertSeen,
    BrokenGlass,
    CounselorMessage,
    Draft,
    Handoff,
    Holding,
    Note,
    Presence,
    ReadMark,
)
from bot.storage.tables.operations import Alarm, Counter
from bot.storage.tables.queues import Inbox, Outbox, Timer
from bot.storage.tables.staff import AuditEntry, AuditHead, Staff, StaffSession

__all__ = [
    "METADATA",
    "Alarm",
    "AlertSeen",
    "AuditEntry",
    "AuditHead",
    "Booking",
    "BrokenGlass",
    "ChannelBinding",
    "Conversation",
    "ConversationKey",
    "CounselorMessage",
    "Counter",
    "Draft",
    "Handoff",
    "Holding",
    "Inbox",
    "Message",
    "Note",
    "Outbox",
    "Presence",
    "ReadMark",
    "ResumeCode",
    "Slot",
    "Staff",
    "StaffSession",
    "Timer",
    "Tombstone",
    "Turn",
    "WorkingPlan",
]
