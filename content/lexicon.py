"""Words and readability: LIX, sentence lengths, the known and the forbidden words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

WORD_LISTS = ("known_words", "forbidden_words")


class Lexicon(msgspec.Struct, frozen=True, kw_only=True):
    """Word lists by language and file: `words("da", "known_words")`."""

    tables: Mapping[str, Mapping[str, Any]]


def read_lexicon(tables: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """The word lists of all lexicon files."""
    return Lexicon(tables=dict(tables))
