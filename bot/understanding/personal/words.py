"""The words of a message, and what the name and word lists say about each."""

import re
from collections.abc import Iterable

from bot.understanding.lexicon import read_toml
from bot.understanding.personal.addresses import folded
from bot.understanding.personal.shapes import Shapes

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ENDINGS = (
    *(
        "erne",
        "ene",
        "ens",
        "ets",
        "ede",
        "ede",
        "ende",
        "est",
        "ere",
        "en",
        "et",
        "er",
        "te",
        "ne",
        "es",
        "e",
        "t",
        "s",
        "r",
        "n",
    ),
    *("ing", "ed", "ly"),
)
_SHORTEST_STEM, _SHORTEST_COMPOUND, _LONGEST = 4, 8, 40
FIRST_NAMES = ("women", "men", "from_elsewhere", "short")
SURNAMES = ("danish", "from_elsewhere")


def split(text: str) -> list[tuple[int, int, str]]:
    """Start, end and lower-case form of each word."""
    return [(match.start(), match.end(), match.group().lower()) for match in _WORD.finditer(text)]


def _listed(table: dict[str, str], groups: Iterable[str], ordinary: frozenset[str]) -> frozenset[str]:
    """The names, and what becomes of them without æ, ø and å unless that is a word ("André" is no "andre")."""
    names = frozenset(name for group in groups for name in table[group].split())
    return names | (folded(names) - ordinary)


class Words:
    """Reads the lists. Every question is asked with a lower-case word."""

    def __init__(self) -> None:
        first, last = dict(read_toml("da", "first_names")), dict(read_toml("da", "surnames"))
        self.known = folded(read_toml("da", "ordinary_words")["words"].split())
        self.first = _listed(first, FIRST_NAMES, self.known)
        self.last = _listed(last, SURNAMES, self.known)
        self.names = self.first | self.last
        self.also_words = folded([*first["also_words"], *last["also_words"]])
        self.rather_words = folded(first["rather_words"])
        self.commonest = frozenset(first["commonest_words"])
        self.shapes = Shapes(self.known, self.first)
        things, places = read_toml("da", "public_things"), read_toml("da", "places")
        substances = read_toml("da", "substances")["substances"]
        named = {word for name in (*places["towns"], *places["regions"]) for word in name.split()}
        self.public = folded({*things["words"], *named, *(word for words in substances.values() for word in words)})

    def plain(self, word: str) -> bool:
        """Whether this is an ordinary word, as listed, inflected or put together, and not a name."""
        return word not in self.names and self.is_known(word)

    def misspelt(self, word: str) -> bool:
        """Whether this is one slip of the pen from a listed word."""
        return "w" in self.shapes.slip(word)

    def is_known(self, word: str) -> bool:
        """Whether this is a listed word, one inflected, or one put together of two ("vodkaflasken")."""
        return self.is_inflected(word) or (_SHORTEST_COMPOUND <= len(word) <= _LONGEST and self._compound(word))

    def is_inflected(self, word: str) -> bool:
        """Whether this is a listed word or a form of one."""
        if word in self.known:
            return True
        if not _SHORTEST_STEM < len(word) <= _LONGEST:
            return False
        for ending in _ENDINGS:
            if word.endswith(ending):
                stem = word[: -len(ending)]
                if len(stem) >= _SHORTEST_STEM and (stem in self.known or f"{stem}e" in self.known):
                    return True
        return False

    def _compound(self, word: str) -> bool:
        for at in range(_SHORTEST_STEM - 1, len(word) - _SHORTEST_STEM + 1):
            if word[at:] in self.known and (word[:at] in self.known or word[: at - 1] in self.known):
                return True
        return False

    def ordinary(self, word: str) -> bool:
        """Whether this is a word, a public thing or a name. Profile names are put together of words, so no compounds."""
        return self.is_inflected(word) or word in self.public or word in self.names
