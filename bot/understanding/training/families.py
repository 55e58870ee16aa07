"""The lines that the understanding is trained and measured with: TOML in `bot/understanding/data/`, by subject.

Lines belong to families: one idea in its many wordings. A family is whole in train, dev or test, so that no line that
is measured has a sibling that was learnt from.
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Literal

import msgspec

Split = Literal["train", "dev", "test"]


class Family(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One idea and its wordings. Crisis families have `label`, `severity` and, above 0, `about`; intents `intent`."""

    id: str
    split: Split
    lines: list[str]
    voice: str = "neutral"
    label: str = "none"
    severity: int = 0
    about: str | None = None
    intent: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a family."""

    text: str
    family: Family


class BadFamilyError(ValueError):
    """A data file cannot be read; the message names file, family and what is wrong."""


def families(subject: str, *splits: Split) -> list[Family]:
    """All families of `crisis` or `intents` in file order, of these splits or of all. Raises BadFamilyError."""
    found = [family for name, tables in _tables(subject) for family in _read(name, tables)]
    return [family for family in found if not splits or family.split in splits]


def lines(subject: str, *splits: Split) -> Iterator[Line]:
    """Their lines."""
    for family in families(subject, *splits):
        for text in family.lines:
            yield Line(text=text, family=family)


def _tables(subject: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    folder = files("bot.understanding").joinpath("data", subject)
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.name.endswith(".toml"):
            try:
                yield f"{subject}/{entry.name}", tomllib.loads(entry.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as wrong:
                raise BadFamilyError(f"{subject}/{entry.name}: is no valid TOML: {wrong}") from None


def _read(name: str, tables: Mapping[str, Any]) -> Iterator[Family]:
    for table in tables.get("family", ()):
        try:
            yield msgspec.convert(table, Family)
        except msgspec.ValidationError as wrong:
            raise BadFamilyError(f"{name}: {table.get('id', '?')}: {wrong}") from None
