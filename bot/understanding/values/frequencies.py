"""How often: the place on AUDIT's frequency scale, and days a week."""

import re
from collections.abc import Mapping

_WEEK = 7
_MONTHS_A_YEAR = 12
_HIGHEST = 4
_TIMES = r"(?:gange?|dage?|aftener|aften|times|days?|nights?)"
_UNITS = r"dagen|dag|ugen|uge|måneden|måned|året|år|day|week|month|year|dagligt|ugentligt|månedligt|årligt"
_OFTEN = re.compile(
    r"^(?P<least>mindst |over |mere end |at least )?(?P<most>højst |max |maks |op til |at most )?"
    r"(?P<low>\d+)(?:(?: ?- ?| til | eller | )(?P<high>\d+))?(?P<plus> ?\+| eller flere| or more)? "
    rf"{_TIMES} (?:(?:om|i|på|pr|per|hver|a|every) (?:1 )?)?(?P<unit>{_UNITS})"
    r"(?P<more> eller (?:mere|oftere|flere)| or more)?(?P<less> eller (?:mindre|sjældnere|færre)| or less)?$"
)
_NEARLY = re.compile(
    r"^(?:næsten|stort set|så godt som|godt som|nærmest|praktisk talt|omtrent|almost|nearly)"
    r" (?=hver (?:dag|aften|nat)|dagligt|every)"
)
_ONE_TIME = re.compile(r"^en gang (?=hver (?:anden|14|fjortende))")
_IDLE = frozenset(
    (
        *(
            "jeg",
            "det",
            "gør",
            "sker",
            "drikker",
            "ryger",
            "tager",
            "bruger",
            "har",
            "prøvet",
            "er",
            "alkohol",
            "svaret",
        ),
        *(
            "vel",
            "nok",
            "cirka",
            "ca",
            "omkring",
            "øh",
            "ja",
            "nej",
            "jo",
            "da",
            "så",
            "sådan",
            "faktisk",
            "vist",
            "kun",
        ),
        *(
            "desværre",
            "heldigvis",
            "tror",
            "vil",
            "sige",
            "enkelt",
            "enkelte",
            "nogensinde",
            "normalt",
            "typisk",
            "som",
        ),
        "regel",
    )
)
_ALONE = re.compile(
    r"^(?:(?:ca|cirka|omkring|vel|nok|kun|bare|øh|ja|nej|det er|svaret er|jeg siger|about|around) )*"
    r"(?:(\d{1,2})|(0) gange)(?: ud af (?:de |ugens )?7(?: dage)?)?"
    r"(?: (?:tror jeg|vil jeg sige|desværre|faktisk|vist))*$"
)
_DAYS = re.compile(
    r"^(\d) (?:dage?|gange?|aftener|days?|times?|nights?)"
    r"(?: (?:(?:om|i|på|pr|per|hver) (?:en )?(?:ugen|uge)|a week|per week|ugentligt"
    r"|ud af (?:7|de 7|ugens 7)(?: dage)?))?$"
)
_SPAN = re.compile(r"^(?:fra )?(\w+dag) til (?:og med )?(\w+dag)$")
_ALL_BUT = re.compile(
    r"^(?:alle (?:ugens )?dage|hver dag) (?:undtagen|bortset fra|på nær|minus) (?:(?P<one>en(?: dag)?)|(?P<days>.+))$"
)
_BESIDE_DAYS = frozenset(
    (
        *("både", "og", "samt", "plus", "aften", "aftenen", "om", "i", "på", "hver", "altid", "en", "et", "når", "der"),
        *("også", "bare", "and", "the"),
    )
)


class Frequencies:
    """`scale` and `days` of the word lists."""

    def __init__(self, scale: Mapping[str, list[str]], days: Mapping[str, list[str]]) -> None:
        places = ("never", "monthly_or_less", "monthly", "weekly", "daily")
        self._scale = {_spaced(phrase): place for place, name in enumerate(places) for phrase in scale[name]}
        listed = (("all", 7), ("none", 0), ("working", 5), ("weekend", 2))
        self._days = {phrase: count for name, count in listed for phrase in days[name]}
        self._weekend = frozenset(word for phrase in days["weekend"] for word in phrase.split() if "week" in word)
        order = days["names"]
        self._order = order
        self._day_of = {form: day for day in order for form in (day, day + "e", day + "en")}

    def scale(self, said: str, digits: str) -> int | None:
        """The place 0..4; None if two fit ("en gang om ugen"). `digits`: what was said, its numbers in digits."""
        told = _ONE_TIME.sub("", _without_idle(said))
        for phrase in (said, told, _NEARLY.sub("", told), _NEARLY.sub("", said)):
            place = self._scale.get(_spaced(phrase))
            if place is not None:
                return place
        number = _alone(digits)
        if number is not None:
            return number if number <= _HIGHEST else None
        often = _OFTEN.match(_without_idle(_in_times(digits)))
        return None if often is None else _place(often)

    def days(self, said: str, digits: str) -> int | None:
        """Days a week, 0..7."""
        told = _without_idle(said)
        for phrase in (said, told):
            if phrase in self._days:
                return self._days[phrase]
        span = _SPAN.search(told)
        if span is not None and span[1] in self._order and span[2] in self._order:
            return (self._order.index(span[2]) - self._order.index(span[1])) % _WEEK + 1
        but = _ALL_BUT.match(told)
        if but is not None:
            left_out = 1 if but["one"] else self._named(but["days"].split())
            return None if left_out is None else _WEEK - left_out
        named = self._named(told.replace(",", " ").split())
        if named:
            return named
        found = _DAYS.match(_without_idle(_in_times(digits)))
        number = _alone(digits) if found is None else int(found[1])
        return number if number is not None and number <= _WEEK else None

    def _named(self, words: list[str]) -> int | None:
        """How many days are named, if nothing else is said."""
        days = {self._day_of[word] for word in words if word in self._day_of}
        if not self._weekend.isdisjoint(words):
            days |= {self._order[-1], self._order[-2]}
        others = {word for word in words if word not in self._day_of and word not in self._weekend}
        return len(days) if days and others <= _BESIDE_DAYS else None


def _place(often: re.Match[str]) -> int | None:
    low = int(often["low"])
    high = None if often["least"] or often["plus"] or often["more"] else int(often["high"] or low)
    if often["most"] or often["less"]:
        return 1 if low == high == 1 and often["unit"].startswith(("måned", "month")) else None
    if low == 0:
        return 0 if high == 0 else None
    if often["unit"].startswith("da"):
        return 4
    if often["unit"].startswith(("uge", "week")):
        return 4 if low >= 4 else 3 if low >= 2 and high is not None and high <= 3 else None
    if often["unit"].startswith(("måned", "month")):
        return 2 if low >= 2 and high is not None and high <= 4 else None
    return 1 if high is not None and high < _MONTHS_A_YEAR else None


def _without_idle(said: str) -> str:
    return " ".join(word for word in said.split() if word not in _IDLE)


def _alone(digits: str) -> int | None:
    """A number with nothing beside it that could change it."""
    found = _ALONE.match(digits)
    return None if found is None else int(found[1] or found[2])


def _in_times(digits: str) -> str:
    return re.sub(r"\btwice\b", "2 times", re.sub(r"\bonce\b", "1 times", digits))


def _spaced(phrase: str) -> str:
    return " ".join(re.sub(r"[-–]", " ", phrase).split())
