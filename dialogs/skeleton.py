"""The fixed frame of an easy-read talk, made from what the frames hold: a picture agenda that is ticked off, and what
was said, told again after every third answer and at the end.

Known again from time to time, with many summaries, for whoever forgets or loses the thread (domain/denmark.md §1.6).
Nothing of it is stored: the same journal gives the same skeleton. A crisis and a command have none.
"""

from collections.abc import Sequence

import msgspec

from dialogs.dates import date_words
from dialogs.steps import Ask, Asking, Field, Json, Kind, Option, Picture, Say, Words

TOLD_AFTER = 3
"""Answers, after which they are summed up."""


class Point(msgspec.Struct, frozen=True):
    """One point of an agenda: the text `agenda.{name}` and the pictogram of that name. It begins with a question whose
    key starts with one of `begins`; the first point begins at once.
    """

    name: str
    begins: tuple[str, ...] = ()


Agenda = tuple[Point, ...]


def place(agenda: Agenda, keys: Sequence[str]) -> int:
    """At which point the questions of these keys, in the order asked, have led."""
    at = 0
    for key in keys:
        for number, point in enumerate(agenda):
            if key.startswith(point.begins):
                at = number
    return at


def shown(agenda: Agenda, at: int, *, together: bool) -> Say:
    """The agenda as it stands at point `at`; behind the last, all is done."""
    marks = ["done"] * at + ["now"] + ["later"] * len(agenda)
    points = tuple(
        Words(key=f"agenda.{mark}", fields={"point": Words(key=f"agenda.{point.name}")})
        for mark, point in zip(marks, agenda, strict=False)
    )
    key = "agenda.end" if at == len(agenda) else "agenda.begin" if at == 0 else "agenda.on"
    name = "-".join(["agenda", *(point.name for point in agenda), str(at)])
    alt = Words(key="agenda.picture", fields={"done": at, "all": len(agenda)})
    return Say(
        message=f"{key}.together" if together and at == 0 else key,
        fields={"points": points},
        picture=Picture(name=f"{name}.svg", alt=alt),
    )


def told(answers: Sequence[tuple[Ask, Json]], *, together: bool) -> Say:
    """What was asked and answered, once more."""
    lines = tuple(
        Words(
            key="summary.line",
            fields={"question": Asking(key=ask.message, fields=ask.fields), "answer": _in_short(ask, value)},
        )
        for ask, value in answers
    )
    return Say(message="summary.told.together" if together else "summary.told", fields={"answers": lines})


def said_back(ask: Ask, value: Json) -> Words | str:
    """An answer as a field of a text."""
    option: Option | None = ask.option(value) if isinstance(value, str) else None
    if option is not None:
        return Words(key=option.label, fields=option.fields)
    if ask.kind is Kind.DATE and isinstance(value, str):
        return date_words(value)
    return Words(key="command.skip") if value is None else str(value)


def _in_short(ask: Ask, value: Json) -> Field:
    """Own words are not repeated: others may be looking, and they may be long."""
    return Words(key="summary.own_words") if ask.kind is Kind.TEXT and value is not None else said_back(ask, value)
