"""Names that belong to everybody: well-known people, and streets, houses, saints and kings that bear a person's name."""

import re
from collections.abc import Sequence

from bot.understanding.lexicon import read_toml
from bot.understanding.personal.addresses import folded

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST_NAME = 3  # words of a name before "Gade"
Token = tuple[int, int, str]


class PublicNames:
    """Reads `public_things.toml` and `streets.toml`. `first_names`: in lower case; they are no end of a street's name."""

    def __init__(self, first_names: frozenset[str]) -> None:
        things, streets = read_toml("da", "public_things"), read_toml("da", "streets")
        self._phrases: dict[str, list[list[str]]] = {}
        for phrase in things["phrases"]:
            parts = _WORD.findall(phrase)
            self._phrases.setdefault(parts[0], []).append(parts)
        self._titles, self._things = frozenset(things["titles"]), frozenset(things["named_things"])
        self._streets, self._street_ends = folded(streets["alone"]) - first_names, tuple(folded(streets["street_ends"]))

    def places(self, text: str, tokens: Sequence[Token]) -> frozenset[int]:
        """Places of the words of such names."""
        found: set[int] = set()
        for at, (start, _, word) in enumerate(tokens):
            for parts in self._phrases.get(word, ()):
                here = [token[2] for token in tokens[at : at + len(parts)]]
                if here == parts or (here[:-1] == parts[:-1] and here[-1] in (f"{parts[-1]}s", f"{parts[-1]}'s")):
                    found.update(range(at, at + len(parts)))
            if word in self._titles:
                found.update((at, at + 1))
            if text[start].isupper() and self._named(word):
                name = self._name_before(text, tokens, at)
                found.update(name if len(name) > 1 else ())
        return frozenset(found)

    def _named(self, word: str) -> bool:
        """Whether this is the last word of a street's or a house's name: "Gade", "Hospital", "Baggesensvej"."""
        return word in self._things or word in self._streets or (len(word) > 6 and word.endswith(self._street_ends))

    def _name_before(self, text: str, tokens: Sequence[Token], at: int) -> range:
        """The capital words that end there, with nothing but spaces between: "Hans Tausens Gade"."""
        first = at
        while first > max(0, at - _LONGEST_NAME) and text[tokens[first - 1][0]].isupper():
            if (
                text[tokens[first - 1][1] : tokens[first][0]].strip(" .")
                or not text[tokens[first - 1][1] : tokens[first][0]]
            ):
                break
            first -= 1
        return range(first, at + 1)
