"""Writes out what the engine said: keys become words in the citizen's language, reading level and channel.

Here, and only here, the clock meets the words: which helplines are open, and when the others open.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from content.helplines import Helpline, choose
from content.messages import Catalog
from content.packs import Pack
from dialogs.outcomes import Asked, Output
from dialogs.steps import Asking, Field, Lines, Option, Picture, Progress, Reach, Words

_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """For whom, where and when a text is written. `at` is aware; `catalog` is the tenant's view."""

    catalog: Catalog
    pack: Pack
    at: datetime
    channel: str = "web"
    language: str = "da"
    reading: str = "plain"
    age_group: str | None = None


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """One choice as shown."""

    id: str
    label: str
    picture: str | None = None
    """A pictogram's path on our own origin; the label says the same."""


class ShownPicture(msgspec.Struct, frozen=True):
    """A picture as shown: a path on our own origin, and words for who cannot see it."""

    url: str
    alt: str


class Rendered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message as the citizen sees it. `question` stands exactly when an answer is awaited."""

    text: str
    choices: tuple[Button, ...] = ()
    question: str | None = None
    progress: Progress | None = None
    picture: ShownPicture | None = None


def render(outputs: Iterable[Output], scene: Scene) -> list[Rendered]:
    """The messages of a turn, in order."""
    return [_asked(output, scene) if isinstance(output, Asked) else _said(output, scene) for output in outputs]


def write(key: str, scene: Scene, fields: Mapping[str, Field] | None = None) -> str:
    """One text, its fields filled: the dialog's own, then the tenant's."""
    template = scene.catalog.template(key, language=scene.language, reading=scene.reading, channel=scene.channel)
    if isinstance(template, str):
        return template
    given = fields or {}
    parts = list(template)
    parts[1::2] = [_field(name, given.get(name), scene) for name in template[1::2]]
    return "".join(parts)


def _said(output: Output, scene: Scene) -> Rendered:
    assert not isinstance(output, Asked)  # noqa: S101  narrows the union for the type checker
    return Rendered(
        text=write(output.message, scene, output.fields), picture=_picture(output.message, output.picture, scene)
    )


def _asked(output: Asked, scene: Scene) -> Rendered:
    ask = output.ask
    return Rendered(
        text=write(ask.message, scene, ask.fields),
        choices=_options(ask.options, scene) + _commands(output.commands, scene),
        question=output.question.id,
        progress=ask.progress,
        picture=_picture(ask.message, ask.picture, scene),
    )


def _options(options: tuple[Option, ...], scene: Scene) -> tuple[Button, ...]:
    for option in options:
        if option.fields:
            return tuple(
                Button(
                    id=each.id,
                    label=write(each.label, scene, each.fields),
                    picture=_pictogram(each.label, scene.catalog, scene.reading),
                )
                for each in options
            )
    return _buttons(tuple([(option.id, option.label) for option in options]), scene)


def _commands(commands: tuple[str, ...], scene: Scene) -> tuple[Button, ...]:
    return _buttons(_labels_of(commands, scene.reading), scene)


@lru_cache
def _labels_of(commands: tuple[str, ...], reading: str) -> tuple[tuple[str, str], ...]:
    """Each command with the key of its label. The easy level's own button leads back to plain."""
    names = {command: command.removeprefix("cmd.") for command in commands}
    return tuple(
        (command, f"command.{'plain' if name == 'easy' and reading == 'easy' else name}")
        for command, name in names.items()
    )


def _buttons(named: tuple[tuple[str, str], ...], scene: Scene) -> tuple[Button, ...]:
    """A button for each id and key of a label."""
    ready = _ready(named, scene.catalog, scene.language, scene.reading, scene.channel)
    return ready or tuple(
        Button(id=option, label=write(label, scene), picture=_pictogram(label, scene.catalog, scene.reading))
        for option, label in named
    )


@lru_cache(maxsize=2048)
def _ready(
    named: tuple[tuple[str, str], ...], catalog: Catalog, language: str, reading: str, channel: str
) -> tuple[Button, ...] | None:
    """Buttons whose labels have no fields: the same for all who read so, and most of every turn, so made once. None if
    a label has one.
    """
    buttons = []
    for option, key in named:
        label = catalog.template(key, language=language, reading=reading, channel=channel)
        if not isinstance(label, str):
            return None
        buttons.append(Button(id=option, label=label, picture=_pictogram(key, catalog, reading)))
    return tuple(buttons)


def _picture(key: str, picture: Picture | None, scene: Scene) -> ShownPicture | None:
    """The dialog's own picture; else, where the text is easy to read, the pictogram that belongs to it."""
    if picture is not None:
        return ShownPicture(url=f"/pictures/{picture.name}", alt=write(picture.alt.key, scene, picture.alt.fields))
    url = _pictogram(key, scene.catalog, scene.reading)
    if url is None:
        return None
    return ShownPicture(url=url, alt=write(f"pictogram.{scene.catalog.picture(key)}", scene))


