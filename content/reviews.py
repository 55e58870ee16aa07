"""Which texts a person has really reviewed, and in which wording. `reviews.toml`, empty until somebody has.

    [da."relatives.safe"]
    by = "Name, position"
    on = 2027-01-15
    wording = "1f0c9a3e"       # as `doertrin content book` prints it

A review is of a text in one language, at both reading levels and on every channel. It holds for the wording that was
read and for no other: whoever changes a word has it read again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from content.errors import ContentError
from content.messages import LANGUAGES, READINGS, Catalog

FILE = "reviews.toml"
_FIELDS = frozenset({"by", "on", "wording"})


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has read a text and vouches for it."""

    by: str
    on: dt.date
    wording: str


Reviews = Mapping[tuple[str, str], Review]
"""By language and key."""


def read_reviews(tables: Mapping[str, Any]) -> dict[tuple[str, str], Review]:
    """The parsed file. Raises ContentError for what is no review."""
    found: dict[tuple[str, str], Review] = {}
    for language, rows in tables.items():
        if language not in LANGUAGES or not isinstance(rows, dict):
            raise ContentError(FILE, language, "is no language", f'Write [{LANGUAGES[0]}."key"] and its fields below.')
        for key, row in rows.items():
            if not isinstance(row, dict) or set(row) != _FIELDS:
                raise ContentError(FILE, f"{language}.{key}", "is no whole review", "Give by, on and wording.")
            if type(row["on"]) is not dt.date:
                raise ContentError(FILE, f"{language}.{key}.on", "is no date", "Write it bare, as in on = 2027-01-15.")
            for field in ("by", "wording"):
                if not isinstance(row[field], str) or not row[field].strip():
                    raise ContentError(FILE, f"{language}.{key}.{field}", "is blank", "Say who read which wording.")
            found[language, key] = Review(**row)
    return found


def wording(catalog: Catalog, key: str, language: str) -> str:
    """Eight letters and digits that change with any word of the text in this language."""
    written = blake2b(digest_size=4)
    for reading in READINGS:
        message = catalog.message(key, language=language, reading=reading)
        if message is not None:
            parts = [message.text, *(f"{channel}:{text}" for channel, text in sorted(message.channels.items()))]
            written.update("\0".join([reading, *parts, ""]).encode())
    return written.hexdigest()


def standing(reviews: Reviews, catalog: Catalog, key: str, language: str) -> Review | None:
    """The review of the text as it is worded now."""
    review = reviews.get((language, key))
    return review if review is not None and review.wording == wording(catalog, key, language) else None


def unreviewed(reviews: Reviews, catalog: Catalog) -> dict[str, int]:
    """How many texts in each language no person vouches for as they are worded now."""
    keys = catalog.keys()
    return {
        language: sum(standing(reviews, catalog, key, language) is None for key in keys)
        if any(name == language for name, _ in reviews)
        else len(keys)
        for language in LANGUAGES
    }


def outdated(reviews: Reviews, catalog: Catalog) -> Iterator[tuple[str, str, Review | None]]:
    """Language, key and review of those that hold no longer; no review where there is no such text."""
    for (language, key), review in reviews.items():
        if key not in catalog:
            yield language, key, None
        elif review.wording != wording(catalog, key, language):
            yield language, key, review
