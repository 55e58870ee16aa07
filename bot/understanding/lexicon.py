"""A language's crisis words, read from `content/<language>/lexicon/crisis.toml` and made quick to look up.

A word of a message becomes its canonical spelling plus the classes it belongs to. Misspellings are found by the
"symmetric delete" idea: a listed word and a typo are neighbours when they agree after deleting a letter or two, so
a look-up is a handful of dictionary reads and never a scan of the lexicon.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

LETTERS_FOR_ONE = 5  # a word this long may have one letter wrong
LETTERS_FOR_TWO = 8  # and this long two; denmark.md 7.3.9
LETTERS_OF_A_COMPOUND = 4  # what is shorter is not written in two
LONGEST_WORD = 28  # beyond this a word is noise, not a misspelling
PHRASE = "="  # before a phrase's name: nobody's "call" may be taken for the phrases named "call"

T = TypeVar("T")
SHORT_FOLDS = str.maketrans({"æ": "a", "ø": "o", "å": "a"})
LONG_FOLDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
DIGIT_LETTERS = str.maketrans("0134578@$", "oieastbas")


@cache
def read_toml(language: str, name: str) -> Mapping[str, Any]:
    """One lexicon file. Raises FileNotFoundError when the package has no such file: a broken installation."""
    text = files("content").joinpath(language, "lexicon", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def deletes(word: str, count: int) -> Iterable[str]:
    """The word with up to `count` letters taken out, itself first."""
    yield word
    if count == 0:
        return
    once = [word[:place] + word[place + 1 :] for place in range(len(word))]
    yield from once
    if count > 1:
        for place, shorter in enumerate(once):
            for next_place in range(place, len(shorter)):
                yield shorter[:next_place] + shorter[next_place + 1 :]


def distance(a: str, b: str, limit: int) -> int:
    """Edit distance with neighbouring letters swapped counted as one; anything above `limit` is `limit + 1`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _allowed(length: int) -> int:
    return 2 if length >= LETTERS_FOR_TWO else 1 if length >= LETTERS_FOR_ONE else 0


class Begun(Generic[T]):
    """The phrases that begin with one word, by their second: of the hundreds after "jeg" a message may have a few."""

    def __init__(self) -> None:
        self._alone: list[tuple[list[str], T]] = []
        self._by_second: dict[str, list[tuple[list[str], T]]] = {}

    def add(self, words: list[str], what: T) -> None:
        """Add a phrase; those added first are found first, but for a phrase of one word: it comes last."""
        (self._alone if len(words) == 1 else self._by_second.setdefault(words[1], [])).append((words, what))

    def after(self, second: str) -> list[tuple[list[str], T]]:
        """Those that may go on with this word."""
        found = self._by_second.get(second)
        return self._alone if found is None else found + self._alone


Phrases = dict[str, Begun[T]]
"""Phrases by their first word."""


def add_phrase(phrases: Phrases[T], words: list[str], what: T) -> None:
    """Add one."""
    phrases.setdefault(words[0], Begun()).add(words, what)


