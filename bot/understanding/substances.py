"""Slang to substance. A word that may mean something harmless counts only by the words beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.understanding.lexicon import DIGIT_LETTERS, LONG_FOLDS, SHORT_FOLDS, read_toml
from bot.understanding.spelling import Near

_WINDOW = 5
_TYPOS_FROM = 6
"""Letters from which a name may have one wrong: "tramadoll", "kokian"."""
_LINKS = frozenset(("og", "eller", "plus", "&", ",", "and", "or"))
_NO_SIGN = ("alcohol", "nicotine")
_VOWELS = "aeiouyæøå"
_ENDINGS = ("en", "et", "er", "erne", "ene", "ne", "n", "s")
_ENDED_FROM, _FOLDED_FROM, _COMPOUND_FROM = 4, 3, 4
"""Letters from which a name is known by its endings, without its æøå, and as the beginning of a compound."""


class _Beside:
    """Words that stand within a few words of another."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._whole = frozenset(word for word in listed if not word.endswith("*"))
        self._stems = tuple(word.removesuffix("*") for word in listed if word.endswith("*"))

    def stands(self, words: Sequence[str], at: int) -> bool:
        around = [*words[max(0, at - _WINDOW) : at], *words[at + 1 : at + 1 + _WINDOW]]
        return any(word in self._whole or word.startswith(self._stems) for word in around)


class _Told:
    """Words of one substance that need others beside them."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.words = frozenset(table["words"])
        self._beside, self._never = _Beside(table["beside"]), _Beside(table["never"])
        self._somebody = frozenset(table.get("somebody", ()))

    def is_meant(self, words: Sequence[str], at: int, *, joined: bool) -> bool:
        """`joined`: to a word that surely is a drug."""
        return (
            (joined or self._beside.stands(words, at))
            and not self._never.stands(words, at)
            and self._somebody.isdisjoint((*words[at + 1 : at + 2], " ".join(words[at + 1 : at + 3])))
        )


class Substances:
    """Finds which substances a message names, by their ids (`content/da/lexicon/substances.toml`)."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "substances") if data is None else data
        listed: dict[str, str] = {phrase: name for name, phrases in data["substances"].items() for phrase in phrases}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, name in listed.items():
            first, *rest = phrase.split()
            if rest:
                self._phrases.setdefault(first, []).append((tuple(rest), name))
        self._names: dict[str, str] = {phrase: name for phrase, name in listed.items() if " " not in phrase}
        self._told = [
            (name, _Told(table))
            for name, tables in data["told_by_context"].items()
            for table in (tables if isinstance(tables, list) else [tables])
        ]
        self._ambiguous = frozenset(word for _, told in self._told for word in told.words)
        harmless = data["harmless"]
        self._plain = frozenset(harmless["never"])
        self._ordinary = frozenset(read_toml("da", "ordinary_words")["words"].split())
        self._harmless = {word: _Beside(row["beside"]) for row in harmless["words"] for word in row["words"]}
        self._stems: dict[str, str] = {stem: name for name, stems in data["stems"].items() for stem in stems}
        self._stem_begins = tuple(self._stems)
        known = {*self._names, *self._ambiguous}
        self._forms = {
            form: word for word in known for form in _forms(word) if form not in known and form not in self._plain
        }
        self._near = Near(self._names, _TYPOS_FROM)

    def find(self, words: Sequence[str]) -> tuple[str, ...]:
        """The substances, in the order they are named. `words`: of the normalised message."""
        usual = [piece for word in words for piece in self._pieces(word)]
        found: dict[str, None] = {}
        at = 0
        while at < len(usual):
            phrase = self._phrase(usual, at)
            if phrase is None:
                found.update(dict.fromkeys(self._named(usual, at)))
                at += 1
            else:
                length, name = phrase
                found[name] = None
                at += length
        return tuple(found)

    def _pieces(self, word: str) -> Iterable[str]:
        """A word as it is listed; of one with a hyphen that is not listed, its pieces."""
        if word in self._names or word in self._ambiguous:
            return (word,)
        form = self._forms.get(word)
        if form is not None:
            return (form,)
        if "-" in word:
            return [self._forms.get(piece, piece) for piece in word.split("-")]
        if not word.isalpha() and len(word) >= _TYPOS_FROM:
            return (word.translate(DIGIT_LETTERS),)
        return (word,)

    def _phrase(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        for rest, name in self._phrases.get(words[at], ()):
            if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                return 1 + len(rest), name
        return None

    def _named(self, words: Sequence[str], at: int) -> Iterator[str]:
        word = words[at]
        name = self._names.get(word)
        if name is None and word in self._ambiguous:
            joined = self._joined(words, at)
            yield from (
                name for name, told in self._told if word in told.words and told.is_meant(words, at, joined=joined)
            )
            return
        if name is None:
            name = self._compound(word) or self._misspelt(word)
        if name is not None and not (word in self._harmless and self._harmless[word].stands(words, at)):
            yield name

    def _joined(self, words: Sequence[str], at: int) -> bool:
        """Whether a drug is named with this word: "keta og emma". A drink beside somebody tells nothing."""
        pairs = [(words[at - 1], words[at - 2])] if at > 1 else []
        if at + 2 < len(words):
            pairs.append((words[at + 1], words[at + 2]))
        return any(link in _LINKS and self._names.get(other, _NO_SIGN[0]) not in _NO_SIGN for link, other in pairs)

    def _compound(self, word: str) -> str | None:
        if len(word) < _COMPOUND_FROM or word in self._plain or not word.startswith(self._stem_begins):
            return None
        return next(name for stem, name in self._stems.items() if word.startswith(stem))

    def _misspelt(self, word: str) -> str | None:
        if len(word) < _TYPOS_FROM or word in self._plain or word in self._ordinary:
            return None
        return next((self._names[known] for known in self._near.to(word) if known[0] == word[0]), None)


def _forms(word: str) -> Iterator[str]:
    """The word without æøå and with the endings a noun may have."""
    for fold in (word.translate(LONG_FOLDS), word.translate(SHORT_FOLDS)):
        if len(fold) >= _FOLDED_FROM:
            yield fold
    if len(word) >= _ENDED_FROM and word.replace("-", "").isalpha():
        yield from (word + ending for ending in _ENDINGS)
        yield from (word + word[-1] + ending for ending in _ENDINGS if word[-1] not in _VOWELS)
