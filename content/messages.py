"""Citizen texts: what they look like in a file, and the catalog that hands them out.

A file `<language>/messages/crisis.toml` with a table `[safe.question]` holds the text `crisis.safe.question`;
`<language>/easy/crisis.toml` holds the same key at the easy level. A table is a text if it has `text`:

    [safe.question]
    text = "Er du i sikkerhed nu, {name}?"      # fields by name; literal braces are doubled
    telegram = "…"                              # optional, likewise `web` and `terminal`: instead of `text` there
    source = "selvmordsforebyggelse.dk"         # optional, with `valid_until = 2027-06-01` for facts
    picture = "time"                            # optional, easy Danish alone: content/pictures/time.svg beside the text

All templates are taken apart once, when content is loaded. A text without fields is handed out as it is.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from content.errors import ContentError, MissingText

LANGUAGES = ("da", "en")
READINGS = ("plain", "easy")
CHANNELS = ("telegram", "web", "terminal")

Template = str | tuple[str, ...]
"""A text without fields, or its parts: literal, field name, literal, field name, …"""

_Place = tuple[str, str, str | None]
_FORMATTER = string.Formatter()
_LEAF_KEYS = frozenset({"text", *CHANNELS, "source", "valid_until", "picture"})


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One text in one language and reading level, as written in `file`."""

    key: str
    text: str
    file: str
    channels: dict[str, str] = {}
    source: str | None = None
    valid_until: dt.date | None = None
    picture: str | None = None

    def variants(self) -> Iterator[str]:
        """The text and each channel's own."""
        yield self.text
        yield from self.channels.values()

    def fields(self) -> frozenset[str]:
        """Names of all fields in any variant."""
        return frozenset(name for text in self.variants() for name in template_fields(split(text)))


Texts = dict[tuple[str, str], dict[str, Message]]
"""All texts of one layer: (language, reading) -> key -> message."""


def split(text: str) -> Template:
    """The text taken apart at its {fields}. Raises ValueError for anything but plain names in single braces."""
    if "{" not in text and "}" not in text:
        return text
    parts: list[str] = []
    literal = ""
    for before, name, spec, conversion in _FORMATTER.parse(text):
        literal += before
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not a plain field name")
        parts += (literal, name)
        literal = ""
    if not parts:
        return literal
    return (*parts, literal)


def template_fields(template: Template) -> frozenset[str]:
    """The names of a template's fields."""
    return frozenset() if isinstance(template, str) else frozenset(template[1::2])


def read_messages(tables: Mapping[str, Any], *, file: str, prefix: str) -> dict[str, Message]:
    """All texts of one parsed file. Raises ContentError for anything that is not a text."""
    found: dict[str, Message] = {}
    pending: list[tuple[str, Mapping[str, Any]]] = [(prefix, tables)]
    while pending:
        key, table = pending.pop()
        leaf: dict[str, Any] = {}
        for name, value in table.items():
            if isinstance(value, dict):
                pending.append((f"{key}.{name}", value))
            else:
                leaf[name] = value
        if leaf:
            found[key] = _message(key, leaf, file)
    return found


def _message(key: str, leaf: Mapping[str, Any], file: str) -> Message:
    for name, value in leaf.items():
        if name not in _LEAF_KEYS:
            raise ContentError(file, key, f"unknown key {name!r}", f"Use only {', '.join(sorted(_LEAF_KEYS))}.")
        if name != "valid_until" and (not isinstance(value, str) or not value.strip()):
            raise ContentError(file, key, f"{name} is blank or no text", "Write the text, or remove the key.")
    if "text" not in leaf:
        raise ContentError(file, key, "has no text", 'Add text = "…".')
    until = leaf.get("valid_until")
    if until is not None and type(until) is not dt.date:
        raise ContentError(file, key, "valid_until is no date", "Write it bare, as in valid_until = 2027-06-01.")
    message = Message(
        key=key,
        text=leaf["text"].strip(),
        file=file,
        channels={channel: leaf[channel].strip() for channel in CHANNELS if channel in leaf},
        source=leaf.get("source"),
        valid_until=until,
        picture=leaf.get("picture"),
    )
    for text in message.variants():
        try:
            split(text)
        except ValueError as wrong:
            raise ContentError(
                file, key, f"a field cannot be read ({wrong})", "Write fields as {name}; double any other brace: {{ }}."
            ) from None
    return message


EMERGENCY = "112"


def overlay_texts(under: Texts, over: Texts) -> None:
    """Lay texts over others."""
    for place, messages in over.items():
        under.setdefault(place, {}).update(messages)


def guard(built_in: Texts, own: Texts) -> None:
    """A tenant's words may replace ours in a crisis, but never lose the emergency number they hold.

    Raises ContentError.
    """
    for messages in own.values():
        for key, message in messages.items():
            if not key.startswith("crisis."):
                continue
            ours = [table[key].text for table in built_in.values() if key in table]
            if any(EMERGENCY in text for text in ours) and any(EMERGENCY not in text for text in message.variants()):
                raise ContentError(message.file, key, "leaves out 112", "Keep 112 in this text, in every channel.")


