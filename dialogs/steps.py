"""What a dialog may yield, and what it gets back.

A dialog yields four things: `Say` (say this), `Ask` (wait for an answer), `Call` (run another dialog and give me its
result) and a `Request` (ask the world something). It never yields them bare: the helpers of `asking` do, so that every
answer has its type. All of them are frozen data: the engine replays a dialog many times, and nothing may leak between
runs.
"""

from collections.abc import Generator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import msgspec

from dialogs.heard import Expect

Json = Any
"""A journaled value: None, bool, int, float, str, or lists and dicts of these."""


class Words(msgspec.Struct, frozen=True):
    """A field that is itself a text of the catalog, in the citizen's language and level."""

    key: str
    fields: Mapping[str, "Field"] = {}


class Asking(msgspec.Struct, frozen=True):
    """A field that is only what a text of the catalog asks."""

    key: str
    fields: Mapping[str, "Field"] = {}


class Lines(msgspec.Struct, frozen=True):
    """A field for the helplines that fit, those that are open first. The clock is read when the text is written out."""

    label: str
    severity: int
    about: str = "self"


class Reach(msgspec.Struct, frozen=True):
    """A field for how an offer of the tenant is reached, and whether it is open. The clock is read as for `Lines`."""

    offer: str


Field = str | int | Words | Asking | Lines | Reach | tuple[Words, ...]
"""What may stand in a `{field}`. A tuple of `Words` becomes one line each."""


class Picture(msgspec.Struct, frozen=True):
    """A picture beside a text: `name` is a file of the content, `alt` a text of the catalog."""

    name: str
    alt: Words


class Say(msgspec.Struct, frozen=True):
    """Say one text of the catalog."""

    message: str
    fields: Mapping[str, Field] = {}
    picture: Picture | None = None


class Option(msgspec.Struct, frozen=True):
    """One answer that can be chosen. `id` is stored for ever; `label` is a key of the catalog and may change.

    `intents` are what a typed text surely means when it means this option. `hints` are intents that a text need only
    seem to have: for questions where a wrong guess costs one tap. `words` name the option inside a longer text. `at` is
    the day or the moment that the option stands for, ISO: a phrase of time that fits it and no other chooses it.
    `substances` are the names of `Heard.substances` that the option speaks of.
    """

    id: str
    label: str
    fields: Mapping[str, Field] = {}
    intents: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    at: str = ""
    substances: tuple[str, ...] = ()


class Kind(StrEnum):
    """How a question is answered. A number or a date may have options too; a number's are numbers."""

    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"


class Progress(msgspec.Struct, frozen=True):
    """Question `step` of `of`."""

    step: int
    of: int


class Identity(msgspec.Struct, frozen=True):
    """Which validated item a question is, so that its answer can be known again elsewhere the same day."""

    item: str
    version: str
    window: str


class Ask(msgspec.Struct, frozen=True):
    """Ask one question.

    `key` names the answer in the journal. `samples` are one to three representative answers of a number or text, with
    which graphs and complete walks are computed. `optional` questions can be skipped; the answer is then None, and None
    is never a "no". `minimum` and `maximum` bound a number, or the length of a text in characters.
    """

    key: str
    message: str
    fields: Mapping[str, Field] = {}
    kind: Kind = Kind.CHOICE
    options: tuple[Option, ...] = ()
    expect: Expect | None = None
    optional: bool = False
    minimum: int = 0
    maximum: int = 1000
    progress: Progress | None = None
    identity: Identity | None = None
    samples: tuple[Json, ...] = ()
    picture: Picture | None = None

    def option(self, option_id: str) -> Option | None:
        """The option of that id, or None."""
        for option in self.options:
            if option.id == option_id:
                return option
        return None


class Call(msgspec.Struct, frozen=True):
    """Run another dialog; its result is journaled here under `key`."""

    key: str
    dialog: str
    arguments: Mapping[str, Json] = {}


class Effect(StrEnum):
    """What a Request does to the world, and so whether an earlier answer may still be changed after it."""

    NONE = "none"
    REVERSIBLE = "reversible"
    FINAL = "final"


