"""Unknown words as the known ones that were meant: a letter too many, too few, wrong, or in the wrong place."""

from collections.abc import Iterable, Iterator, Sequence

from bot.understanding.lexicon import deletes, distance

_SHORTEST, LONGEST = 5, 24


class Near:
    """Finds the listed words that are one slip of the pen away: those with as many letters as `shortest`, or more."""

    def __init__(self, words: Iterable[str], shortest: int) -> None:
        self._shortest = shortest
        self._near: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= shortest:
                for shorter in deletes(word, 1):
                    self._near.setdefault(shorter, []).append(word)

    def to(self, word: str) -> Iterator[str]:
        """Those near a word that is not listed itself; the one listed first comes first."""
        if not self._shortest <= len(word) <= LONGEST:
            return
        for shorter in deletes(word, 1):
            for listed in self._near.get(shorter, ()):
                if distance(word, listed, 1) == 1:
                    yield listed


class Spelling:
    """`known`: words worth being found, the commoner first; `plain`: all other real words, which are left alone."""

    def __init__(self, known: Iterable[str], plain: Iterable[str] = ()) -> None:
        self._known = dict.fromkeys(known)
        self._plain = frozenset(plain)
        self._near = Near(self._known, _SHORTEST)

    def corrected(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one replaced by a known one that lies one slip away."""
        return [word if word in self._known or word in self._plain else self._meant(word) for word in words]

    def _meant(self, word: str) -> str:
        return next(self._near.to(word), word) if word.isalpha() else word
