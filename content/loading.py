"""The one reader of content files: from the installed package, and a tenant's overlay folder laid over them.

Layout, the same in both:

    <language>/messages/*.toml  <language>/easy/*.toml                       texts (see `messages`)
    <language>/instruments/*.toml  <language>/easy/instruments/*.toml        da: the instrument; the others: its wording
    <language>/lexicon/*.toml   (word lists, see `lexicon_table`)   helplines.toml   regions.toml (lines by region)
    console.toml  guides.toml                                                what counselors read
    reviews.toml                                                             which texts a person has reviewed
    packs/<name>/pack.toml  packs/<name>/[<language>/]{messages,easy}/*.toml  without language: Danish

What cannot be used is a ContentError with file, key and remedy. What is merely incomplete, `checks` collects.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from content.drinks import Drink, read_drinks
from content.errors import ContentError, MissingText
from content.guides import FILE as GUIDES
from content.guides import Guide, read_guides
from content.helplines import ALARM, Helpline
from content.instruments import Instrument
from content.lexicon import WORD_LISTS, read_lexicon
from content.messages import LANGUAGES, READINGS, Catalog, Texts, guard, overlay_texts, read_messages
from content.offers import named
from content.packs import Pack
from content.reading import read_instrument, read_wording
from content.records import laid_over, read_helpline, read_pack
from content.reviews import FILE as REVIEWS
from content.reviews import Review, read_reviews
from content.whole import Content

__all__ = ["Content", "ContentError", "MissingText", "load"]

_READ = re.compile(
    r"(da|en)/(messages|easy|instruments|lexicon|easy/instruments)/[^/]+\.toml"
    r"|(helplines|regions|console|drinks|guides|reviews)\.toml"
    r"|packs/[^/]+/(pack|lines|((da|en)/)?(messages|easy)/[^/]+)\.toml"
)


def load(overlay: Path | None = None) -> Content:
    """All content, `overlay` (DOERTRIN_CONTENT) laid over what is built in. Raises ContentError.

    In the overlay a text replaces the built-in one of the same key, an instrument or wording the one of the same
    file name, a helpline the one of the same id, and a pack's fields those of the built-in pack.
    """
    if overlay is not None and not overlay.is_dir():
        raise ContentError(str(overlay), "", "is no folder", "Set DOERTRIN_CONTENT to a folder, or leave it unset.")
    roots = _roots(overlay)
    instruments = _instruments(roots)
    texts = _texts(roots[0], "")
    unknown: list[tuple[str, str]] = []
    for root in roots[1:]:
        found = _texts(root, "")
        known = texts["da", "plain"].keys()
        unknown += [(path, "") for path in _stray(root)]
        unknown += [(text.file, key) for own in found.values() for key, text in own.items() if key not in known]
        guard(texts, found)
        overlay_texts(texts, found)
    overlay_texts(texts, _instrument_texts(roots, instruments))

    helplines = tuple(_helplines(roots, "helplines.toml").values())
    if ALARM not in {line.id for line in helplines}:
        raise ContentError("helplines.toml", ALARM, "is missing", f"Keep the line [{ALARM}]; 112 is always shown.")
    regions = _regions(roots)
    packs = _packs(roots, helplines, regions)
    overrides: dict[str, Texts] = {}
    for name, pack in packs.items():
        own = named(pack.offers, texts["da", "plain"], pack.file)
        for layer in ("base", name) if name != "base" else ("base",):
            for root in roots:
                found = _texts(root, f"packs/{layer}/")
                guard(texts, found)
                overlay_texts(own, found)
        if any(own.values()):
            overrides[name] = own
    return Content(
        messages=Catalog(texts, overrides),
        instruments=instruments,
        packs=packs,
        helplines=helplines,
        regions=regions,
        reviews=_reviews(roots),
        drinks=_drinks(roots),
        pictures=frozenset(entry.name for entry in (roots[0] / "pictures").iterdir()),
        unknown_overrides=tuple(unknown),
        lexicon=read_lexicon(
            {language: {name: lexicon_table(language, name, overlay) for name in WORD_LISTS} for language in LANGUAGES},
            names=[
                *(line.name for pack in packs.values() for line in pack.lines),
                *(name for pack in packs.values() for name in (pack.name, pack.municipality)),
            ],
        ),
    )


def console_words(overlay: Path | None = None) -> dict[str, str]:
    """What counselors read, `table.key` to text: `console.toml`, the overlay's texts over the built-in ones.

    Raises ContentError for one that is no text, or that the console does not know.
    """
    path = "console.toml"
    words: dict[str, str] = {}
    for layer, found in enumerate(_layers(_roots(overlay), path)):
        for table, texts in found.items():
            own = texts if isinstance(texts, dict) else {"": texts}
            for key, text in ((f"{table}.{name}", text) for name, text in own.items()):
                if not isinstance(text, str) or (layer and key not in words):
                    raise ContentError(path, key, "is no text of the console", "Use the keys of the built-in file.")
                words[key] = text
    return words


def guides(overlay: Path | None = None) -> dict[str, Guide]:
    """What counselors can look up, by id; a guide of the overlay in place of the built-in one of the same id, or after
    them. Raises ContentError.
    """
    found: dict[str, Guide] = {}
    for tables in _layers(_roots(overlay), GUIDES):
        found |= read_guides(tables)
    return found


def lexicon_table(language: str, name: str, overlay: Path | None = None) -> dict[str, Any]:
    """One word list, parsed: `<language>/lexicon/<name>.toml`, the overlay's tables over the built-in ones.

    For whoever understands text; `load` itself reads only the lists that checks need. Raises ContentError.
    """
    path = f"{language}/lexicon/{name}.toml"
    layers = list(_layers(_roots(overlay), path))
    if not layers:
        raise ContentError(path, "", "is missing", "Name one of the files in that folder.")
    return reduce(laid_over, layers, {})


# -- files --


def _folder(root: Traversable, path: str) -> Traversable:
    return root.joinpath(*[part for part in path.split("/") if part])


def _roots(overlay: Path | None) -> list[Traversable]:
    """Where content lies; what comes later is laid over what comes before."""
    return [files("content"), *([overlay] if overlay else [])]


def _layers(roots: list[Traversable], path: str) -> Iterator[dict[str, Any]]:
    """A file's tables in each root that has it, the overlay's last."""
    for root in roots:
        entry = _folder(root, path)
        if entry.is_file():
            yield _parsed(entry, path)


def _laid(roots: list[Traversable], path: str) -> dict[str, Any]:
    """A file's tables, the overlay's over the built-in ones; empty if there is no such file."""
    return reduce(laid_over, _layers(roots, path), {})


def _toml_files(root: Traversable, path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, stem and tables of each TOML file directly in a folder, sorted; nothing if there is no such folder."""
    folder = _folder(root, path)
    if not folder.is_dir():
        return
    try:
        entries = sorted(folder.iterdir(), key=lambda found: found.name)
    except OSError as wrong:
        raise ContentError(path, "", f"cannot be read ({wrong.strerror})", "Check the folder's rights.") from None
    for entry in entries:
        if entry.name.endswith(".toml"):
            name = f"{path.strip('/')}/{entry.name}".lstrip("/")
            yield name, entry.name.removesuffix(".toml"), _parsed(entry, name)


