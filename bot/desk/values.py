"""What the desk hands to the console: frozen, and without any text that was not asked for by somebody who may."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Label(msgspec.Struct, frozen=True):
    """A code, and the Danish words a counselor reads for it."""

    code: str
    words: str


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen who needs a human: nothing of what was written."""

    handoff: str
    conversation: str
    place: int
    """From 1; 0 once it is claimed."""
    severity: int
    """0..3, DESIGN §5."""
    reason: Label
    since: datetime
    """When the need was told first; it stands after the talk was given back too."""
    deadline: datetime | None
    """When somebody should have come, by the severity."""
    alert: bool = False
    """Somebody in danger to life whom nobody has acknowledged: make a sound. `ALERT` tells the same at once, but only
    to pages of the replica that told it."""
    counselor: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered line of a talk."""

    seq: int
    sender: str
    """`citizen bot counselor system`."""
    text: str
    """With personal data masked."""
    at: datetime
    masked: int = 0
    """How many places are masked; `Desk.reveal` opens the line."""


class ScreeningResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a screening came out, as the citizen was told it; None: not known."""

    instrument: str
    version: str
    total: int | float | None = None
    band: str | None = None
    positive: bool | None = None
    complete: bool = False


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A talk as it may be read: its lines after the number that was asked for, and how it stands."""

    conversation: str
    state: str
    severity: int
    reason: Label | None
    lines: tuple[Line, ...]
    seq: int
    """The highest number there is: ask for what comes after it next time."""
    shared: bool
    """The citizen lets the counselor see what was written and answered before the need was told."""
    results: tuple[ScreeningResult, ...]
    """Of the screenings before, the newest last; none without the citizen's leave."""
    first: int
    """The first number that may be read; 1 if all may."""
    holder: str | None
    citizen_seen: int
    """How far the citizen has read; 0 if it is not known."""
    language: str
    reading: str
    """`plain` or `easy`: write so that the citizen can read it."""


class Sent(msgspec.Struct, frozen=True):
    """A stored line. `duplicate`: it had been stored before, nothing else happened."""

    seq: int
    duplicate: bool = False


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a counselor noted for colleagues; the citizen never sees it, and it goes when the talk goes."""

    id: str
    counselor: str
    text: str
    at: datetime


class Canned(msgspec.Struct, frozen=True, kw_only=True):
    """A reply that lies ready, in the citizen's language and reading level."""

    id: str
    title: str
    text: str


class Forms(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen when a talk is closed."""

    reasons: tuple[Label, ...]
    outcomes: tuple[Label, ...]


class CloseForm(msgspec.Struct, frozen=True, kw_only=True):
    """The short form at the end of a talk: codes of `Forms`, counted without the talk. No free text."""

    reason: str
    outcome: str


class EventKind(StrEnum):
    """What an open page of the console is told."""

    TALK = "talk"
    """Lines or the state changed: read on after the last number."""
    TYPING = "typing"
    """The citizen is writing."""
    SEEN = "seen"
    """The citizen has read up to `seq`."""
    QUEUE = "queue"
    """The queue changed: read it again."""
    ALERT = "alert"
    """Somebody in danger waits: make a sound, and tell `Desk.acknowledge` who saw it. `handoff` says which."""


class DeskEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened. Never any content: that is asked for, and each opening is audited."""

    kind: EventKind
    seq: int = 0
    handoff: str = ""
