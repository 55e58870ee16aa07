"""How a dialog asks: `answer = yield from yes_no("quick.consent")`.

The text of a question is the catalog's text of its key, and an option's label is `<key>.<option id>`, unless told
otherwise. Each helper gives back a typed answer that fits the question; None only where a question is optional or the
engine was told that it was skipped.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from content.instruments import Instrument, Item
from dialogs.heard import Expect
from dialogs.steps import (
    Alert,
    Ask,
    Call,
    Dialog,
    Field,
    Goodbye,
    Goto,
    Identity,
    Json,
    Keep,
    Kind,
    Learn,
    Option,
    Picture,
    Progress,
    Record,
    Request,
    Say,
    Words,
)

SCALES = {"how_often": Expect.SCALE_0_4, "how_many": Expect.NUMBER_UNITS, "often": Expect.DAYS_PER_WEEK}
"""Option sets whose words are understood: the frequencies of AUDIT's items 3 to 8, drinks as a number, and the days."""
YES_NO = (Option(id="yes", label="common.yes"), Option(id="no", label="common.no"))


def say(message: str, *, picture: Picture | None = None, **fields: Field) -> Dialog[None]:
    """Say one text."""
    yield Say(message=message, fields=fields, picture=picture)


def yes_no(key: str, *, message: str | None = None, optional: bool = False, **fields: Field) -> Dialog[bool | None]:
    """A question with Ja and Nej. None only if `optional` and skipped."""
    answer = yield Ask(
        key=key, message=message or key, fields=fields, options=YES_NO, expect=Expect.YESNO, optional=optional
    )
    return None if answer is None else answer == "yes"


def choice(
    key: str,
    *options: str | Option,
    message: str | None = None,
    optional: bool = False,
    expect: Expect | None = None,
    **fields: Field,
) -> Dialog[str]:
    """One of some options, by id. An optional one that is skipped answers `""`. Where there is a yes and a no, a typed
    "ja" is that yes.
    """
    offered = tuple(
        option if isinstance(option, Option) else Option(id=option, label=f"{key}.{option}") for option in options
    )
    between = expect is None and {"yes", "no"} <= {option.id for option in offered}
    answer = yield Ask(
        key=key,
        message=message or key,
        fields=fields,
        options=offered,
        expect=Expect.YESNO if between else expect,
        optional=optional,
    )
    return cast(str, answer) if answer is not None else ""


def worded(key: str, words: Mapping[str, tuple[str, ...]], *names: str) -> tuple[Option, ...]:
    """Options with the words in which people say them; `names` in order."""
    return tuple(Option(id=name, label=f"{key}.{name}", words=words.get(name, ())) for name in names)


def number(
    key: str,
    *,
    minimum: int,
    maximum: int,
    samples: tuple[int, ...],
    expect: Expect | None = None,
    optional: bool = True,
    message: str | None = None,
    buttons: tuple[Option, ...] = (),
    **fields: Field,
) -> Dialog[int | None]:
    """A whole number from `minimum` to `maximum`; None when skipped. The ids of `buttons` are numbers."""
    answer = yield Ask(
        key=key,
        message=message or key,
        fields=fields,
        kind=Kind.NUMBER,
        options=buttons,
        expect=expect,
        minimum=minimum,
        maximum=maximum,
        samples=samples,
        optional=optional,
    )
    return cast("int | None", answer)


def a_date(key: str, *options: Option, samples: tuple[str, ...], **fields: Field) -> Dialog[str | None]:
    """A day from today on, as ISO, said in any way that names one; or an option. None when skipped."""
    answer = yield Ask(
        key=key,
        message=key,
        fields=fields,
        kind=Kind.DATE,
        options=options,
        expect=Expect.WHEN,
        samples=samples,
        optional=True,
    )
    return cast("str | None", answer)


def free_text(
    key: str, *, samples: tuple[str, ...], message: str | None = None, maximum: int = 2000, **fields: Field
) -> Dialog[str | None]:
    """The citizen's own words; None when skipped. Always optional."""
    answer = yield Ask(
        key=key,
        message=message or key,
        fields=fields,
        kind=Kind.TEXT,
        minimum=1,
        maximum=maximum,
        samples=samples,
        optional=True,
    )
    return cast("str | None", answer)


@lru_cache(maxsize=256)
def item_questions(instrument: Instrument, substance: str | None = None) -> Mapping[str, Ask]:
    """Every item of an instrument as a question, by the item's id. Made once: replays ask them again and again."""
    of = len(instrument.items)
    return {item.id: item_question(item, substance, step=step, of=of) for step, item in enumerate(instrument.items, 1)}


def item_question(item: Item, substance: str | None = None, *, step: int, of: int) -> Ask:
    """One item of an instrument as a question; always skippable, for missing is missing.

    Asked about one substance it is another item than asked about the next, and is not known again from there.
    """
    identity = item.identity if substance is None else f"{item.identity}.{substance}"
    return Ask(
        key=item.key,
        message=item.text,
        fields=about_substance(substance),
        options=tuple(Option(id=option.id, label=option.key) for option in item.options),
        expect=Expect.YESNO if item.yes_no else SCALES.get(item.option_set),
        optional=True,
        progress=Progress(step=step, of=of),
        identity=Identity(item=identity, version=item.version, window=item.window),
    )


def about_substance(substance: str | None) -> Mapping[str, Field]:
    """The field of an item's wording that names what is asked about."""
    return {} if substance is None else {"substance": Words(key=f"screening_substances.of.{substance}")}


def call(dialog: str, *, key: str | None = None, **arguments: Json) -> Dialog[Any]:
    """Run another dialog to its end and get its result."""
    return (yield Call(key=key or dialog, dialog=dialog, arguments=arguments))


def request(asked: Request) -> Dialog[Mapping[str, Any]]:
    """Ask the world and get its answer, always data."""
    return cast("Mapping[str, Any]", (yield asked))


def record(key: str, value: Json, *, counter: str | None = None, bucket: str = "") -> Dialog[Any]:
    """Write down a result and get it back as it stands in the journal. Branch on what you get back."""
    return (yield Record(key=key, value=value, counter=counter, bucket=bucket))


def keep(key: str, value: Json) -> Dialog[None]:
    """Keep something of the citizen's own (`Keep`); None lets it go."""
    yield Keep(key=key, value=value)


def learn(fact: str, value: str) -> Dialog[None]:
    """Remember a fact of the citizen (`role`, `age_group`) for the rest of the conversation."""
    yield Learn(fact=fact, value=value)


def alert(label: str, severity: int, about: str) -> Dialog[None]:
    """Raise the conversation's severity after an answer that shows danger; it is never lowered here."""
    yield Alert(label=label, severity=severity, about=about)


__all__ = [
    "Goodbye",
    "Goto",
    "a_date",
    "about_substance",
    "alert",
    "call",
    "choice",
    "free_text",
    "item_question",
    "item_questions",
    "keep",
    "learn",
    "number",
    "record",
    "request",
    "say",
    "yes_no",
]
