"""What a word that no list has looks like: a slip of the pen in a listed one, or spelled as names are."""

import math
import re
from collections import Counter
from collections.abc import Iterator

_LETTERS = "abcdefghijklmnopqrstuvwxyzæøåé"
_LONG_RUN = re.compile(r"(.)\1{2,}")
_SHORTEST, _LONGEST = 3, 18  # letters of a word whose slips are looked for
_PIECE = 3  # letters of the pieces that tell names from words
_SURE = 4  # the most that pieces say either way


class Shapes:
    """Asked with a lower-case word. `words`: ordinary ones; `names`: first names."""

    def __init__(self, words: frozenset[str], names: frozenset[str]) -> None:
        self._words, self._names = words, names
        self._word_pieces = Counter(piece for word in words for piece in _pieces(word))
        self._name_pieces = Counter(piece for name in names for piece in _pieces(name))
        self._prior = math.log(self._word_pieces.total() / max(1, self._name_pieces.total()))

    def slip(self, word: str) -> str:
        """What the word is one slip from: "w" an ordinary word, "n" a name, "wn" both, "" neither.

        A slip is a letter too many, too few, wrong or swapped with the next; long runs of a letter count as one.
        """
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ""
        others = _one_slip_away(word)
        return ("" if self._words.isdisjoint(others) else "w") + ("" if self._names.isdisjoint(others) else "n")

    def like_a_name(self, word: str) -> int:
        """-4 to 4, above 0 where its pieces are commoner in names. A listed word is judged as if it were not listed."""
        listed_name, listed_word = word in self._names, word in self._words
        pieces = list(_pieces(word))
        score = sum(
            math.log(
                (max(0, self._name_pieces[piece] - listed_name) + 0.5)
                / (max(0, self._word_pieces[piece] - listed_word) + 0.5)
            )
            for piece in pieces
        ) + self._prior * len(pieces)
        return max(-_SURE, min(_SURE, round(score / len(pieces) * 2)))


def _pieces(word: str) -> Iterator[str]:
    written = f"^{word}$"
    for at in range(len(written) - _PIECE + 1):
        yield written[at : at + _PIECE]


def _one_slip_away(word: str) -> set[str]:
    found: set[str] = set()
    for short in {_LONG_RUN.sub(r"\1", word), _LONG_RUN.sub(r"\1\1", word)}:
        parts = [(short[:at], short[at:]) for at in range(len(short) + 1)]
        found.add(short)
        found.update([head + tail[1:] for head, tail in parts])
        found.update([head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS])
        found.update([head + letter + tail for head, tail in parts for letter in _LETTERS])
        found.update([head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1])
    found.discard(word)
    return found
