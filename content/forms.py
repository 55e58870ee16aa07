"""The form of an instrument's file and of a wording, checked before anything is made of them.

A counselor's slip (a label without points, a number in quotes, a list where a table belongs) is told with its file, its
place and what to do, and never as a fault of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from content.errors import ContentError

_Name = Annotated[str, msgspec.Meta(min_length=1)]


class _Option(msgspec.Struct, forbid_unknown_fields=True):
    points: Annotated[int, msgspec.Meta(ge=0)]
    label: _Name


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    id: _Name
    text: str | None = None
    options: str | None = None
    same_as: str | None = None
    yes_no: bool = False
    counted_from: int | None = None


class _Words(msgspec.Struct, kw_only=True):
    id: _Name
    version: str | None = None
    title: str | None = None
    window_text: str | None = None
    intro: str | None = None
    results: dict[str, str] = {}
    cautions: dict[str, str] = {}


class _Whole(_Words, kw_only=True):
    version: _Name
    window: _Name
    ages: Annotated[list[Annotated[int, msgspec.Meta(ge=0)]], msgspec.Meta(min_length=1, max_length=2)]
    copyright: str
    licence: str
    permission: str
    source_url: str
    items: Annotated[list[_Item], msgspec.Meta(min_length=1)]
    options: dict[str, list[_Option]]
    multiply: Annotated[int, msgspec.Meta(ge=1)] = 1
    subscores: dict[str, list[str]] = {}
    raw_subscore: str | None = None
    substances: list[str] = []
    skips: list[dict[str, Any]] = []
    bands: list[dict[str, Any]] = []
    cutoffs: list[dict[str, Any]] = []
    caution_rules: list[dict[str, Any]] = []


_Form = TypeVar("_Form", bound=_Words)


class _Wording(_Words, kw_only=True):
    items: dict[str, str] = {}
    options: dict[str, list[str]] = {}


def check_instrument(tables: Mapping[str, Any], file: str) -> None:
    """Raises ContentError where the file has not the form of an instrument."""
    form = _read(tables, _Whole, file, "See content/da/instruments/audit.toml for a whole example.")
    seen: set[str] = set()
    for item in form.items:
        if item.id in seen:
            raise ContentError(file, f"items.{item.id}", "stands twice", "Give every item an id of its own.")
        seen.add(item.id)


def check_wording(tables: Mapping[str, Any], file: str) -> None:
    """Raises ContentError where the file has not the form of a wording."""
    _read(tables, _Wording, file, "See content/en/instruments/audit.toml for a whole example.")


def _read(tables: Mapping[str, Any], form: type[_Form], file: str, remedy: str) -> _Form:
    try:
        return msgspec.convert(tables, form)
    except msgspec.ValidationError as wrong:
        what, _, where = str(wrong).partition(" - at ")
        raise ContentError(file, where.strip("`").removeprefix("$.") or "file", what, remedy) from None
