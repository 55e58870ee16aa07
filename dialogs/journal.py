"""What is stored of a talk: the answers so far, and nothing that could be computed from them.

A session is a few frames, each the list of its answers. Loading one is calling its dialog and feeding it the answers;
dropping the last is "back". An answer is found by frame, key and occurrence, never by its place in the list.
"""

from enum import StrEnum
from functools import lru_cache

import msgspec

from dialogs.heard import Expect
from dialogs.steps import Json
from dialogs.visit import Facts, Known


class EntryKind(StrEnum):
    """What answered: the citizen, a called dialog, the world, or the journal itself. KEPT: what was kept before it."""

    ANSWER = "a"
    CHILD = "c"
    REQUEST = "q"
    RECORD = "r"
    KEPT = "k"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One journaled answer. `number` counts all entries of the conversation, so that "later" is known across frames.

    `ref` is the child's frame id for CHILD and the hash of the arguments for REQUEST.
    """

    number: int
    kind: EntryKind
    key: str
    occurrence: int
    value: Json
    ref: str = ""

    @property
    def at(self) -> tuple[str, int]:
        """Key and occurrence."""
        return self.key, self.occurrence


class FrameKind(StrEnum):
    """Who started a frame."""

    ROOT = "root"
    CHILD = "child"
    CRISIS = "crisis"
    COMMAND = "command"


class Frame(msgspec.Struct, array_like=True):
    """One running (or, below a running root, finished) dialog.

    `entries` is its path. `kept` holds later answers that an edit left unvisited: they are used again where key and
    value still fit.
    """

    id: int
    kind: FrameKind
    dialog: str
    version: int
    facts: Facts
    arguments: dict[str, Json] = {}
    entries: list[Entry] = []
    kept: list[Entry] = []
    parent: int = 0
    call: tuple[str, int] = ("", 0)
    ended: bool = False

    def copy(self) -> "Frame":
        """A copy whose lists can be changed."""
        return msgspec.structs.replace(self, entries=list(self.entries), kept=list(self.kept))

    def index(self, at: tuple[str, int]) -> int | None:
        """Where the citizen's answer to that question stands in the path; None when it was not answered."""
        for place, entry in enumerate(self.entries):
            if entry.kind is EntryKind.ANSWER and entry.key == at[0] and entry.occurrence == at[1]:
                return place
        return None


class Question(msgspec.Struct, frozen=True, array_like=True):
    """One asking of one question. Its id is what buttons carry."""

    frame: int
    key: str
    occurrence: int

    @property
    def id(self) -> str:
        """Opaque to channels; holds the key, so an instrument's item can be recognised."""
        return f"{self.frame}.{self.key}.{self.occurrence}"

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(question_id: str) -> "Question | None":
        """The question of an id; None if it is not one."""
        frame, _, rest = question_id.partition(".")
        key, _, occurrence = rest.rpartition(".")
        if not (key and frame.isdecimal() and occurrence.isdecimal() and len(question_id) < 200):
            return None
        return Question(frame=int(frame), key=key, occurrence=int(occurrence))


class Result(msgspec.Struct, frozen=True, array_like=True):
    """A recorded result. A later revision supersedes it; it is never recomputed."""

    frame: int
    key: str
    occurrence: int
    revision: int
    value: Json
    counter: str | None = None
    bucket: str = ""
    superseded: bool = False


class Change(msgspec.Struct, frozen=True, array_like=True):
    """The last change of an answer, so that it can be undone."""

    question: Question
    old: Json


class Session(msgspec.Struct, omit_defaults=True):
    """A conversation as the engine knows it. Sealed whole; replaced whole at every turn."""

    frames: dict[int, Frame] = {}
    stack: list[int] = []
    next_frame: int = 1
    next_entry: int = 1
    pins: dict[str, int] = {}
    instruments: dict[str, str] = {}
    asked: Question | None = None
    expect: Expect | None = None
    misses: int = 0
    undo: Change | None = None
    results: list[Result] = []
    past: list[Json] = []
    """Results of roots that have ended, for a counselor whom the citizen lets see them."""
    role: str | None = None
    age_group: str | None = None
    known: dict[str, Known] = {}
    easy: bool = False
    language: str = "da"
    severity: int = 0
    label: str = "none"
    soothed: bool = False
    aside: list[bytes] = []
    wished_on: str | None = None
    told: list[str] = []
    """The kinds of personal data that the citizen was told had been seen."""
    relative: str | None = None
    own: dict[str, Json] = {}
    """What the citizen keeps, by name: a plan, a diary. Its values are never changed, only replaced."""
    together: bool = False
    resident: str | None = None
    """Whether somebody reads along, as the citizen said."""

    @property
    def reading(self) -> str:
        """The citizen's reading level: `plain` or `easy`."""
        return "easy" if self.easy else "plain"

    @property
    def root(self) -> Frame | None:
        """The running root frame."""
        for frame_id in self.stack:
            frame = self.frames[frame_id]
            if frame.kind is FrameKind.ROOT:
                return frame
        return None

    def has_asked(self, question_id: str) -> bool:
        """Can this be a question that was once asked here?"""
        question = Question.parse(question_id)
        return question is not None and 0 < question.frame < self.next_frame

    def answers(self) -> int:
        """How many answers of the citizen are stored."""
        return sum(entry.kind is EntryKind.ANSWER for frame in self.frames.values() for entry in frame.entries)


class Unreadable(Exception):
    """The stored session is not one: its bytes are kept, an alarm is raised, nothing is guessed."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Session)


def dump(session: Session) -> bytes:
    """A session as bytes."""
    return _encoder.encode(session)


def load(stored: bytes) -> Session:
    """A session from bytes. Raises Unreadable."""
    try:
        return _decoder.decode(stored)
    except msgspec.DecodeError as error:
        raise Unreadable(type(error).__name__) from None
