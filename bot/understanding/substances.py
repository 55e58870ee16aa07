"""Slang to substance. A word that may mean something harmless counts only by the words beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.understanding.lexicon import read_toml
from bot.understanding.spelling import Near

_WINDOW = 5
_TYPOS_FROM = 7
"""Letters from which a name may have one wrong: "tramadoll", "kokian"."""


class _Told:
    """Words of one substance that need others beside them."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.words = frozenset(table["words"])
        self._beside = _split(table["beside"])
        self._never = _split(table["never"])

    def is_meant(self, words: Sequence[str], at: int) -> bool:
        around = [*words[max(0, at - _WINDOW) : at], *words[at + 1 : at + 1 + _WINDOW]]
        return not _any(around, *self._never) and (_any(around, *self._beside))


class Substances:
    """Finds which substances a message names, by their ids (`content/da/lexicon/substances.toml`)."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "substances") if data is None else data
        self._names: dict[str, str] = {word: name for name, words in data["substances"].items() for word in words}
        self._near = Near(self._names, _TYPOS_FROM)
        self._told = {name: _Told(table) for name, table in data["told_by_context"].items()}
        self._ambiguous = frozenset(word for told in self._told.values() for word in told.words)

    def find(self, words: Sequence[str]) -> tuple[str, ...]:
        """The substances, in the order they are named. `words`: of the normalised message."""
        found: dict[str, None] = {}
        for at, word in enumerate(words):
            name = self._names.get(word)
            if name is not None:
                found[name] = None
            elif word in self._ambiguous:
                found.update(
                    {name: None for name, told in self._told.items() if word in told.words and told.is_meant(words, at)}
                )
            elif (name := self._misspelt(word)) is not None:
                found[name] = None
        return tuple(found)

    def _misspelt(self, word: str) -> str | None:
        if len(word) < _TYPOS_FROM:
            return None
        return next((self._names[known] for known in self._near.to(word) if known[0] == word[0]), None)


def _split(listed: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    whole = frozenset(word for word in listed if not word.endswith("*"))
    return whole, tuple(word.removesuffix("*") for word in listed if word.endswith("*"))


def _any(around: Sequence[str], whole: frozenset[str], stems: tuple[str, ...]) -> bool:
    return any(word in whole or word.startswith(stems) for word in around)
