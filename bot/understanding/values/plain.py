"""An answer as this package looks at it: lower case, known words in their usual spelling, no idle signs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.understanding.lexicon import LONG_FOLDS, SHORT_FOLDS, undoubled
from bot.understanding.spelling import Near

TYPOS_FROM = 5
"""Letters from which a word may have one wrong: "sekten", "aldri"."""
DROPPED_FROM = 4
"""Letters from which a double letter may be written once."""
_LONGEST = 20
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_IDLE = re.compile(r"(?<=\d)[.](?!\d)|[^\w\s'%👍👎✅❌.,–+-]|(?<!\d)[.,–-]|[.,–-](?!\d)|_")
_APOSTROPHES = {
    ord(sign): "'" for sign in "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}`"
}
_DAY_TO_DAY = re.compile(r"(?<=dag)\s*[-–]\s*(?=\w{3,4}dag\b)")
_FRACTION_IN_DIGITS = re.compile(r"(?<![\d/])(?:1/2|1/4|3/4)(?![\d/])")
_FRACTION = re.compile(r"(\d{0,3}) ?([½¼¾])")
_SIGNS = {"1/2": "½", "1/4": "¼", "3/4": "¾"}
_PARTS = {"½": "5", "¼": "25", "¾": "75"}


def plain(text: str) -> str:
    """Lower case, without signs that carry nothing; keeps digits, hyphens between numbers, percent and thumbs.
    Fractions are decimals.
    """
    text = unicodedata.normalize("NFC", text).lower().translate(_APOSTROPHES)
    text = _FRACTION_IN_DIGITS.sub(lambda found: _SIGNS[found[0]], text)
    text = _FRACTION.sub(lambda found: f" {found[1] or 0},{_PARTS[found[2]]}", text)
    text = _IDLE.sub(" ", _DAY_TO_DAY.sub(" til ", text))
    return _SPACE.sub(" ", text).strip().removesuffix("'")


class Spelling:
    """How the words of answers are usually spelt."""

    def __init__(self, words: Iterable[str], *, also: Iterable[str], short: Mapping[str, str]) -> None:
        """`also`: words that no misspelling is taken for; `short`: words written short, and what they stand for."""
        listed = frozenset(words)
        self._words = listed | frozenset(also)
        self._short = short
        self._folded: dict[str, str] = {}
        self._undoubled: dict[str, str] = {}
        self._near = Near(sorted(listed), TYPOS_FROM)
        for word in sorted(self._words):
            for fold in (word.translate(LONG_FOLDS), word.translate(SHORT_FOLDS)):
                if fold not in self._words:
                    self._folded.setdefault(fold, word)
            self._undoubled.setdefault(undoubled(word), word)

    def correct(self, text: str) -> str:
        """A `plain` text with its known words in their usual spelling."""
        return _WORD.sub(lambda found: self._usual(found[0]), text)

    def _usual(self, word: str) -> str:
        if word in self._short:
            return self._short[word]
        if word in self._words or len(word) > _LONGEST:
            return word
        word = _DRAWN_OUT.sub(r"\1", word)
        if word in self._words or word in self._short:
            return self._short.get(word, word)
        single = undoubled(word)
        known = self._folded.get(word)
        if known is None and (single != word or len(word) >= DROPPED_FROM):
            known = self._undoubled.get(single)
        if known is not None:
            return known
        near = {listed for listed in self._near.to(word) if listed[0] == word[0] and word != listed + "s"}
        shortest = min(near, key=len, default=word)
        return shortest if all(listed.startswith(shortest) for listed in near) else word


def vocabulary(data: Mapping[str, Any]) -> Iterator[str]:
    """Every word of the word lists (`content/da/lexicon/answers.toml`)."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _WORD.findall(key)
            yield from vocabulary(value)
        elif isinstance(value, list):
            for phrase in value:
                yield from _WORD.findall(phrase)
        else:
            yield from _WORD.findall(key)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these, as whole words."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in longest_first) + r")(?!\w)")


class Numbers:
    """Numbers in words."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = dict(numbers)
        ones = [word for word, value in numbers.items() if 1 <= value <= 9]
        tens = [word for word, value in numbers.items() if value in range(20, 100, 10)]
        for one in ones:
            for ten in tens:
                for joined in (f"{one}og{ten}", f"{one} og {ten}", f"{ten}-{one}", f"{ten} {one}"):
                    self._numbers.setdefault(joined, numbers[one] + numbers[ten])
        self._word = any_of(self._numbers)
        self.words = frozenset(word for word in self._numbers if word.isalpha())

    def in_digits(self, text: str) -> str:
        """The text with its numbers in digits."""
        return self._word.sub(lambda found: str(self._numbers[found.group(0)]), text)
