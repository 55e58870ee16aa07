"""What the words of a message are about, slips of the pen allowed for: tables in `content/da/lexicon`."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bot.understanding.lexicon import LETTERS_FOR_ONE, Phrases, add_phrase, read_toml
from bot.understanding.spelling import LONGEST, Near

_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_BARE = str.maketrans({"æ": "a", "ø": "o", "å": "a"})
_SHORTEST_PART = 3


def everything() -> "Concepts":
    """What words of wishes are about (`concepts.toml`), and words where danger is judged (`danger.toml`)."""
    listed: dict[str, Sequence[str]] = dict(read_toml("da", "concepts")["concepts"])
    tables: Mapping[str, Mapping[str, str]] = read_toml("da", "danger")
    for group, table in tables.items():
        listed.update({f"{group}.{name}": _entries(text) for name, text in table.items()})
    return Concepts(listed)


def _entries(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split(",")]


class Concepts:
    """Words, beginnings (`word*`), endings (`*word`) and phrases by concept."""

    def __init__(self, listed: Mapping[str, Sequence[str]]) -> None:
        self.names = tuple(listed)
        self._plain = frozenset(read_toml("da", "concepts")["plain"]["words"])
        self._words: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        self._phrases: Phrases[str] = {}
        for concept, entries in listed.items():
            for entry in entries:
                self._add(concept, entry)
        self._near = Near({**self._stems, **self._words}, LETTERS_FOR_ONE)

    def _add(self, concept: str, entry: str) -> None:
        for spelled in sorted({entry, entry.translate(_FOLDS), entry.translate(_BARE)}):
            if " " in entry:
                add_phrase(self._phrases, spelled.split(), concept)
                continue
            table = self._ends if entry[0] == "*" else self._stems if entry[-1] == "*" else self._words
            found = table.setdefault(spelled.strip("*"), [])
            if concept not in found:
                found.append(concept)

    def phrases(self, words: list[str]) -> list[str]:
        """The concepts of the phrases in a message, in their order."""
        found: list[str] = []
        begun_with = self._phrases.get
        for index, (word, following) in enumerate(pairwise(words)):
            begun = begun_with(word)
            if begun is not None:
                for phrase, concept in begun.after(following):
                    if words[index : index + len(phrase)] == phrase:
                        found.append(concept)
        return found

    def of(self, word: str) -> Iterable[str]:
        """The concepts of a word by itself, or of the listed word that it is one slip away from."""
        found = [*self._words.get(word, ())]
        longest = min(len(word), LONGEST)
        for length in range(longest, _SHORTEST_PART - 1, -1):
            found += self._stems.get(word[:length], ())
            found += self._ends.get(word[-length:], ())
        return dict.fromkeys(found) if found else self._misspelt(word)

    def _misspelt(self, word: str) -> Iterable[str]:
        if not word.isalpha() or word in self._plain:
            return ()
        near = next(self._near.to(word), None)
        return () if near is None else self._words.get(near) or self._stems[near]