def _parsed(entry: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(entry.read_text(encoding="utf-8"))
    except UnicodeDecodeError as wrong:
        raise ContentError(name, "", f"is not UTF-8 (byte {wrong.start})", "Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise ContentError(name, "", f"is no valid TOML: {wrong}", "Mend that line; quote texts.") from None
    except OSError as wrong:
        raise ContentError(name, "", f"cannot be read ({wrong.strerror})", "Check the file's rights.") from None


def _stray(root: Traversable) -> Iterator[str]:
    """TOML files that nobody reads: a folder's name is misspelled."""
    pending = [("", root)]
    while pending:
        prefix, folder = pending.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                pending.append((f"{path}/", entry))
            elif entry.name.endswith(".toml") and not _READ.fullmatch(path):
                yield path


def _reviews(roots: list[Traversable]) -> dict[tuple[str, str], Review]:
    found: dict[tuple[str, str], Review] = {}
    for tables in _layers(roots, REVIEWS):
        found |= read_reviews(tables)
    return found


# -- texts --


def _texts(root: Traversable, prefix: str) -> Texts:
    """All texts below a folder. In a pack the language folder may be left out for Danish."""
    found: Texts = {}
    for language in LANGUAGES:
        for reading, folder in zip(READINGS, ("messages", "easy"), strict=True):
            places = [f"{prefix}{language}/{folder}"]
            if prefix and language == "da":
                places.append(f"{prefix}{folder}")
            table = found.setdefault((language, reading), {})
            for place in places:
                for path, stem, tables in _toml_files(root, place):
                    table |= read_messages(tables, file=path, prefix=stem)
    return found


# -- instruments --


def _instruments(roots: list[Traversable]) -> dict[str, dict[str, Instrument]]:
    """By name and version. A new version is a file of its own beside the old one, as audit_v2.toml."""
    read: dict[str, tuple[str, dict[str, Any]]] = {}
    for root in roots:
        for path, stem, tables in _toml_files(root, "da/instruments"):
            read[stem] = (path, tables)
    by_version = sorted(read.values(), key=lambda file: _version_order(str(file[1].get("version", ""))))
    latest = {tables.get("id"): tables for _, tables in by_version}
    found: dict[str, dict[str, Instrument]] = {}
    for path, tables in by_version:
        instrument = read_instrument(tables, file=path, others=latest)
        if tables is not latest[instrument.name]:
            instrument = instrument.superseded()
        found.setdefault(instrument.name, {})[instrument.version] = instrument
    return dict(sorted(found.items()))


def _version_order(version: str) -> tuple[tuple[int, str], ...]:
    """1.9 before 1.10: parts that are numbers are compared as numbers."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in version.split("."))


def _instrument_texts(roots: list[Traversable], instruments: Mapping[str, Mapping[str, Instrument]]) -> Texts:
    """The wording of every instrument, in each language and level it is written in: files of the same name."""
    found: Texts = {}
    by_stem = {_stem(each.file): each for versions in instruments.values() for each in versions.values()}
    for language in LANGUAGES:
        for reading in READINGS:
            folder = f"{language}/instruments" if reading == "plain" else f"{language}/easy/instruments"
            files_read = {stem: (path, table) for root in roots for path, stem, table in _toml_files(root, folder)}
            table = found.setdefault((language, reading), {})
            for stem, (path, tables) in files_read.items():
                if stem not in by_stem:
                    raise ContentError(path, "", "words no instrument", f"Name it as one of {', '.join(by_stem)}.")
                instrument = by_stem[stem]
                donors = {item.identity.partition(".")[0] for item in instrument.items} - {instrument.name}
                donor: Mapping[str, Any] = {}
                for name in donors:
                    latest = instruments[name][max(instruments[name], key=_version_order)]
                    donor = files_read.get(_stem(latest.file), ("", {}))[1]
                table |= read_wording(tables, instrument, file=path, reading=reading, donor=donor)
    return found


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".toml")


# -- helplines and packs --


def _helplines(roots: list[Traversable], path: str) -> dict[str, Helpline]:
    found: dict[str, Helpline] = {}
    for lines in _layers(roots, path):
        for line_id, table in lines.items():
            found[line_id] = read_helpline(line_id, table, path)
    return found


def _drinks(roots: list[Traversable]) -> dict[str, Drink]:
    """The overlay's drinks over the built-in ones."""
    path = "drinks.toml"
    return read_drinks(_laid(roots, path), path)


def _regions(roots: list[Traversable]) -> dict[str, dict[str, Helpline]]:
    path = "regions.toml"
    return {
        region: {line_id: read_helpline(line_id, table, path, within=region) for line_id, table in lines.items()}
        for region, lines in _laid(roots, path).items()
    }


def _packs(
    roots: list[Traversable], national: tuple[Helpline, ...], regions: Mapping[str, Mapping[str, Helpline]]
) -> dict[str, Pack]:
    names: set[str] = set()
    for root in roots:
        folder = _folder(root, "packs")
        if folder.is_dir():
            names |= {entry.name for entry in folder.iterdir() if entry.is_dir()}
    for name in sorted(names):
        path = f"packs/{name}/pack.toml"
        if not any(_folder(root, path).is_file() for root in roots):
            raise ContentError(path, "", "is missing", "Write it, or name the folder as the tenant's pack is named.")
    if "base" not in names:
        raise ContentError("packs/base/pack.toml", "", "is missing", "Keep the base pack; it lies under every tenant.")
    base = _laid(roots, "packs/base/pack.toml")
    packs: dict[str, Pack] = {}
    for name in sorted(names):
        path = f"packs/{name}/pack.toml"
        table = laid_over(base, _laid(roots, path)) if name != "base" else base
        region = table.get("region")
        if region is not None and region not in regions:
            raise ContentError(path, "region", f"{region!r} is no region", f"Use {', '.join(sorted(regions))}.")
        own = _helplines(roots, f"packs/{name}/lines.toml")
        lines = {line.id: line for line in national} | dict(regions.get(region or "", {})) | own
        packs[name] = read_pack(name, dict(table), path, lines)
    return packs