def token_of(word: str, tags: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A word of a `Reading`: as it stands in the line, and what makes a pattern possible."""
    shown = f" {word}:{':'.join(tags)}:" if tags else f" {word}:"
    return shown, (word, *(f"{{{tag}}}" for tag in tags))


class Lexicon:
    """Words, classes and phrases of one language."""

    def __init__(
        self,
        language: str,
        data: Mapping[str, Any] | None = None,
        literals: Iterable[str] = (),
        sparing: Iterable[str] = (),
    ) -> None:
        """`literals` are read in their misspellings too; `sparing` only as they stand."""
        if data is None:
            data = read_toml(language, "crisis")
            if language == "da":
                data = {**data, "lookalikes": read_toml("da", "lookalikes")}
        self.language = language
        self._spelling: dict[str, str] = dict(data.get("spelling", {}))
        self.tags: dict[str, tuple[str, ...]] = {}
        classes: dict[str, list[str]] = data["classes"]
        for name, listed in classes.items():
            for word in listed:
                known = self.tags.get(word, ())
                if name not in known:
                    self.tags[word] = (*known, name)
        self.phrases: Phrases[str] = {}
        listed_phrases: list[tuple[list[str], str]] = []
        self._glued: dict[str, tuple[str, ...]] = {}
        phrase_words: set[str] = set()
        for words, names in self._phrases_of(data).items():
            name = PHRASE + "+".join(names)
            self.tags[name] = tuple(dict.fromkeys(tag for key in names for tag in (key, *self.tags.get(key, ()))))
            phrase_words.update(words)
            listed_phrases.append((list(words), name))
            if len(words) > 1 and len("".join(words)) >= LETTERS_FOR_TWO:
                self._glued.setdefault("".join(words), words)
        for phrase, name in sorted(listed_phrases, key=lambda item: -len(item[0])):
            add_phrase(self.phrases, phrase, name)
        # real words that lie a letter or two from a crisis word; see the file's head
        literals = {word for word in literals if word.isalpha()}
        self._known = {
            *self.tags,
            *phrase_words,
            *literals,
            *(word for word in sparing if word.isalpha()),
            *self._spelling,
            *data.get("lookalikes", {}).get("words", ()),
        }
        tolerant = {word for name in data["tolerant"]["classes"] for word in classes[name]}
        self._two_wrong = {word for name in data["tolerant"]["two_letters"] for word in classes[name]}
        self._two_wrong_starts = frozenset(word[0] for word in self._two_wrong if len(word) >= LETTERS_FOR_TWO)
        vocabulary = sorted({*self.tags, *phrase_words, *literals})
        self._index_folds(vocabulary)
        self._undoubled: dict[str, str] = {}
        for word in vocabulary:
            if len(word) >= 3 and word.isalpha():
                self._undoubled.setdefault(undoubled(word), word)
        self._near: dict[str, list[str]] = {}
        in_danger = {
            w
            for name, found in data["phrases"].items()
            if name not in data["tolerant"]["exact_phrases"]
            for p in found
            for w in p.split()
        }
        for word in sorted(tolerant | {w for w in (*in_danger, *literals) if len(w) >= LETTERS_FOR_ONE}):
            if len(word) >= LETTERS_FOR_ONE and "_" not in word:
                for key in set(deletes(word, self._may_miss(word))):
                    self._near.setdefault(key, []).append(word)
        # compounds that people split: only words of danger, never short everyday ones
        self.compounds = frozenset(w for w in tolerant if len(w) >= LETTERS_FOR_ONE + 1)
        self._compound_starts = frozenset(w[:2] for w in self.compounds)
        joinable = {*self.compounds, *(tag for tag in self.tags if len(tag) >= LETTERS_OF_A_COMPOUND)}
        self._beginnings = frozenset(word[:end] for word in joinable for end in range(2, len(word) + 1))
        self.tokens = {word: token_of(word, tags) for word, tags in self.tags.items()}
        # what most words of most messages are: how each is written, at one look
        self.spelt = {word: (word,) for word in self._known} | {
            word: tuple(spelling.split()) for word, spelling in self._spelling.items()
        }
        for word in [word for word in self.spelt if "-" in word]:
            del self.spelt[word]  # it may be a split compound

    def _phrases_of(self, data: Mapping[str, Any]) -> dict[tuple[str, ...], list[str]]:
        """Every phrase, in its inverted forms too, with the names it goes by (a phrase may be listed twice)."""
        inversion: Mapping[str, list[str]] = data.get("inversion", {})
        found: dict[tuple[str, ...], list[str]] = {}
        for name, phrases in data["phrases"].items():
            for phrase in phrases:
                first, *rest = (self._spelling.get(word, word) for word in phrase.split())
                forms = [(first, *rest)]
                if first.endswith("r"):  # the present tense
                    forms.extend((first, *insert.split(), *rest) for insert in inversion.get(name, ()))
                for form in forms:
                    names = found.setdefault(form, [])
                    if name not in names:
                        names.append(name)
        return found

    def _may_miss(self, word: str) -> int:
        """How many letters of a listed word may be wrong."""
        return min(_allowed(len(word)), 2 if word in self._two_wrong else 1)

    def _index_folds(self, words: list[str]) -> None:
        """Forms without æøå lead to the listed word, unless they are words themselves."""
        for word in words:
            for fold in (word.translate(LONG_FOLDS), word.translate(SHORT_FOLDS)):
                long_enough = len(word) >= LETTERS_FOR_ONE or fold != word.translate(SHORT_FOLDS)
                if fold != word and long_enough and fold not in self._known:
                    self._spelling.setdefault(fold, word)

    def remember(self, words: Iterable[str]) -> None:
        """Looks the product's own words up beforehand: what most messages are made of costs one look then."""
        for word in words:
            if word.isalpha() and word not in self.spelt:
                self.spelt[word] = self.canonical(word)

    def canonical(self, word: str) -> tuple[str, ...]:
        """The word as the rules know it: usually one word, two or more when it was written together."""
        direct = self._spelling.get(word)
        if direct is not None:
            return tuple(direct.split())
        if word in self._known:
            return (word,)
        length = len(word)
        if length > LONGEST_WORD or length < 3:
            return (word,)
        tried = word.translate(DIGIT_LETTERS) if not word.isalpha() and word[:1].isalnum() and length > 4 else word
        tried = _squeezed(tried)
        if tried != word and (tried in self._known or tried in self._spelling):
            return tuple(self._spelling.get(tried, tried).split())
        glued = self._glued.get(word)
        if glued is not None:
            return glued
        if not any(letter.isalpha() for letter in word):
            return (word,)
        doubled = self._undoubled.get(undoubled(tried))
        if doubled is not None and abs(len(doubled) - length) <= 2:
            return tuple(self._spelling.get(doubled, doubled).split())
        near = self._nearest(tried) if length >= LETTERS_FOR_ONE - 1 else None
        return (near,) if near is not None else (word,)

    def may_begin(self, word: str, following: str) -> bool:
        """Whether `compound` can find anything that begins with these two. Cheap, and nearly always no."""
        return word + following in self._beginnings or (word not in self._known and following not in self._known)

    def compound(self, pieces: list[str]) -> str | None:
        """The word of danger that these pieces make when written together, if they make one."""
        joined = "".join(pieces)
        if joined in self.compounds:
            return joined
        if joined in self.tags and len(joined) >= LETTERS_OF_A_COMPOUND:
            strange = sum(1 for piece in pieces if piece not in self._known)
            if strange == len(pieces) or (strange and len(joined) > LETTERS_FOR_ONE):
                return joined
        # a misspelt compound is joined only when no piece means something by itself
        if (
            not LETTERS_FOR_TWO < len(joined) <= LONGEST_WORD
            or not joined.isalpha()
            or not self._known.isdisjoint(pieces)
        ):
            return None
        direct = self._spelling.get(joined)
        if direct is None and joined[:2] in self._compound_starts:
            direct = self._nearest(joined)
        return direct if direct in self.compounds else None

    def _nearest(self, word: str) -> str | None:
        best: str | None = None
        nearest = 3
        # four letters may be a word of five with one lost, nothing else
        allowed = max(1, _allowed(len(word)))
        if allowed == 2 and word[0] not in self._two_wrong_starts:
            allowed = 1  # most words end here: looking for two wrong letters costs five times as much
        for key in deletes(word, allowed):
            for candidate in self._near.get(key, ()):
                # the shorter of the two decides: "dødes" must not become a longer word by two letters
                limit = min(allowed, self._may_miss(candidate))
                if candidate[0] != word[0] and limit < 2:
                    continue  # a wrong first letter in a short word is usually another word
                apart = distance(word, candidate, limit)
                if apart <= limit and apart < nearest:
                    best, nearest = candidate, apart
        return best


def undoubled(word: str) -> str:
    """Each run of one letter written once: two spellings that differ by a doubled letter become the same."""
    return "".join(letter for index, letter in enumerate(word) if index == 0 or word[index - 1] != letter)


def _squeezed(word: str) -> str:
    """Letters written three times or more, written once: "hjææælp"."""
    kept: list[str] = []
    for index, letter in enumerate(word):
        run = index >= 2 and word[index - 1] == letter and word[index - 2] == letter
        if run or (index >= 1 and word[index - 1] == letter and word[index + 1 : index + 2] == letter):
            continue
        kept.append(letter)
    return "".join(kept)
