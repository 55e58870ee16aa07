"""The words of a message, and what the name and word lists say about each."""

import re
from collections.abc import Iterable

from bot.understanding.lexicon import read_toml
from bot.understanding.personal.addresses import folded

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
FIRST_NAMES = ("women", "men", "from_elsewhere", "short")
SURNAMES = ("danish", "from_elsewhere")


def split(text: str) -> list[tuple[int, int, str]]:
    """Start, end and lower-case form of each word."""
    return [(match.start(), match.end(), match.group().lower()) for match in _WORD.finditer(text)]


def _listed(table: dict[str, str], groups: Iterable[str]) -> frozenset[str]:
    return folded([name for group in groups for name in table[group].split()])


class Words:
    """Reads the lists. Every question is asked with a lower-case word."""

    def __init__(self) -> None:
        first, last = dict(read_toml("da", "first_names")), dict(read_toml("da", "surnames"))
        self.first = _listed(first, FIRST_NAMES)
        self.last = _listed(last, SURNAMES)
        self.names = self.first | self.last
        self.also_words = folded([*first["also_words"], *last["also_words"]])
        self.rather_words = folded(first["rather_words"])
        things, places = read_toml("da", "public_things"), read_toml("da", "places")
        substances = read_toml("da", "substances")["substances"]
        named = {word for name in (*places["towns"], *places["regions"]) for word in name.split()}
        self.public = folded({*things["words"], *named, *(word for words in substances.values() for word in words)})
        self.known: frozenset[str] = frozenset()

    def ordinary(self, word: str) -> bool:
        """Whether this is a word, a public thing or a name: no made-up profile name."""
        return word in self.known or word in self.public or word in self.names
