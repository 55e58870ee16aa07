"""Unknown words as the known ones that were meant: a letter too many, too few, wrong, or in the wrong place."""

from collections.abc import Iterable, Sequence

from bot.understanding.lexicon import deletes, distance

_SHORTEST, _LONGEST = 5, 24


class Spelling:
    """`known`: words worth being found, the commoner first; `plain`: all other real words, which are left alone."""

    def __init__(self, known: Iterable[str], plain: Iterable[str] = ()) -> None:
        self._known = dict.fromkeys(known)
        self._plain = frozenset(plain)
        self._near: dict[str, list[str]] = {}
        for word in self._known:
            if len(word) >= _SHORTEST:
                for shorter in deletes(word, 1):
                    self._near.setdefault(shorter, []).append(word)

    def corrected(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one replaced by a known one that lies one slip away."""
        return [word if word in self._known or word in self._plain else self._meant(word) for word in words]

    def _meant(self, word: str) -> str:
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return word
        for shorter in deletes(word, 1):
            for known in self._near.get(shorter, ()):
                if distance(word, known, 1) == 1:
                    return known
        return word
