"""What the classifiers look at: the words of a message, pairs of them, and what they are about, as numbers.

A number is a hash, so nothing is looked up and no word of a citizen is kept. Pieces of words were tried too: they see
through slips, but with some thousand lines to learn from they drown what matters (71 % right instead of 80 % on
families left out); slips are met where words are read, in `concepts.py` and `lexicon.py`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 15
MARKS_COUNT = 3
"""As much as three words."""
_MOST_WORDS = 400

Keys = NDArray[np.uint16]


def keys_of(words: Sequence[str], marks: Iterable[str]) -> Keys:
    """The numbers of a message's words, in lower case, and of `marks`: whatever else is known of the message."""
    words = words[:_MOST_WORDS]
    keys = [_number(word) for word in words]
    keys += [_number(f"{one} {other}") for one, other in zip(("^", *words), (*words, "$"), strict=True)]
    keys += MARKS_COUNT * [_mark(mark) if " " in mark else _kept_mark(mark) for mark in marks]
    return np.array(keys, dtype=np.uint16)


def _mark(mark: str) -> int:
    return _number(f"={mark}")


_kept_mark = lru_cache(maxsize=16_384)(_mark)
"""Marks without a blank are ours and few; one with a blank holds a citizen's word, and is not kept."""


def _number(piece: str) -> int:
    return crc32(piece.encode(errors="replace")) & (BUCKETS - 1)