class Catalog:
    """Every citizen text, for every language, reading level and channel; immutable once made.

    Where a language or level lacks a text, the nearest one is used (easy English, plain English, easy Danish, plain
    Danish), so that a citizen never meets a blank; `content check` reports every such gap.
    """

    __slots__ = ("_layers", "_packs", "_pictures", "_tables")

    def __init__(self, texts: Texts, overrides: Mapping[str, Texts] | None = None) -> None:
        """`overrides` are packs' own texts by pack name."""
        self._layers: tuple[Texts, ...] = (texts,)
        self._tables = _tables(texts, {})
        self._pictures = _pictures(texts)
        self._packs = {name: self._over(own) for name, own in (overrides or {}).items()}

    def _over(self, own: Texts) -> Catalog:
        view = Catalog.__new__(Catalog)
        view._layers = (own, *self._layers)
        view._tables = _tables(own, self._tables)
        view._pictures = self._pictures | _pictures(own)
        view._packs = {}
        return view

    def for_pack(self, name: str) -> Catalog:
        """The catalog as one tenant's citizens see it. A pack without texts of its own sees the built-in ones."""
        return self._packs.get(name, self)

    def text(
        self,
        key: str,
        *,
        language: str = "da",
        reading: str = "plain",
        channel: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> str:
        """The text, its fields filled. Raises MissingText for an unknown key or a field not given."""
        template = self.template(key, language=language, reading=reading, channel=channel)
        if isinstance(template, str):
            return template
        try:
            filled = list(template)
            filled[1::2] = [fields[name] for name in template[1::2]]  # type: ignore[index]
        except (KeyError, TypeError):
            missing = sorted(template_fields(template) - set(fields or ()))
            raise MissingText(key, f"field {', '.join(missing)} was not given") from None
        return "".join(filled)

    def template(self, key: str, *, language: str, reading: str, channel: str | None) -> Template:
        """The text as it stands here, its fields to be filled. Raises MissingText for an unknown key."""
        try:
            return self._tables[language, reading, channel][key]
        except KeyError:
            raise MissingText(key, f"no such text in {language}, {reading}, {channel or 'any channel'}") from None

    def picture(self, key: str) -> str | None:
        """The name of the pictogram that stands beside the easy text, in every language; None if there is none."""
        return self._pictures.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._tables["da", "plain", None]

    def keys(self) -> frozenset[str]:
        """Every key that has a text."""
        return frozenset(self._tables["da", "plain", None])

    def fields(self, key: str) -> frozenset[str]:
        """The fields of a text in any language, level or channel: what a dialog must be ready to give."""
        wanted: frozenset[str] = frozenset()
        for table in self._tables.values():
            if key in table:
                wanted |= template_fields(table[key])
        return wanted

    def message(self, key: str, *, language: str = "da", reading: str = "plain") -> Message | None:
        """The text as written, with its file and source; None where exactly this language and level has none."""
        for layer in self._layers:
            if (found := layer.get((language, reading), {}).get(key)) is not None:
                return found
        return None

    def messages(self, *, language: str, reading: str) -> Iterator[Message]:
        """All texts written in exactly this language and level, built-in ones after a pack's own."""
        for layer in self._layers:
            yield from layer.get((language, reading), {}).values()

    def packs(self) -> Mapping[str, Catalog]:
        """The views of all packs that have texts of their own."""
        return dict(self._packs)

    def own_messages(self) -> Texts:
        """The texts of the topmost layer alone: a pack's overrides."""
        return self._layers[0]


def _pictures(texts: Texts) -> dict[str, str]:
    return {key: text.picture for key, text in texts.get(("da", "easy"), {}).items() if text.picture is not None}


def _tables(texts: Texts, under: Mapping[_Place, dict[str, Template]]) -> dict[_Place, dict[str, Template]]:
    """One flat table for each place a text can be asked from. Later and nearer texts cover earlier ones."""
    split_once: dict[str, Template] = {}

    def parts(text: str) -> Template:
        if text not in split_once:
            split_once[text] = split(text)
        return split_once[text]

    tables: dict[_Place, dict[str, Template]] = {}
    for language in LANGUAGES:
        for reading in READINGS:
            levels = READINGS[: 1 + (reading == "easy")]
            for channel in (None, *CHANNELS):
                below = under.get((language, reading, channel), {})
                table = dict(below)
                # A pack's plain text covers the built-in easy one: its facts are right there. Its Danish text does
                # not cover a built-in English one: wrong words beat an unknown language only where nothing else is.
                for tongue in ("da", "en")[: 1 + (language == "en")]:
                    for level in levels:
                        for key, message in texts.get((tongue, level), {}).items():
                            if tongue == language or key not in below:
                                text = message.channels.get(channel, message.text) if channel else message.text
                                table[key] = parts(text)
                tables[language, reading, channel] = table
    return tables
