"""Addresses with a house number, from the street to the town.

Found from the number outwards: what stands before it must be built like a street name, what follows (letter, floor,
door, postcode, town) is taken along. A street without a number and a town alone are places, not personal.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dialogs.heard import Span

_ANCHOR = re.compile(
    r"([^\W\d_]+)(\.?,?[ \u00a0]{0,2}(?:(?:nr\.?|nummer|no\.?|num)[ ]?)?)([0-9]{1,3})(?:[ ]?[-–/][ ]?[0-9]{1,3}(?!\d))?"
    r"(?:[ ]?[a-zæA-HJ-ZÆ](?![^\W_]))?(?![0-9]|[.:][0-9]|[^\W_])",
)
_GLUED_LETTER = re.compile(r"[ ]?([a-zA-Z])$")
_FLOOR = re.compile(
    r"(?:[,.;]?[ ]{0,2}(?:(?:[0-9]{1,2}|første|anden|tredje|fjerde|femte)\.?,?[ ]?(?:sal|etage)(?![^\W_])\.?|[0-9]{1,2}(?:st|nd|rd|th) floor"
    r"|(?:[0-9]{1,2}\.?|st\.?|stuen|stue|kld\.?|kl\.?|kælder(?:en)?)[ ,]{0,2}(?=t\.?[vh](?![^\W_])|mf(?![^\W_])|til [vh]|lejl|dør|venstre|højre|midtfor)"
    r"|i?[ ]?(?:stuen|stueetagen|kælderen)(?![^\W_])|(?:st|kld)\.?(?![^\W_])|[0-9]{1,2}\.(?=[ ]?[0-9]{1,3}(?![\d.])|,? ?[0-9]{4}(?!\d)|[ ]*(?:$|[\n,;]))))?"
    r"(?:[, ]{0,3}(?:t\.?[vh](?![^\W_])\.?|mf(?![^\W_])\.?|til (?:venstre|højre)|(?:venstre|højre|midt ?for)(?![^\W_])"
    r"|(?:lejl(?:ighed)?|dør|værelse|vær)\.?[ ]?(?:nr\.?[ ]?)?[0-9]{1,4}))?",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?:[ ]?[,.;\n–-])?[ \n]{0,2}(?:i )?(?:DK[- ]?)?([0-9]{4})(?!\d)", re.IGNORECASE)
_VILLAGE = re.compile(r",[ ]?[^\W\d_]{3,25}(?: [^\W\d_]{3,25})?,?(?= ?(?:DK[- ]?)?[0-9]{4} [^\W\d_])", re.IGNORECASE)
_TOWN = re.compile(r"[, ]{1,2}([^\W\d_]{2,25}(?:-[^\W\d_]{2,20})?)")
_MORE_TOWN = re.compile(r" (?:(?:[KVNØSCFMkvnøscfm]|NV|SV|NØ|SØ|Sj|OE|nv|sv)(?![^\W_])\.?)")
_TOWN_PART = re.compile(r" ([^\W\d_]{2,20})")
_NEXT_WORD = re.compile(r"[ \u00a0]?([^\W\d_]+|[%€$])")
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:[-'’.][^\W\d_]+)*)(\.?[ \u00a0-]{1,2})$")
_FOLDS = (
    str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e"}),
    str.maketrans({"æ": "a", "ø": "o", "å": "a", "é": "e"}),
)
_DEFINITE = ("en", "et", "ne")


def folded(words: Collection[str]) -> frozenset[str]:
    """The words and what becomes of them on a keyboard without æ, ø and å."""
    return frozenset({*words, *(word.translate(fold) for word in words for fold in _FOLDS)})


class Addresses:
    """Reads `content/da/lexicon/streets.toml`; `towns` and `names` are lower-case words."""

    def __init__(self, grammar: Mapping[str, Any], towns: Collection[str], names: Collection[str]) -> None:
        self._towns, self._names = folded(towns), frozenset(names)
        self._sure, self._likely = tuple(folded(grammar["sure"])), tuple(folded(grammar["likely"]))
        self._alone, self._before, self._places = (
            folded(grammar["alone"]), folded(grammar["before"]), folded(grammar["places"]),
        )  # fmt: skip
        self._none, self._units, self._rooms = (
            folded(grammar["not_streets"]), folded(grammar["units"]), folded(grammar["rooms"]),
        )  # fmt: skip
        self._no_street_names = folded(grammar["no_street_names"])
        self._home, self._links = folded(grammar["home"]), folded(grammar["home_links"])

    def find(self, text: str) -> Iterator[Span]:
        """In order, not overlapping."""
        done = 0
        for match in _ANCHOR.finditer(text):
            if match.start() < done:
                continue
            start = match.start()
            end, floor = self._house_end(text, match)
            town_end = self._town_end(text, end)
            known = self._starts(text, match, start, sure=floor or town_end is not None)
            if known is None or (town_end is None and not floor and self._counts(text, match.end())):
                continue
            done = end if town_end is None else town_end
            yield Span(known, done, "ADDRESS")

    def _house_end(self, text: str, match: re.Match[str]) -> tuple[int, bool]:
        end = match.end()
        letter = _GLUED_LETTER.search(match.group())
        if letter is not None and letter.group(1) in "iI" and match.group()[-2] == " ":
            end -= 2  # "søndergade 12 i kolding"
        floor = _FLOOR.match(text, end)
        if floor is not None and floor.end() > end and floor.group().strip(" ,.;"):
            return floor.end(), True
        return end, False

    def _town_end(self, text: str, end: int) -> int | None:
        """Where postcode and town end, or a well-known town after a comma or a space; None when there is neither."""
        village = _VILLAGE.match(text, end)
        code = _POSTCODE.match(text, end if village is None else village.end())
        if code is not None and 800 <= int(code.group(1)) <= 9990:
            after = code.end()
            town = _TOWN.match(text, after)
            if town is None or (town.group(1).lower() in self._rooms and town.group(1).lower() not in self._towns):
                return after
            return self._whole_town(text, town)
        town = _TOWN.match(text, end)
        if town is not None and town.group(1).lower() in self._towns and town.group(1).lower() not in self._units:
            return self._whole_town(text, town)
        return None

    def _whole_town(self, text: str, town: re.Match[str]) -> int:
        end = town.end(1)
        more = _MORE_TOWN.match(text, end)
        if more is not None:
            return more.end()
        part = _TOWN_PART.match(text, end)
        if part is not None and f"{town.group(1)} {part.group(1)}".lower() in self._towns:
            return part.end()
        return end

    def _counts(self, text: str, end: int) -> bool:
        after = _NEXT_WORD.match(text, end)
        return after is not None and (after.group(1).lower() in self._units or not after.group(1)[0].isalpha())

    def _starts(self, text: str, match: re.Match[str], start: int, *, sure: bool) -> int | None:
        """Where the street begins, or None when this is none. `sure`: a floor, postcode or town follows."""
        name = match.group(1)
        word, before = name.lower(), self._words_before(text, start)
        old_road = bool(before) and before[-1][1].lower() in self._before
        if word in self._rooms or (word in self._none and word not in self._alone and not old_road):
            return None
        if word in self._alone:
            return self._name_before(
                before,
                alone=sure or (not text[: before[-1][0] if before else 0].strip() and not text[match.end() :].strip()),
            )
        home = self._at_home(before)
        if _ends(word, self._sure) and (word not in self._none or old_road):
            return self._with_prefix(before, start)
        if (sure or home) and _ends(word, self._likely):
            return self._with_prefix(before, start)
        if (
            word in self._likely
            and name[0].isupper()
            and before
            and before[-1][1][0].isupper()
            and self._at_home(before[:-1])
        ):
            return self._capitals_before(before, start)
        if before and before[-1][1].lower() in self._places and (sure or home):
            preposition = before[-1]
            if word.endswith(_DEFINITE) or (name[0].isupper() and preposition[1][0].isupper()):
                named = preposition[1][0].isupper() or preposition[1].lower() not in ("på", "i", "til", "pa", "paa")
                return preposition[0] if named else start
        if sure and len(word) > 2:
            return self._capitals_before(before, start)
        return start if home and name[0].isupper() and len(word) > 3 and word not in self._towns else None

    def _words_before(self, text: str, start: int) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        at = start
        while len(found) < 6:
            match = _WORD_BEFORE.search(text[max(0, at - 30) : at])
            if match is None:
                break
            at = max(0, at - 30) + match.start()
            found.append((at, match.group(1)))
        return found[::-1]

    def _with_prefix(self, before: Sequence[tuple[int, str]], start: int) -> int:
        """The words that belong to the name: "Gl. Søndergade", "store kongensgade"."""
        for at, word in reversed(before[-2:]):
            if word.lower() not in self._before:
                break
            start = at
        return start

    def _capitals_before(self, before: Sequence[tuple[int, str]], start: int) -> int:
        """A village with its fields: "Tinglev Mark"."""
        for at, word in reversed(before[-2:]):
            low = word.lower()
            if not word[0].isupper() or low in self._home or low in self._links or low in self._rooms:
                break
            start = at
        return self._with_prefix([found for found in before if found[0] < start], start)

    def _name_before(self, before: Sequence[tuple[int, str]], *, alone: bool) -> int | None:
        """For "H.C. Andersens Vej" and "vester allé"; None when nothing before a bare "vej" could be its name.

        `alone`: what is written can hardly be anything else: a floor or a town follows, or "mølle vej 11" is all of it.
        """
        start: int | None = None
        for place, (at, word) in enumerate(reversed(before[-4:])):
            low = word.lower()
            nearest = start is None
            part_of_it = low in self._before or low in self._names or (len(low) == 1 and low != "i")
            if low in self._links or low in self._home or (word[0].islower() and low in self._no_street_names):
                break
            home = (
                nearest
                and len(low) > 3
                and low not in self._no_street_names
                and (alone or self._at_home(before[: len(before) - 1 - place]))
            )
            if not (part_of_it or home or word[0].isupper() or (nearest and len(low) > 3 and low.endswith("s"))):
                break
            start = at
        return start

    def _at_home(self, before: Sequence[tuple[int, str]]) -> bool:
        for _, word in reversed(before[-5:]):
            low = word.lower()
            if low in self._home:
                return True
            if low not in self._links and low not in self._places and low not in self._before:
                return False
        return False


def _ends(word: str, endings: tuple[str, ...]) -> bool:
    """A longer word that ends so; two letters more at least, so that "vejen" or "haven" alone are no street. Å is enough."""
    return any(word.endswith(ending) and len(word) >= len(ending) + 2 - word.startswith("å") for ending in endings)
