"""The book: a printable page of everything that Dørtrin says, for those who write it and those who answer for it."""

import datetime as dt
from collections.abc import Iterable
from importlib.resources import files

import jinja2
import msgspec

from content.helplines import Helpline
from content.lexicon import is_label, lix
from content.loading import Content
from content.messages import LANGUAGES, READINGS, Catalog, Message
from content.reviews import Review, standing, unreviewed, wording

_LANGUAGES = {"da": "Dansk", "en": "Engelsk"}
_READINGS = {"plain": "almindelig", "easy": "let at læse"}
_CHANNELS = {"telegram": "på Telegram", "web": "på nettet", "terminal": "i terminalen"}


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One text at one level, and how hard it is to read; no LIX for labels and for English."""

    reading: str
    text: str
    channels: tuple[tuple[str, str], ...]
    lix: float | None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A text in one language, and who vouches for it."""

    language: str
    code: str
    variants: tuple[Variant, ...]
    wording: str
    review: Review | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One text of the book."""

    key: str
    versions: tuple[Version, ...]
    source: str
    valid_until: dt.date | None
    file: str


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one subject: of one file, or a municipality's own."""

    title: str
    anchor: str
    entries: tuple[Entry, ...]
    lix: tuple[tuple[str, float], ...]


def book(content: Content, *, today: dt.date) -> str:
    """The whole book as one HTML page without any outside part."""
    catalog = content.messages
    groups: dict[str, list[str]] = {}
    for key in sorted(catalog.keys()):
        groups.setdefault(key.partition(".")[0], []).append(key)
    chapters = [_chapter(name, keys, content, catalog) for name, keys in groups.items()]
    for pack, view in sorted(catalog.packs().items()):
        own_keys = sorted({key for table in view.own_messages().values() for key in table})
        chapters.append(_chapter(pack, own_keys, content, view))
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("bot").joinpath("book.html").read_text(encoding="utf-8")
    )
    return template.render(
        chapters=chapters,
        lines=sorted([*content.helplines, *_local_lines(content)], key=_order),
        total=len(catalog.keys()),
        unreviewed={_LANGUAGES[language]: n for language, n in unreviewed(content.reviews, catalog).items()},
        today=today,
    )


def _local_lines(content: Content) -> list[Helpline]:
    """The lines of the regions, and those of single tenants."""
    regional = [line for lines in content.regions.values() for line in lines.values()]
    own = [line for pack in content.packs.values() for line in pack.lines]
    return regional + [line for line in own if line not in (*content.helplines, *regional)]


def _order(line: Helpline) -> tuple[int, str]:
    return line.order, line.name


def _chapter(title: str, keys: list[str], content: Content, catalog: Catalog) -> Chapter:
    entries = tuple(_entry(key, content, catalog) for key in keys)
    return Chapter(
        title=title, anchor=f"k-{title}", entries=entries, lix=tuple(readability(keys, catalog, content.lexicon.names))
    )


def readability(keys: Iterable[str], catalog: Catalog, names: frozenset[str]) -> list[tuple[str, float]]:
    """The LIX of Danish texts joined, by reading level; labels do not count."""
    keys = list(keys)
    found = []
    for reading in READINGS:
        written = [catalog.message(key, reading=reading) for key in keys]
        prose = [text for message in written if message for text in message.variants() if not is_label(text)]
        found.append((_READINGS[reading], lix("\n".join(prose), names)))
    return found


def _entry(key: str, content: Content, catalog: Catalog) -> Entry:
    written = [catalog.message(key, language=language, reading=reading) for language, reading in _places()]
    sources = dict.fromkeys(message.source for message in written if message is not None and message.source)
    dates = [message.valid_until for message in written if message is not None and message.valid_until]
    return Entry(
        key=key,
        versions=tuple(_version(key, language, content, catalog) for language in LANGUAGES),
        source="; ".join(sources),
        valid_until=min(dates, default=None),
        file=next((message.file for message in written if message is not None), ""),
    )


def _places() -> list[tuple[str, str]]:
    return [(language, reading) for language in LANGUAGES for reading in READINGS]


def _version(key: str, language: str, content: Content, catalog: Catalog) -> Version:
    found = [(reading, catalog.message(key, language=language, reading=reading)) for reading in READINGS]
    return Version(
        language=_LANGUAGES[language],
        code=language,
        variants=tuple(_variant(reading, message, language, content) for reading, message in found if message),
        wording=wording(catalog, key, language),
        review=standing(content.reviews, catalog, key, language),
    )


def _variant(reading: str, message: Message, language: str, content: Content) -> Variant:
    measured = language == "da" and not is_label(message.text)
    return Variant(
        reading=_READINGS[reading],
        text=message.text,
        channels=tuple((_CHANNELS[channel], text) for channel, text in message.channels.items()),
        lix=lix(message.text, content.lexicon.names) if measured else None,
    )
