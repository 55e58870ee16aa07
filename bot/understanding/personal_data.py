"""What tells who somebody is, at code points of the original text: CPR, phone, mail, address, profile and name.

Public things (helplines, authorities, towns, substances, brands, well-known people) are not personal. Where the border
goes is told in `docs/understanding/personal_data.md`.
"""

import re
from collections.abc import Sequence

from bot.understanding.lexicon import read_toml
from bot.understanding.personal import spoken
from bot.understanding.personal.addresses import Addresses
from bot.understanding.personal.links import Links
from bot.understanding.personal.names import Names
from bot.understanding.personal.numbers import DIGIT, Numbers
from bot.understanding.personal.words import Words, split
from dialogs.heard import Span

_SPOKEN_AT_LEAST = 4  # words of a number that is told in words


class PersonalData:
    """Finds personal data. `public`: digits of numbers that belong to everybody."""

    def __init__(self, public: frozenset[str] | None = None) -> None:
        numbers = public if public is not None else frozenset(read_toml("da", "public_numbers")["numbers"])
        things, places = read_toml("da", "public_things"), read_toml("da", "places")
        self._words = Words()
        self._names = Names(self._words)
        self._numbers = Numbers(numbers)
        self._links = Links(frozenset(things["hosts"]), self._words.ordinary, self._words.plain, self._words.misspelt)
        self._addresses = Addresses(read_toml("da", "streets"), places["towns"], self._words.names)
        self._public_addresses = re.compile("|".join(map(re.escape, things["addresses"])), re.IGNORECASE)

    def find(self, text: str) -> tuple[Span, ...]:
        """Sorted, not overlapping spans in `text`. Cost grows with its length."""
        words = split(text)
        found = list(self._links.find(text, words))
        if DIGIT.search(text):
            found.extend(self._numbers.find(text))
            found.extend(
                span
                for span in self._addresses.find(text)
                if not self._public_addresses.match(text[span.start : span.end])
            )
        if sum(word in spoken.DIGITS for _, _, word in words) >= _SPOKEN_AT_LEAST:
            found.extend(spoken.find(text, words))
        found.extend(self._names.find(text, words, tuple(found)))
        return without_overlap(found)


def without_overlap(found: Sequence[Span]) -> tuple[Span, ...]:
    """Sorted; where two readings overlap the one listed first is kept."""
    if len(found) < 2:
        return tuple(found)
    taken = bytearray(max(span.end for span in found))
    kept: list[Span] = []
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
