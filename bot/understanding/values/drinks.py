"""Drinks in genstande, by the 12 g rule: a number or an honest range. Unclear is None."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.understanding.values.plain import Numbers, any_of
from dialogs.heard import Range

GRAMS_PER_UNIT = 12.0  # one genstand, Sundhedsstyrelsen; denmark.md 4.1
_GRAMS_PER_ML = 0.789  # ethanol
_MOST = 200
_MOST_KINDS = 5
_ABOUT_FROM = 4
"""From this number "en fem" is about five; "en to" is one or two."""

_NUMBER = r"\d+(?:[.,]\d+)?"
_SIZE = re.compile(rf"(?:\ba |\bá )?(?:({_NUMBER})|(?:1 )?(halve?|halvt)|(halvanden)) ?(cl|dl|ml|l|liters?)\b")
_ML = {"ml": 1.0, "cl": 10.0, "dl": 100.0}
_STRENGTH = re.compile(rf"({_NUMBER}) ?(?:%|procent)")
_PAIR = re.compile(rf"({_NUMBER}) ?(?:-|–|til|to|eller|or| ) ?({_NUMBER})")
_AND_A_HALF = re.compile(rf"({_NUMBER}) (?:og )?(?:1 )?halvt?")
_BETWEEN = re.compile(r"\b(?:mellem|between) (\w+) (?:og|and) (\w+)")
_PARTED = re.compile(r" og (?!et halv|en halv|tonic|cola)| and | samt | plus | \+ |, ")
_OCCASION = re.compile(
    r" (?:på|til|om|i) (?:en |et )?(?:god |almindelig |typisk |normal |stor )?"
    r"(?:aften|dag|fest|fester|byen|bytur|gang|nat|(?:fre|lør)dag(?:en)?)$| (?:ad gangen|hver gang|hver aften)$"
)
_FILLER = re.compile(
    r"\b(?:ca|cirka|omkring|vel|nok|jeg drikker|drikker|drak|jeg|det er|sådan|om dagen|dagligt|hver dag|stk|stykker"
    r"|styk|glas|normalt|typisk|som regel|about|around|hel[et]?|enkelte?|på|a day|af|á|å|a la|almindelige?|alm|normale?"
    r"|kolde?|ganske|kun|bare|i alt|et sted)\b"
)
_PART_OF_ONE = {
    **dict.fromkeys(("1 halv", "halv", "1 halvt", "halvt", "half a", "half", "1 half", "a half"), 0.5),
    **dict.fromkeys(("1 kvart", "kvart", "a quarter", "1 fjerdedel"), 0.25),
    **dict.fromkeys(("3 kvart", "3 fjerdedele"), 0.75),
    **dict.fromkeys(("a", "an"), 1.0),
    "halvanden": 1.5,
}
_A_FEW = frozenset(("1 par", "par", "a couple of", "a couple", "couple of", "1 couple", "1 couple of"))


class _Drink(msgspec.Struct, frozen=True):
    """One of what a citizen counts: a glass, a bottle, a crate."""

    ml: float = 0
    ml_max: float = 0
    percent: float = 0
    count: int = 1
    units: float | None = None

    def genstande(self, ml: float | None, percent: float | None) -> tuple[float, float] | None:
        """The smallest and largest number in one, of another size or strength where that was said."""
        if self.units is not None:
            return (self.units, self.units) if ml is None and percent is None else None
        return self._one(ml or self.ml, percent), self._one(ml or self.ml_max or self.ml, percent)

    def _one(self, ml: float, percent: float | None) -> float:
        grams = ml * (self.percent if percent is None else percent) / 100 * _GRAMS_PER_ML
        return round(grams / GRAMS_PER_UNIT, 2) * self.count


class Drinks:
    """`drinks` and `units` of the word lists."""

    def __init__(self, drinks: Mapping[str, Any], units: Mapping[str, list[str]], numbers: Numbers) -> None:
        self._numbers = numbers
        self._none = frozenset(units["none"])
        self._open, self._unclear = any_of(units["open"]), any_of(units["unclear"])
        self._drinks: dict[str, _Drink] = {}
        for table in drinks.values():
            drink = msgspec.convert({key: value for key, value in table.items() if key not in _NAMING}, _Drink)
            self._drinks.update(dict.fromkeys(_names(table), drink))
        self._name = any_of(self._drinks)

    def read(self, said: str) -> float | Range | None:
        """A plain text with its words in their usual spelling."""
        if said in self._none or (said.startswith("ingen ") and said.removeprefix("ingen ") in self._drinks):
            return 0
        if self._unclear.search(said):
            return None
        said = _BETWEEN.sub(r"\1 til \2", _OCCASION.sub("", said))
        upwards = self._open.search(said) is not None or re.search(r"\d ?\+(?!\d)", said) is not None
        if upwards:
            said = _one_space(self._open.sub(" ", said).replace("+", " "))
        parts = [part for part in _PARTED.split(said) if part.strip()]
        if not parts or len(parts) > _MOST_KINDS or (len(parts) > 1 and upwards):
            return None
        amounts = [self._amount(part, alone=len(parts) == 1) for part in parts]
        return _sum(amounts, upwards=upwards)

    def _amount(self, part: str, *, alone: bool) -> tuple[float, float] | None:
        """One "to store øl", or a bare number when nothing else was said."""
        found = self._name.search(part)
        counted = part if found is None else f"{part[: found.start()]} {part[found.end() :]}"
        counted = self._numbers.in_digits(_one_space(counted))
        size, strength = _SIZE.search(counted), _STRENGTH.search(counted)
        ml = None if size is None else _ml(size)
        counted = _one_space(_STRENGTH.sub(" ", _SIZE.sub(" ", counted)))
        if found is None:
            return _count(counted) if alone and size is None and strength is None else None
        percent = None if strength is None else _float(strength[1])
        one = self._drinks[found[0]].genstande(ml, percent)
        count = (1.0, 1.0) if ml is not None and not _one_space(_FILLER.sub(" ", counted)) else _count(counted)
        return None if one is None or count is None else (count[0] * one[0], count[1] * one[1])


_NAMING = ("names", "in", "of")


def _names(table: Mapping[str, Sequence[str]]) -> list[str]:
    """`names`, and each of `of` in each of `in`: "flaske" + "rødvin"."""
    held = [f"{container} {drink}" for container in table.get("in", ()) for drink in table.get("of", ())]
    return [*table.get("names", ()), *held]


def _sum(amounts: Sequence[tuple[float, float] | None], *, upwards: bool) -> float | Range | None:
    low = high = 0.0
    for amount in amounts:
        if amount is None:
            return None
        low, high = low + amount[0], high + amount[1]
    low, high = round(low, 1), round(high, 1)
    if upwards:
        return Range(low, None)
    return low if low == high else Range(low, high)


def _count(words: str) -> tuple[float, float] | None:
    """How many: "2", "5-6", "1 halv", "1 par" (two or three). Numbers are digits already."""
    words = _one_space(_FILLER.sub(" ", words))
    if words in _PART_OF_ONE:
        return _PART_OF_ONE[words], _PART_OF_ONE[words]
    if words in _A_FEW:
        return 2.0, 3.0
    about = re.fullmatch(r"1 ((\d+).*)", words)
    if about is not None and int(about[2]) >= _ABOUT_FROM:
        words = about[1]
    half = _AND_A_HALF.fullmatch(words)
    if half is not None:
        return _float(half[1]) + 0.5, _float(half[1]) + 0.5
    pair = _PAIR.fullmatch(words)
    if pair is not None:
        low, high = _float(pair[1]), _float(pair[2])
        return (low, high) if low < high <= _MOST else None
    one = re.fullmatch(_NUMBER, words)
    if one is None or _float(one[0]) > _MOST:
        return None
    return _float(one[0]), _float(one[0])


def _ml(size: re.Match[str]) -> float:
    return (_float(size[1]) if size[1] else 1.5 if size[3] else 0.5) * _ML.get(size[4], 1000.0)


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))


def _one_space(text: str) -> str:
    return " ".join(text.split())
