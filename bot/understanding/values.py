"""A message read as the answer to the question at hand. Unclear is None, never a guess."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.understanding.lexicon import read_toml
from dialogs.heard import Expect, Range, Value

GRAMS_PER_UNIT = 12.0  # one genstand, Sundhedsstyrelsen; denmark.md 4.1
_GRAMS_PER_ML = 0.789  # ethanol
_MOST_WORDS = 24  # a longer message is a story, not an answer
_OLDEST = 120

_NUMBER = r"\d+(?:[.,]\d+)?"
_SPACE = re.compile(r"\s+")
_APOSTROPHES = {
    ord(sign): "'" for sign in "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}`"
}
_PAIR = re.compile(rf"({_NUMBER})\s*(?:-|–|til|to|eller|or)\s*({_NUMBER})")
_ONE = re.compile(_NUMBER)
_AGE_WORDS = re.compile(
    r"\b(en|to|tre|fire|fem|seks|syv|otte|ni) ?og ?(tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems)\b"
)
_AGE_REFUSED = re.compile(
    r"\b(snart|næsten|over|under|omkring|cirka|ca|midt|starten|slutningen|født|fylder|ikke|mindst|almost|about|around|born"
    r"|not|nearly|turning|børn|barn|søn|datter|min|mor|far|ved)\b"
)
_AGE = re.compile(
    r"^(?:hej |ja |nej |jeg |i |er |i'm |am |im |bare |kun |min alder er |alder |lige blevet |lige fyldt "
    r"|har lige fyldt |fyldte |er blevet |blevet )*"
    r"(\d{1,3})(?:[.,]5)?(?: ?(?:år|aar|years?|årig|-årig|yo))?(?: gammel| old)?(?: og (?:et|1) halvt| et halvt)?"
    r"(?: i går| i dag| i sidste uge| for nylig| for lidt siden)?$"
)
_DAYS = re.compile(
    r"^(?:ca |cirka |omkring |måske )?(\d)(?: (?:dage?|gange?|days?|times?))?"
    r"(?: (?:om ugen|i ugen|a week|per week|pr uge|ugentligt|ud af (?:7|de 7|ugens 7)(?: dage)?))?$"
)
_DAY_SPAN = re.compile(r"(?:^|fra )(\w+dag) til (?:og med )?(\w+dag)$")
_ALL_BUT = re.compile(r"^(?:alle (?:ugens )?dage|hver dag) (?:undtagen|bortset fra|på nær|minus) (\w+dag)$")
_BELOW_ZERO = re.compile(r"\s*[-–−]\s?\d")
_FILLER = re.compile(
    r"\b(ca|cirka|omkring|vel|nok|jeg drikker|drikker|jeg|det er"
    r"|sådan|om dagen|dagligt|hver dag|stk|stykker|glas|på en aften|på en dag"
    r"|normalt|typisk|som regel|about|hele?|på|a day|liter)\b"
)
_SIZE = re.compile(rf"({_NUMBER})\s*cl\b")
_STRENGTH = re.compile(rf"({_NUMBER})\s*(?:%|procent)")


def _plain(text: str) -> str:
    """Lower case, without signs that carry nothing; keeps digits, hyphens between numbers, percent and thumbs."""
    text = unicodedata.normalize("NFC", text).lower()
    text = text.translate(_APOSTROPHES)
    text = re.sub(r"(?<=\d)[.](?!\d)|[^\w\s'%👍👎✅❌.,–+-]|(?<!\d)[.,–-]|[.,–-](?!\d)|_", " ", text)
    return _SPACE.sub(" ", text).strip().removesuffix("'")


class Values:
    """Reads answers with one set of word lists (Danish with the English words people mix in)."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "answers") if data is None else data
        self._yes = frozenset(data["yesno"]["yes"])
        self._no = frozenset(data["yesno"]["no"])
        self._unclear = _any_of(data["yesno"]["unclear"])
        self._scale = {
            _spaced(phrase): place
            for place, name in enumerate(("never", "monthly_or_less", "monthly", "weekly", "daily"))
            for phrase in data["scale"][name]
        }
        self._days: Mapping[str, list[str]] = data["days"]
        self._numbers: Mapping[str, int] = data["numbers"]
        self._number_word = _any_of(self._numbers)
        self._units: Mapping[str, list[str]] = data["units"]
        self._unit_open = _any_of(data["units"]["open"])
        self._unit_unclear = _any_of(data["units"]["unclear"])
        self._drinks: dict[str, tuple[float, float]] = {}
        for drink in data["drinks"].values():
            for name in drink["names"]:
                self._drinks[name] = _units_of(drink)
        self._drink_name = _any_of(self._drinks)

    def read(self, text: str, expect: Expect | None) -> Value:
        """The value asked for, or None. `when` is answered in `Heard.when`, not here."""
        if expect is None or expect is Expect.WHEN or _BELOW_ZERO.match(text):
            return None
        plain = _plain(text)
        if not plain or len(plain.split()) > _MOST_WORDS:
            return None
        if expect is Expect.YESNO:
            return self.yes_no(plain)
        if expect is Expect.SCALE_0_4:
            return self.scale(plain)
        if expect is Expect.DAYS_PER_WEEK:
            return self.days(plain)
        if expect is Expect.AGE:
            return self.age(plain)
        return self.units(plain)

    def yes_no(self, plain: str) -> bool | None:
        plain = plain.replace(",", " ")
        plain = _SPACE.sub(" ", re.sub(r"(\w)\1{2,}", r"\1", plain)).strip()
        plain = re.sub(r"^(?:øh|øhm|hm|mm?|altså|tja) (?=\w)", "", plain)
        if plain in self._yes or plain in self._no:
            return plain in self._yes
        if self._unclear.search(plain):
            return None
        words = plain.split()
        taken: bool | None = None
        rest: list[str] = []
        for length in range(min(5, len(words)), 0, -1):
            start = " ".join(words[:length])
            if start in self._yes or start in self._no:
                taken, rest = start in self._yes, words[length:]
                break
        if taken is None:
            return None
        after = " ".join(rest)
        doubt = {"men", "but", "selvom", "bortset", "undtagen", "?"}
        if doubt.intersection(rest):
            return None
        denied = any(
            word in ("ikke", "ik", "ikk", "aldrig", "nej", "not", "no", "don't", "dont", "næ", "næh") for word in rest
        )
        agreed = any(word in ("ja", "jo", "yes", "jep", "jeps") for word in rest)
        if taken:
            return None if denied else True
        if agreed or (after and after in self._yes):
            return None
        return False

    def scale(self, plain: str) -> int | None:
        """The place 0..4 on AUDIT's frequency scale. A word that fits two places ("en gang om ugen") is None."""
        plain = re.sub(r" (?:desværre|faktisk|vist|tror jeg|vil jeg sige|heldigvis)$", "", plain)
        plain = re.sub(
            r"^(?:ca|cirka|vel|nok|øh|jeg drikker|det er|det sker|ja|nej|jeg gør det|svaret er) +", "", plain
        )
        spaced = _spaced(plain)
        place = self._scale.get(spaced)
        if place is not None:
            return place
        number = self._whole(plain)
        return number if number is not None and number <= 4 else None

    def days(self, plain: str) -> int | None:
        """Days a week, 0..7."""
        words = set(plain.split())
        listed = (("all", 7), ("none", 0), ("working", 5), ("weekend", 2))
        for names, value in ((self._days[name], value) for name, value in listed):
            if plain in names:
                return value
        order = self._days["names"]
        span = _DAY_SPAN.search(plain)
        if span is not None and span[1] in order and span[2] in order:
            return (order.index(span[2]) - order.index(span[1])) % 7 + 1
        but = _ALL_BUT.match(plain)
        if but is not None and but[1] in order:
            return 6
        named = {day for day in self._days["names"] if any(word in (day, day + "e", day + "en") for word in words)}
        if (
            named
            and not words & {"til", "ikke", "undtagen", "bortset", "hver", "eller", "måske", "ved"}
            and not any(char.isdigit() for char in plain)
        ):
            return len(named)
        found = _DAYS.match(self._in_digits(plain))
        if found is None or plain.startswith("måske"):
            return None
        value = int(found.group(1))
        return value if value <= 7 else None

    def age(self, plain: str) -> int | None:
        """Whole years, 0..120."""
        if _AGE_REFUSED.search(plain.replace("min alder", "")):
            return None
        written = _AGE_WORDS.sub(
            lambda found: str(self._numbers[found.group(1)] + self._numbers[found.group(2)]), plain
        )
        found = _AGE.match(self._in_digits(written))
        if found is None:
            return None
        value = int(found.group(1))
        return value if value <= _OLDEST else None

    def units(self, plain: str) -> float | Range | None:
        """Genstande by the 12 g rule: a number, a range, or None."""
        if plain in self._units["none"]:
            return 0
        if self._unit_unclear.search(plain):
            return None
        plain = re.sub(r"\b(?:mellem|between) (\w+) (?:og|and) (\w+)", r"\1 til \2", plain)
        total_min = total_max = 0.0
        upwards = self._unit_open.search(plain) is not None or bool(re.search(r"\d\s*\+$", plain))
        plain = _SPACE.sub(" ", self._unit_open.sub(" ", plain) if upwards else plain).strip(" +")
        parts = [part for part in re.split(r" og (?!et halv|en halv|tonic|cola)| samt | \+ |, ", plain) if part.strip()]
        if not parts or len(parts) > 5 or (len(parts) > 1 and upwards):
            return None
        for part in parts:
            amount = self._amount(part, alone=len(parts) == 1)
            if amount is None:
                return None
            total_min, total_max = total_min + amount[0], total_max + amount[1]
        low, high = round(total_min, 1), round(total_max, 1)
        if upwards:
            return Range(low, None)
        return low if low == high else Range(low, high)

    def _amount(self, part: str, *, alone: bool) -> tuple[float, float] | None:
        """One "two large beers", or a bare number when nothing else was said."""
        size, strength = _SIZE.search(part), _STRENGTH.search(part)
        counted = _STRENGTH.sub(" ", _SIZE.sub(" ", part))
        drink = None
        found = self._drink_name.search(counted)
        if found is not None:
            drink = self._drinks[found.group(0)]
            if size is not None or strength is not None:
                ml = _float(size.group(1)) * 10 if size is not None else None
                drink = _resized(found.group(0), drink, ml, _float(strength.group(1)) if strength is not None else None)
            counted = counted[: found.start()] + " " + counted[found.end() :]
        elif size is not None:
            return None
        count = self._count(_SPACE.sub(" ", counted).strip())
        if count is None:
            return None
        if drink is None:
            return count if alone else None
        return count[0] * drink[0], count[1] * drink[1]

    def _count(self, words: str) -> tuple[float, float] | None:
        """How many: "to", "5-6", "en halv", "et par" (two or three)."""
        words = _FILLER.sub(" ", words)
        words = _SPACE.sub(" ", words).strip()
        if re.search(r"\b(halvanden)\b", words):
            return (1.5, 1.5) if words in ("halvanden",) else None
        if words in ("en halv", "halv", "et halvt", "halvt", "half a", "a half", "half"):
            return 0.5, 0.5
        if words in ("et par", "a couple of", "a couple", "par"):
            return 2.0, 3.0
        if words in ("a", "an"):
            return 1.0, 1.0
        digits = self._in_digits(words)
        half = re.fullmatch(rf"({_NUMBER}) og (?:en|et|1) halvt?", digits)
        if half is not None:
            value = _float(half.group(1)) + 0.5
            return value, value
        pair = _PAIR.fullmatch(digits) or re.fullmatch(rf"({_NUMBER}) ({_NUMBER})", digits)
        if pair is not None:
            low, high = _float(pair.group(1)), _float(pair.group(2))
            return (low, high) if low < high else None
        one = _ONE.fullmatch(digits)
        if one is None:
            return None
        value = _float(one.group(0))
        return (value, value) if value <= 200 else None

    def _in_digits(self, plain: str) -> str:
        return self._number_word.sub(lambda found: str(self._numbers[found.group(0)]), plain)

    def _whole(self, plain: str) -> int | None:
        digits = self._in_digits(plain)
        return int(digits) if re.fullmatch(r"\d{1,3}", digits) and digits.isascii() else None


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))


