"""Markers: words that stand nowhere else, put wherever a person can put something, and then looked for in every form.

    marks = Markers()
    send(marks("text"), marks("user agent"))
    assert marks.found_in(files) == []

All words share a root that is new in every run, so one search finds them all. What has a form of its own (an address, a
resume code) is added with `also`.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, text

from bot.storage.ports import Store
from bot.storage.store import SqlStore
from bot.storage.tables import METADATA


class Markers:
    """One run's markers."""

    def __init__(self) -> None:
        self.root = f"Kanarie{secrets.token_hex(4)}"
        self._needles: dict[bytes, str] = {}
        self.also(self.root)

    def __call__(self, place: str) -> str:
        """The marker for this place: letters and digits only, so that it is a legal id and a legal path too."""
        return f"{self.root}{''.join(letter for letter in place if letter.isalnum())}"

    def also(self, *words: str) -> None:
        """Look for these words as well, in the same forms."""
        for word in words:
            for needle, form in _forms(word):
                self._needles.setdefault(needle, f"{word} {form}")

    def found(self, data: bytes) -> list[str]:
        """Each word and form in which a marker stands in these bytes."""
        small = data.lower()
        return sorted({name for needle, name in self._needles.items() if needle in data or needle in small})

    def found_in(self, places: Mapping[str, bytes]) -> list[str]:
        """The same for many places, each finding with its place."""
        return [f"{place}: {name}" for place, data in places.items() for name in self.found(data)]


def _forms(word: str) -> Iterable[tuple[bytes, str]]:
    for one in {word, word.lower()}:
        raw = one.encode()
        yield raw, "plain"
        yield one.encode("latin-1", errors="replace"), "latin-1"
        yield raw.hex().encode(), "hex"
        yield one.encode("utf-16-le")[:-1], "utf-16"  # without the last zero it lies in the big-endian form too
        yield one.encode("unicode_escape"), "escaped"
        yield json.dumps(one)[1:-1].encode(), "JSON"
        for shift in range(3):
            # Behind any number of other bytes: what stands between the first and the last sign that neighbours touch.
            signs = base64.b64encode(bytes(shift) + raw)
            inner = signs[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
            yield inner, "base64"
            yield inner.translate(bytes.maketrans(b"+/", b"-_")), "base64"


def files_below(*folders: Path) -> dict[str, bytes]:
    """Every file in these folders, by its path."""
    return {str(path): path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}


async def dump_of(store: Store, *, migrated: bool = True) -> dict[str, bytes]:
    """Every table as the database gives it: texts as texts, bytes as bytes."""

    def read(connection: Connection) -> dict[str, bytes]:
        tables = [*METADATA.tables, *(["alembic_version"] if migrated else [])]
        return {
            name: b"\n".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))
                for value in row
            )
            for name in tables
        }

    assert isinstance(store, SqlStore)
    return await store.run(read)
