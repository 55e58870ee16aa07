"""What the words of a message are about, slips of the pen allowed for: `content/da/lexicon/concepts.toml`."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from bot.understanding.lexicon import LETTERS_FOR_ONE, Phrases, add_phrase, deletes, distance, read_toml

_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
_BARE = str.maketrans({"æ": "a", "ø": "o", "å": "a"})
_LONGEST = 24
_SHORTEST_STEM = 3
_MOST_PAIRED = 12


class Concepts:
    """Words, stems and phrases by concept."""

    def __init__(self, listed: Mapping[str, Sequence[str]] | None = None, known: Iterable[str] = ()) -> None:
        """`known`: words whose concepts are looked up beforehand, as most messages are made of them."""
        table = read_toml("da", "concepts")
        listed = table["concepts"] if listed is None else listed
        self._plain = frozenset(table["plain"]["words"])
        self._words: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._phrases: Phrases[str] = {}
        self._near: dict[str, list[str]] = {}
        for concept, entries in listed.items():
            for entry in entries:
                self._add(concept, entry)
        for word in {**self._stems, **self._words}:
            if len(word) >= LETTERS_FOR_ONE:
                for shorter in deletes(word, 1):
                    self._near.setdefault(shorter, []).append(word)

        self._kept = {word: tuple(self._of(word)) for word in known}

    def _add(self, concept: str, entry: str) -> None:
        if " " in entry:
            for words in {entry, entry.translate(_FOLDS), entry.translate(_BARE)}:
                add_phrase(self._phrases, words.split(), concept)
            return
        table = self._stems if entry.endswith("*") else self._words
        word = entry.removesuffix("*")
        for spelled in {word, word.translate(_FOLDS), word.translate(_BARE)}:
            if concept not in table.setdefault(spelled, []):
                table[spelled].append(concept)

    def marks(self, words: Sequence[str]) -> list[str]:
        """The concepts of a message; each two of them; which follows which; how long it is, and how it begins."""
        placed = self._placed(words)
        found = list(dict.fromkeys(concept for concepts in placed for concept in concepts))
        pairs = [f"{one}+{other}" for one, other in combinations(sorted(found[:_MOST_PAIRED]), 2)]
        follows = {f"{one}>{other}" for before, after in pairwise(placed) for one in before for other in after}
        first = [f"first {words[0]}"] if words else []
        return [*(found or ["nothing"]), *pairs, *sorted(follows), f"words{min(len(words), 8)}", *first]

    def _placed(self, words: Sequence[str]) -> list[list[str]]:
        """The concepts of each word that has any; a phrase's stand at its first word."""
        placed: list[list[str]] = []
        for index, word in enumerate(words):
            kept = self._kept.get(word)
            concepts = list(self._of(word) if kept is None else kept)
            begun = self._phrases.get(word)
            if begun is not None:
                concepts += [
                    concept
                    for phrase, concept in begun.after(words[index + 1] if index + 1 < len(words) else "")
                    if list(words[index : index + len(phrase)]) == phrase
                ]
            if concepts:
                placed.append(list(dict.fromkeys(concepts)))
        return placed

    def _of(self, word: str) -> Iterable[str]:
        exact = self._words.get(word)
        stems = [
            concept
            for end in range(min(len(word), _LONGEST), _SHORTEST_STEM - 1, -1)
            for concept in self._stems.get(word[:end], ())
        ]
        if exact is not None or stems:
            return [*(exact or ()), *stems]
        return self._misspelt(word)

    def _misspelt(self, word: str) -> Iterable[str]:
        if not LETTERS_FOR_ONE <= len(word) <= _LONGEST or not word.isalpha() or word in self._plain:
            return ()
        for shorter in deletes(word, 1):
            for known in self._near.get(shorter, ()):
                if distance(word, known, 1) == 1:
                    return self._words.get(known) or self._stems[known]
        return ()
