"""What was understood in one message, and the protocol of whoever understands it.

The engine never sees spaCy: it is handed a `Heard`. `bot.understanding` implements `Understanding`;
tests use a table of their own.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class CrisisLabel(StrEnum):
    """The kinds of danger, DESIGN §5."""

    SUICIDE_IMMINENT = "suicide_imminent"
    SUICIDE_IDEATION = "suicide_ideation"
    OVERDOSE_POISONING = "overdose_poisoning"
    VIOLENCE_DANGER = "violence_danger"
    WITHDRAWAL_SEVERE = "withdrawal_severe"
    CHILD_IN_DANGER = "child_in_danger"
    NONE = "none"


class About(StrEnum):
    """Whom a crisis is about."""

    SELF = "self"
    OTHER = "other"
    CHILD = "child"


class Crisis(msgspec.Struct, frozen=True):
    """A crisis as heard. `severity` 3: life or health in danger now; 2: a person must see this today; 1: distress;
    0: nothing. `why` names rules, never words of the citizen.
    """

    label: CrisisLabel = CrisisLabel.NONE
    severity: int = 0
    about: About | None = None
    why: tuple[str, ...] = ()


class Intent(msgspec.Struct, frozen=True):
    """The likeliest of the intents of DESIGN §5. `score` 0..1; `sure` when it may be acted on without asking back.
    `others`: what it may be instead, the likelier first; at most two.
    """

    name: str = "out_of_scope"
    score: float = 0.0
    sure: bool = False
    others: tuple[str, ...] = ()


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Personal data seen at code points `start` to `end` (half-open) of the original text."""

    start: int
    end: int
    label: str


class Range(msgspec.Struct, frozen=True):
    """An honest range: `max` None when open upwards."""

    min: float
    max: float | None


class Expect(StrEnum):
    """What the question at hand wants, so that a text can be read as its answer."""

    YESNO = "yesno"
    SCALE_0_4 = "scale_0_4"
    NUMBER_UNITS = "number_units"
    DAYS_PER_WEEK = "days_per_week"
    AGE = "age"
    WHEN = "when"


Value = bool | int | float | Range | None


class Heard(msgspec.Struct, frozen=True):
    """All that was understood in one message. The default is a message in which nothing was understood."""

    crisis: Crisis = Crisis()
    intent: Intent = Intent()
    personal_data: tuple[Span, ...] = ()
    when: str | None = None
    value: Value = None
    language: str = "da"
    substances: tuple[str, ...] = ()


NOTHING_HEARD = Heard()


class Understanding(Protocol):
    """Reads one message. Never raises on any text; text is cut at 4,000 characters."""

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        """`now` is aware; `expect` asks for `value` (or `when`) to be filled."""
        ...
