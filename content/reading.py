"""Instrument files, from parsed TOML to values. Still pure: `loading` reads the files.

The Danish plain file `da/instruments/<name>.toml` holds the data and its wording; the same name under `da/easy/`,
`en/` and `en/easy/` holds wording only: `title`, `window_text`, `intro`, `[items]`, `[options]`, `[results]`,
`[cautions]`. An item with `same_as = "audit.q1"` is that item: its options and wording come from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from content.errors import ContentError
from content.forms import check_instrument, check_wording
from content.instruments import EASY_VERSION, Band, Caution, CutOff, Instrument, Item, Option, Permission, Skip
from content.messages import Message, read_messages

_Row = TypeVar("_Row", bound=msgspec.Struct)
_REQUIRED = ("id", "version", "window", "ages", "copyright", "licence", "permission", "source_url", "items", "options")
_OPTIONAL = (
    *("multiply", "subscores", "raw_subscore", "skips", "bands", "cutoffs", "caution_rules", "substances"),
    *("title", "window_text", "intro", "results", "cautions", "note"),
)
_WORDS = ("title", "window_text", "intro", "results", "cautions")


def read_instrument(tables: Mapping[str, Any], *, file: str, others: Mapping[Any, Mapping[str, Any]]) -> Instrument:
    """An instrument. `others` are all parsed instrument files by id, for items shared with them."""
    for field in _REQUIRED:
        if field not in tables:
            raise ContentError(file, field, "is missing", "See content/da/instruments/audit.toml for a whole example.")
    unknown = set(tables) - {*_REQUIRED, *_OPTIONAL}
    if unknown:
        raise ContentError(file, min(unknown), "is no known field", f"Use {', '.join((*_REQUIRED, *_OPTIONAL))}.")
    check_instrument(tables, file)
    name = tables["id"]
    try:
        permission = Permission(tables["permission"])
        age_min, age_max = [*tables["ages"], None][:2]
        instrument = Instrument(
            name=name,
            version=tables["version"],
            window=tables["window"],
            age_min=age_min,
            age_max=age_max,
            items=tuple(_items(tables, file, others)),
            copyright=tables["copyright"],
            licence=tables["licence"],
            permission=permission,
            source_url=tables["source_url"],
            multiply=tables.get("multiply", 1),
            subscores={key: tuple(items) for key, items in tables.get("subscores", {}).items()},
            raw_subscore=tables.get("raw_subscore"),
            skips=_rows(Skip, tables, "skips", file),
            bands=_rows(Band, tables, "bands", file),
            cutoffs=_rows(CutOff, tables, "cutoffs", file),
            cautions=_rows(Caution, tables, "caution_rules", file),
            substances=tuple(tables.get("substances", ())),
            texts=name,
            file=file,
        )
    except (ValueError, TypeError) as wrong:
        raise ContentError(file, name, str(wrong), "See content/da/instruments/audit.toml.") from None
    _refer_to_items(instrument)
    return instrument


def _rows(kind: type[_Row], tables: Mapping[str, Any], field: str, file: str) -> tuple[_Row, ...]:
    rows = tables.get(field, ())
    for number, row in enumerate(rows, 1):
        unknown = set(row) - set(kind.__struct_fields__)
        if unknown:
            remedy = f"Use {', '.join(kind.__struct_fields__)}."
            raise ContentError(file, f"{field}.{number}.{min(unknown)}", "is no known field", remedy)
    try:
        return tuple(msgspec.convert(row, kind) for row in rows)
    except msgspec.ValidationError as wrong:
        raise ContentError(file, field, str(wrong), "Every row needs its bounds and its source.") from None


def _refer_to_items(instrument: Instrument) -> None:
    known = {item.id for item in instrument.items}
    used: dict[str, Sequence[str]] = {f"subscores.{name}": items for name, items in instrument.subscores.items()}
    used |= {f"skips.{number}": (*row.items, *row.skip) for number, row in enumerate(instrument.skips, 1)}
    used |= {f"caution_rules.{row.id}": tuple(row.at_least) for row in instrument.cautions}
    for key, items in used.items():
        for item_id in items:
            if item_id not in known:
                remedy = f"Use {', '.join(sorted(known))}."
                raise ContentError(instrument.file, key, f"names no item {item_id!r}", remedy)
    for number, cutoff in enumerate(instrument.cutoffs, 1):
        for subscore in cutoff.of:
            if subscore not in instrument.subscores:
                wrong = f"names no subscore {subscore!r}"
                raise ContentError(instrument.file, f"cutoffs.{number}.of", wrong, "Name one of [subscores].")


def _items(tables: Mapping[str, Any], file: str, others: Mapping[Any, Mapping[str, Any]]) -> list[Item]:
    name = tables["id"]
    items = []
    for row in tables["items"]:
        identity, owner, source_row = f"{name}.{row['id']}", tables, row
        if "same_as" in row:
            identity = row["same_as"]
            other_name, _, other_id = identity.partition(".")
            owner = others.get(other_name, {})
            found = [other for other in owner.get("items", ()) if other["id"] == other_id and "same_as" not in other]
            if not found:
                wrong = f"names no item {identity!r}"
                raise ContentError(file, f"{row['id']}.same_as", wrong, "Name an item that is not itself shared.")
            source_row = found[0]
        key = f"{name}.{row['id']}"
        options = owner["options"].get(source_row.get("options"))
        if not options:
            raise ContentError(file, f"{key}.options", "names no option set", "Name one of the tables under [options].")
        yes_no = bool(source_row.get("yes_no", False))
        items.append(
            Item(
                id=row["id"],
                key=key,
                text=key,
                identity=identity,
                version=owner["version"],
                window=owner["window"],
                options=tuple(
                    Option(id=option_id, points=option["points"], key=f"{key}.option.{option_id}")
                    for option, option_id in zip(options, option_ids(options, yes_no=yes_no), strict=True)
                ),
                option_set=source_row["options"],
                yes_no=yes_no,
                counted_from=source_row.get("counted_from"),
            )
        )
    return items


def option_ids(options: Sequence[Mapping[str, Any]], *, yes_no: bool) -> list[str]:
    """The published ids (CONTRACTS §2): points as text; yes and no; letters after equal points."""
    if yes_no:
        return ["yes" if option["points"] else "no" for option in options]
    points = [option["points"] for option in options]
    ids = []
    for number, value in enumerate(points):
        letter = "abcdefgh"[points[:number].count(value)] if points.count(value) > 1 else ""
        ids.append(f"{value}{letter}")
    return ids


def read_wording(
    tables: Mapping[str, Any],
    instrument: Instrument,
    *,
    file: str,
    reading: str,
    donor: Mapping[str, Any],
) -> dict[str, Message]:
    """The texts of one wording file, by catalog key. `donor` is the file in the same language and level whose items
    are shared. An easy wording must say that it is an adaptation, by its version.
    """
    name = instrument.name
    if tables.get("id") != name:
        raise ContentError(file, "id", f"is not {name!r}", "A wording has the file name and the id of its instrument.")
    if reading == "easy" and tables.get("version") != EASY_VERSION:
        raise ContentError(file, "version", "an easy wording is an adaptation", f'Write version = "{EASY_VERSION}".')
    if reading == "easy" or tables.get("permission") is None:
        unknown = set(tables) - {"id", "version", "items", "options", *_WORDS}
        if unknown:
            raise ContentError(file, min(unknown), "is no wording", f"Use items, options, {', '.join(_WORDS)}.")
        check_wording(tables, file)
    words: dict[str, Any] = {}
    for field, key in (("title", "title"), ("window_text", "window"), ("intro", "intro")):
        if field in tables:
            words[key] = {"text": tables[field]}
    for field, key in (("results", "result"), ("cautions", "caution")):
        words[key] = {result: {"text": text} for result, text in tables.get(field, {}).items()}
    found = read_messages(words, file=file, prefix=instrument.texts)
    for item in instrument.items:
        source_name, _, source_id = item.identity.partition(".")
        source = tables if source_name == name else donor
        text, labels = _item_words(source, source_id, item.option_set)
        if text is not None:
            found |= read_messages({"text": text}, file=file, prefix=item.text)
        if labels is not None and len(labels) != len(item.options):
            raise ContentError(
                file, f"{source_id}.options", f"{len(labels)} labels for {len(item.options)} options", "Write one each."
            )
        for option, label in zip(item.options, labels or (), strict=False):
            found |= read_messages({"text": label}, file=file, prefix=option.key)
    return found


def _item_words(tables: Mapping[str, Any], item_id: str, option_set: str) -> tuple[str | None, list[str] | None]:
    """Wording and labels of an item, from a whole instrument file or from a wording file."""
    items = tables.get("items", {})
    if not isinstance(items, Mapping):
        items = {row["id"]: row.get("text") for row in items}
    labels = tables.get("options", {}).get(option_set)
    return items.get(item_id), labels and [label["label"] if isinstance(label, Mapping) else label for label in labels]