def _spaced(phrase: str) -> str:
    return _SPACE.sub(" ", re.sub(r"[-–]", " ", phrase)).strip()


def _units_of(drink: Mapping[str, Any]) -> tuple[float, float]:
    """Smallest and largest number of genstande in one such drink."""
    if "units" in drink:
        return float(drink["units"]), float(drink["units"])
    count = drink.get("count", 1)

    def one(ml: float) -> float:
        return round(ml * float(drink["percent"]) / 100 * _GRAMS_PER_ML / GRAMS_PER_UNIT, 2) * int(count)

    return one(drink["ml"]), one(drink.get("ml_max", drink["ml"]))


def _resized(name: str, drink: tuple[float, float], ml: float | None, percent: float | None) -> tuple[float, float]:
    """The same kind of drink in another size or strength; what is not said stays as usual for a beer or a wine."""
    usual_percent = (
        4.6 if "øl" in name or "beer" in name or "bajer" in name else 12.0 if "vin" in name or "wine" in name else 40.0
    )
    usual_ml = drink[0] * GRAMS_PER_UNIT / _GRAMS_PER_ML / usual_percent * 100
    value = (
        (ml if ml is not None else usual_ml)
        * (percent if percent is not None else usual_percent)
        / 100
        * _GRAMS_PER_ML
        / GRAMS_PER_UNIT
    )
    return round(value, 2), round(value, 2)


def _any_of(phrases: Any) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in longest_first) + r")(?!\w)")