def _pictogram(key: str, catalog: Catalog, reading: str) -> str | None:
    """The path of the pictogram beside an easy text; None beside any other."""
    name = catalog.picture(key) if reading == "easy" else None
    return None if name is None else f"/pictures/{name}.svg"


def _field(name: str, given: Field | None, scene: Scene) -> str:
    if given is None:
        return _local(name, scene)
    if isinstance(given, Words):
        return write(given.key, scene, given.fields)
    if isinstance(given, Lines):
        return _lines(given, scene)
    if isinstance(given, Reach):
        return _reach(given, scene)
    if isinstance(given, Asking):
        return _question(write(given.key, scene, given.fields))
    if isinstance(given, tuple):
        return "\n".join(write(words.key, scene, words.fields) for words in given)
    return str(given)


def _question(text: str) -> str:
    """What a text asks: the questions of its last line that has one; else its last line."""
    for line in reversed(text.splitlines()):
        asked = [sentence for sentence in _SENTENCE_END.split(line) if sentence.endswith("?")]
        if asked:
            return " ".join(asked)
    return text.rpartition("\n")[2]


# what the tenant's pack and the clock fill in


def _local(name: str, scene: Scene) -> str:
    """A field of the tenant. An unknown name is left to the catalog, which refuses to write a blank."""
    own = _LOCAL.get(name)
    return own(scene) if own is not None else scene.pack.fields(scene.language)[name]


def _fact(name: str, fallback: str) -> Callable[[Scene], str]:
    def fact(scene: Scene) -> str:
        return scene.pack.fields(scene.language).get(name) or write(fallback, scene)

    return fact


def _contact(scene: Scene) -> str:
    reach = write(scene.pack.contact_key, scene)
    return f"{reach}\n{write('tenant.hours.known', scene)}" if scene.pack.hours else reach


def _acute(scene: Scene) -> str:
    """The region's doctors out of hours, if they answer now."""
    for line in scene.pack.lines:
        if line.general and line.number is not None and line.number != "112":
            return write("fields.acute", scene, {"name": line.name, "number": line.number})
    return write("fields.no_acute", scene)


_LOCAL: Mapping[str, Callable[[Scene], str]] = {
    "tenant": lambda scene: scene.pack.name,
    "phone": _fact("phone", "fields.no_phone"),
    "address": _fact("address", "fields.no_address"),
    "hours": _fact("opening_hours", "fields.no_hours"),
    "opening_hours": _fact("opening_hours", "fields.no_hours"),
    "website": _fact("website", "fields.no_website"),
    "contact": _contact,
    "acute": _acute,
    "days_kept": lambda scene: str(scene.pack.retention_days),
    "calendar": lambda scene: calendar_path(scene.pack.id, scene.language, scene.reading),
}


def calendar_path(tenant: str, language: str, reading: str) -> str:
    """The page of the calendar file, in this language and reading level (calendar_page.py)."""
    variant = "-".join([*(["en"] if language == "en" else []), *(["easy"] if reading == "easy" else [])])
    return f"/t/{tenant}/aftale{f'?{variant}' if variant else ''}"


def _lines(wanted: Lines, scene: Scene) -> str:
    lines = choose(
        scene.pack,
        scene.at,
        label=wanted.label,
        about=wanted.about,
        age_group=scene.age_group,
        severity=wanted.severity,
    )
    return "\n".join(_line(line, scene) for line in lines)


def _line(line: Helpline, scene: Scene) -> str:
    opening = line.opening(scene.at)
    notes: Sequence[str] = [write(key, scene) for key in line.note_keys]
    status = write(opening.key(scene.at), scene, opening.fields())
    reach = line.number or line.web or line.place or ""
    return " ".join([write("fields.line", scene, {"name": line.name, "reach": reach, "status": status}), *notes])


def _reach(given: Reach, scene: Scene) -> str:
    """How an offer is reached and whether it is open: its own contact, else the centre's, else the website."""
    offer = scene.pack.offer(given.offer)
    own = {"phone": offer.phone, "website": offer.website, "address": offer.address} if offer else {}
    lines = [write(f"finder.reach.{way}", scene, {way: value}) for way, value in own.items() if value]
    hours = offer.hours if offer else None
    if not lines and offer is not None and offer.at_centre:
        lines, hours = [write(scene.pack.contact_key, scene)], hours or scene.pack.hours
        if hours is None and scene.pack.contact_missing:
            return lines[0]
    if hours is None:
        return "\n".join([*lines, write("finder.reach.no_hours" if lines else "finder.reach.unknown", scene)])
    opening = hours.opening(scene.at)
    status = write(opening.key(scene.at), scene, opening.fields())
    week = {"hours": hours.words(scene.language), "status": status}
    return "\n".join([*(lines or [write("finder.reach.unknown", scene)]), write("finder.reach.hours", scene, week)])