class Request(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Ask the world. Each type declares its effect, what undoes it, and one to three representative answers.

    `undone_by` is a dialog, or the type itself: then the next one of it takes the place of the last.

    A Request answers with data also when it was too late ("taken meanwhile"); it never raises into a dialog.
    """

    effect: ClassVar[Effect] = Effect.NONE
    undone_by: ClassVar[str | None] = None
    samples: ClassVar[tuple[Json, ...]] = ()


class Desk(Request, frozen=True, tag=True, kw_only=True):
    """Is anybody at the desk? Answers {"state": "none" | "open" | "queue" | "full" | "closed"}; with `queue` perhaps
    `place` and `minutes`, with `closed` perhaps `when`: a text, {"key", "fields"}. `waiting`: they wait already.
    """

    samples: ClassVar[tuple[Json, ...]] = ({"state": "none"}, {"state": "closed"}, {"state": "open"})


class HandOver(Request, frozen=True, tag=True, kw_only=True, omit_defaults=True):
    """Put the conversation in the counselors' queue. `share`: whether they may see what was said before; None where it
    was not asked. Answers {"state": "waiting" | "none"}.
    """

    reason: str
    share: bool | None = None
    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "handoff"
    samples: ClassVar[tuple[Json, ...]] = ({"state": "none"}, {"state": "waiting"})


class Holdings(Request, frozen=True, tag=True, kw_only=True):
    """What is stored of this conversation. Answers {"messages": n, "answers": n, "deleted_on": ISO date, "starts": the
    booked time as ISO, or empty, "kept": names of what the citizen keeps}.
    """

    samples: ClassVar[tuple[Json, ...]] = (
        {"messages": 12, "answers": 4, "deleted_on": "2026-12-24", "starts": ""},
        {
            **{"messages": 12, "answers": 4, "deleted_on": "2026-12-24", "starts": "2026-12-01T10:00+01:00"},
            "kept": ["diary", "goals", "plan", "weighing"],
        },
    )


class Erase(Request, frozen=True, tag=True, kw_only=True):
    """Destroy the key of this conversation. Never refused. The turn ends with it.

    A coming booking is cancelled, or with `keep_booking` lives on with time, place and code.
    """

    keep_booking: bool = False
    effect: ClassVar[Effect] = Effect.FINAL
    samples: ClassVar[tuple[Json, ...]] = ({"erased": True},)


class CheckIn(Request, frozen=True, tag=True, kw_only=True):
    """Ask on the next day how the citizen is, as they wished. Answers {"starts": ISO in Danish wall time}."""

    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "CheckIn"
    samples: ClassVar[tuple[Json, ...]] = ({"starts": "2026-11-26T10:00+01:00"},)


class HasCode(Request, frozen=True, tag=True, kw_only=True):
    """Is there a resume code on this channel? Answers {"has": true | false}."""

    samples: ClassVar[tuple[Json, ...]] = ({"has": True}, {"has": False})


class NewCode(Request, frozen=True, tag=True, kw_only=True):
    """Replace the resume code and put every other device out. Answers {"made": true}; false where it cannot be told to
    the device that asked, which would then be out as well. The code itself is no answer: no journal holds it.
    """

    effect: ClassVar[Effect] = Effect.FINAL
    samples: ClassVar[tuple[Json, ...]] = ({"made": True}, {"made": False})


class Record(msgspec.Struct, frozen=True):
    """Write down a result. The answer is the result as it stands in the journal: a release never recomputes one.

    An edit of an answer before it writes a new revision and marks the old one superseded. `counter` names the statistic
    that the last revision adds one to when the root dialog ends; None counts nothing.
    """

    key: str
    value: Json
    counter: str | None = None
    bucket: str = ""


class Learn(msgspec.Struct, frozen=True):
    """Remember a fact for the rest of the conversation: the citizen's `role`, `age_group`, `wished_on` (ISO date),
    `relative` (whom they worry about and the cards taken, by blanks), `together` (whether somebody reads along: "yes"),
    `resident` (whether they live in the municipality: "yes", "no").
    """

    fact: str
    value: str


class Keep(msgspec.Struct, frozen=True):
    """Keep something of the citizen's own under a name, in place of what was there; None keeps nothing any more.

    It is sealed and erased with the conversation, and outlives the dialog. Going back before it, or changing an answer
    before it, puts back what was there. Only a dialog that nobody called may keep something.
    """

    key: str
    value: Json


class Kept(Request, frozen=True, tag=True, kw_only=True):
    """What is kept under `name`, a name of each kind. Answers the value, or None where there is none."""

    name: ClassVar[str] = ""


class Alert(msgspec.Struct, frozen=True):
    """The citizen's own answer shows more danger than was heard: the conversation's severity is raised."""

    label: str
    severity: int
    about: str


class Goto(msgspec.Struct, frozen=True):
    """As a root dialog's result: the root to go on with. A root that ends without one goes on with `menu`."""

    dialog: str
    arguments: Mapping[str, Json] = {}


class Goodbye(msgspec.Struct, frozen=True):
    """As a root dialog's result: the talk is over until the citizen writes again."""


Step = Say | Ask | Call | Request | Record | Keep | Learn | Alert

T = TypeVar("T")
Dialog = Generator[Step, Json, T]
"""The return type of every dialog and of every helper that asks: `Dialog[int]` results in an int."""
