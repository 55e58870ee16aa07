"""What the classifiers look at: a message as numbers, and how much each of them counts.

A word is looked at by its stem, by its pieces of four letters and by what it is about (`concepts.py`); the message by
what stands beside what, by which concepts are met together, and by its length. A number is a hash, so nothing is
looked up and no word of a citizen is kept.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.understanding.concepts import Concepts
from bot.understanding.stems import stem

BUCKETS = 1 << 17
"""Every key is below this; a classifier may use fewer."""
_MOST_WORDS = 200
_MOST_CONCEPTS = 40
_LONGEST = 24
"""Letters of a word that are looked at."""
_STEM, _BESIDE, _STEMS_BESIDE, _PIECE, _CONCEPT, _LENGTH = 1.0, 1.0, 0.7, 0.5, 1.0, 0.3
_PIECE_LETTERS = 4
_LENGTH_STEP, _LONGEST_STEP = 3, 8
"""Words by which one length differs from the next, and how many lengths there are."""

Keys = NDArray[np.uint32]
Counts = NDArray[np.float32]


class Features(NamedTuple):
    """The numbers of a message; the same one may come several times."""

    keys: Keys
    counts: Counts


class _Word(NamedTuple):
    """What is known of a word without its neighbours."""

    keys: Keys
    counts: Counts
    hashed: int
    stem: int
    concepts: tuple[int, ...]


class Describer:
    """Messages as features. `known`: words that are looked at beforehand, as most messages are made of them."""

    def __init__(self, concepts: Concepts, known: Iterable[str] = ()) -> None:
        self._concepts = concepts
        self._hashes = {name: _hash(f"@{name}") for name in concepts.names}
        self._known = {word: self._looked_at(word) for word in known}

    def features(self, words: Sequence[str]) -> Features:
        """Of a normalised message's words."""
        words = list(words[:_MOST_WORDS])
        known = self._known
        seen = [known.get(word) or self._looked_at(word) for word in words]
        phrases = [self._hashes[name] for name in self._concepts.phrases(words)]
        concepts = list({**dict.fromkeys(one for word in seen for one in word.concepts), **dict.fromkeys(phrases)})
        together = _together(concepts[:_MOST_CONCEPTS])
        keys = [
            *[word.keys for word in seen],
            np.array(phrases, np.uint32) & _MASK,
            _beside([_EDGE, *[word.hashed for word in seen], _EDGE]),
            _beside([_STEM_EDGE, *[word.stem for word in seen], _STEM_EDGE]),
            together,
            _lengths()[min(len(words) // _LENGTH_STEP, _LONGEST_STEP)],
        ]
        of_words = [*[word.counts for word in seen], _same(len(phrases), _CONCEPT)]
        beside = [_same(len(words) + 1, _BESIDE), _same(len(words) + 1, _STEMS_BESIDE)]
        shared = np.concatenate([*of_words, *beside]) * np.float32(max(len(words), 1) ** -0.5)
        whole = [np.full(len(together), 1 / max(len(concepts), 1), np.float32), _same(1, _LENGTH)]
        return Features(np.concatenate(keys), np.concatenate([shared, *whole]))

    def _looked_at(self, word: str) -> _Word:
        shown = word[:_LONGEST]
        root, framed = _hash(f"~{stem(shown)}"), f"^{shown}$"
        pieces = [_hash(framed[at : at + _PIECE_LETTERS]) for at in range(max(1, len(shown) - 1))]
        concepts = tuple(self._hashes[name] for name in self._concepts.of(word))
        keys = np.array([root, *pieces, *concepts], np.uint32) & _MASK
        counts = [_STEM, *[_PIECE] * len(pieces), *[_CONCEPT] * len(concepts)]
        return _Word(keys, np.array(counts, np.float32), _hash(word), root, concepts)


def _hash(piece: str) -> int:
    return crc32(piece.encode(errors="replace"))


_MASK = np.uint32(BUCKETS - 1)
_EDGE, _STEM_EDGE = _hash("^"), _hash("~^")
_ONE, _OTHER, _SHIFT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(15)


def _beside(hashes: list[int]) -> Keys:
    """A key for each two that stand side by side."""
    numbers = np.array(hashes, np.uint32)
    return _mixed(numbers[:-1], numbers[1:])


def _together(concepts: list[int]) -> Keys:
    """A key for each two concepts of a message, wherever they stand."""
    numbers = np.array(sorted(concepts), np.uint32)
    one, other = _each_two(len(concepts))
    return _mixed(numbers[one] ^ _OTHER, numbers[other])


def _mixed(one: Keys, other: Keys) -> Keys:
    mixed = one * _ONE + other * _OTHER
    return np.asarray((mixed ^ (mixed >> _SHIFT)) & _MASK, np.uint32)


@cache
def _each_two(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(count, 1)


@cache
def _lengths() -> list[Keys]:
    return [np.array([_hash(f"#{length}")], np.uint32) & _MASK for length in range(_LONGEST_STEP + 1)]


@cache
def _same(length: int, count: float) -> Counts:
    return np.full(length, count, np.float32)
