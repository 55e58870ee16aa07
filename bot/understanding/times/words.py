"""The words of time: what a message's words mean in a phrase of time, slips and dialect allowed for.

`canonical` gives one line of plain words, numbers as digits, on which the patterns of `phrases.py` run.
"""

import re
from collections.abc import Iterator

from bot.understanding.lexicon import LONG_FOLDS, SHORT_FOLDS, undoubled
from bot.understanding.spelling import Near
from bot.understanding.times.calendar import NAMED_DAYS

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
PARTS = {
    "morgenen": "morning",
    "formiddag": "forenoon",
    "middag": "noon",
    "eftermiddag": "afternoon",
    "aften": "evening",
    "nat": "night",
}
"""Parts of a day as the line has them, and as CONTRACTS does. "morgen" alone is tomorrow's "i morgen"."""

_NUMBERS = {
    **{"nul": 0, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "otte": 8, "ni": 9, "ti": 10},
    **{"elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16, "sytten": 17},
    **{"atten": 18, "nitten": 19, "tyve": 20, "femogtyve": 25, "tredive": 30, "fyrre": 40, "femogfyrre": 45},
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
    **{"eleven": 11, "twelve": 12, "enogtyve": 21, "toogtyve": 22, "treogtyve": 23, "fireogtyve": 24, "tolvte": 12},
}
_ORDINALS = (
    *("første", "anden", "tredje", "fjerde", "femte", "sjette", "syvende", "ottende", "niende", "tiende"),
    *("ellevte", "tolvte", "trettende", "fjortende", "femtende", "sekstende", "syttende", "attende", "nittende"),
    *("tyvende", "enogtyvende", "toogtyvende", "treogtyvende", "fireogtyvende", "femogtyvende", "seksogtyvende"),
    *("syvogtyvende", "otteogtyvende", "niogtyvende", "tredivte", "enogtredivte"),
)
_SAME = {
    **{
        "imorgn": "i morgen",
        "imoren": "i morgen",
        "midag": "middag",
        "lillejul": "lillejuleaften",
        "års": "år",
        "imorgen": "i morgen",
        "imorn": "i morgen",
        "imårn": "i morgen",
        "i'morgen": "i morgen",
        "mårn": "morgen",
    },
    **{"morn": "morgen", "morrn": "morgen", "mårgen": "morgen", "moren": "morgen", "mrogen": "morgen"},
    **{"overmorgen": "i overmorgen", "iovermorgen": "i overmorgen", "idag": "i dag", "ida": "i dag"},
    **{"iaften": "i aften", "iaftn": "i aften", "aftn": "aften", "inat": "i nat", "igår": "i går", "igaar": "i går"},
    **{"gaar": "går", "gar": "går", "forgårs": "forgårs", "kl.": "kl", "klokken": "kl", "klokka": "kl", "kloken": "kl"},
    **{"klok": "kl", "clokken": "kl", "d.": "den", "d": "den", "dn": "den", "man": "man", "mand": "mand"},
    **{"morgen": "morgen", "morgenen": "morgenen", "morgnen": "morgenen", "morgenstund": "morgenen"},
    **{"formiddagen": "formiddag", "eftermiddagen": "eftermiddag", "aftenen": "aften", "natten": "nat"},
    **{"middagen": "middag", "middagstid": "middag", "frokost": "middag", "frokosttid": "middag", "f.m.": "formiddag"},
    **{"fm": "formiddag", "em": "eftermiddag", "eftermidag": "eftermiddag", "eftermidda": "eftermiddag"},
    **{"formidag": "formiddag", "formidda": "formiddag", "ettermiddag": "eftermiddag", "efterm": "eftermiddag"},
    **{"tirs": "tirsdag", "ons": "onsdag", "tors": "torsdag", "fre": "fredag", "lør": "lørdag"},
    **{"monday": "mandag", "tuesday": "tirsdag", "wednesday": "onsdag", "thursday": "torsdag", "friday": "fredag"},
    **{"saturday": "lørdag", "sunday": "søndag", "tomorrow": "i morgen", "today": "i dag", "tonight": "i aften"},
    **{"tmrw": "i morgen", "tmr": "i morgen", "yesterday": "i går", "next": "næste", "week": "uge", "weeks": "uger"},
    **{"days": "dage", "hours": "timer", "hour": "time", "minutes": "minutter", "month": "måned", "months": "måneder"},
    **{"afternoon": "eftermiddag", "evening": "aften", "noon": "middag", "night": "nat", "after": "efter"},
    **{"quarter": "kvart", "past": "over", "from": "fra", "sct": "sankt", "kr": "kristi", "by": "før", "or": "eller"},
    **{
        "before": "før",
        "between": "mellem",
        "and": "og",
        "until": "til",
        "indtil": "til",
        "at": "kl",
        "around": "omkring",
    },
    **{"january": "januar", "february": "februar", "march": "marts", "may": "may", "june": "juni", "july": "juli"},
    **{"october": "oktober", "jan": "januar", "feb": "februar", "apr": "april", "aug": "august", "sept": "september"},
    **{"sep": "september", "okt": "oktober", "oct": "oktober", "nov": "november", "dec": "december", "jul": "jul"},
    **{"uge": "uge", "ugen": "uge", "uger": "uger", "dage": "dage", "da": "da", "dags": "dags", "nste": "næste"},
    **{"naeste": "næste", "neste": "næste", "nøste": "næste", "nst": "næste", "mdr": "måneder"},
    **{"maaned": "måned", "maned": "måned", "måneden": "måned", "tim": "timer", "timers": "timer", "min": "min"},
    **{"kvarter": "kvarter", "kvarterer": "kvarter", "foer": "før", "for": "for", "inden": "før", "senest": "før"},
    **{"tidligst": "efter", "omkring": "omkring", "cirka": "omkring", "ca": "omkring", "ca.": "omkring"},
    **{"ved": "omkring", "ikke": "ikke", "ik": "ikke", "ikk": "ikke", "ej": "ikke", "not": "ikke", "halvto": "halv 2"},
    **{"halvtre": "halv 3", "halvfire": "halv 4", "halvni": "halv 9", "halvti": "halv 10", "halvelleve": "halv 11"},
    **{"lordag": "lørdag", "loerdag": "lørdag", "sondag": "søndag", "soendag": "søndag", "tosdag": "torsdag"},
    **{"mandan": "mandag", "fre.": "fredag", "tirsda": "tirsdag", "weekend": "weekenden", "tidlig": "tidlig"},
    **{
        "tidligt": "tidlig",
        "early": "tidlig",
        "overimorgen": "i overmorgen",
        "on": "på",
        "the": "den",
        "fredda": "fredag",
    },
}
_NEAR = (*WEEKDAYS, *MONTHS, "eftermiddag", "formiddag", "morgen", "overmorgen", "imorgen")
_TYPOS_FROM = 5
_ENDINGS = ("s", "e")
"""What makes a weekday another word: "mandags" was, "mandage" come again and again."""
_NOT_NEAR = frozenset(
    {
        "morges",
        "fredags",
        "handlag",
        "mandat",
        "mandags",
        "tirsdags",
        "onsdags",
        "torsdags",
        "lørdags",
        "søndags",
        "marts",
    }
)
_WORD = re.compile(r"\d+(?:[.:/\-]\d+)*(?:\.|(?:st|nd|rd|th)\b)?|[a-zæøåéü']+\.?|[–\-&/]")
_ENGLISH_TO = re.compile(
    r"(?P<from>\bfrom )?\b(?P<n>quarter|ten|five|twenty(?:[- ]five)?|(?(from)\d{1,2}(?:[:.]\d{2})?(?: ?[ap]m)?|(?!)))"
    r" to (?=\w)"
)
"""The English word, which is the number two in Danish."""
_HALF = re.compile(r"(?<=\d) ?½")
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_O_CLOCK = re.compile(r"\b(?P<n>\w+) o['\N{RIGHT SINGLE QUOTATION MARK}]?clock\b")
_ONE_O_CLOCK = re.compile(
    r" (?P<k>kl|halv|half over|(?:kvart(?:er)?|\d{1,2}(?: minutter| min)?) (?:i|over)(?: halv)?)"
    r" (?:en|et|én|ét|one)(?= )"
)


def _folded(word: str) -> tuple[str, str]:
    return word.translate(LONG_FOLDS), word.translate(SHORT_FOLDS)


_UNFOLDED = (
    *_NEAR,
    *("næste", "måned", "måneder", "påske", "aften"),
    *(word for name in NAMED_DAYS for word in name.split() if word.isalpha()),
)
_BY_FOLD = {fold: word for word in _UNFOLDED for fold in (word, *_folded(word))}
_SLIPPED = Near(_NEAR, _TYPOS_FROM)
_BY_UNDOUBLED = {undoubled(fold): word for fold, word in _BY_FOLD.items()}
_ORDINAL_OF = {fold: number for number, word in enumerate(_ORDINALS, 1) for fold in (word, *_folded(word))}


def canonical(text: str) -> str:
    """The message as a line of words that the patterns know, with one blank between and at both ends."""
    text = _DECIMAL.sub(".", _HALF.sub(".5", text.lower()))
    text = _ENGLISH_TO.sub(_danish_to, _O_CLOCK.sub(r"kl \g<n>", text))
    line = f" {' '.join(_words(text))} "
    return _ONE_O_CLOCK.sub(r" \g<k> 1", line)


def beginnings(letters: int) -> frozenset[str]:
    """How the named days begin, and those that may have one letter lost or exchanged with the next, however spelt."""
    spelt: set[str] = set()
    for name in (*WEEKDAYS, "morgen", "overmorgen", "imorgen", "formiddag", "eftermiddag"):
        for at in range(1, letters + 1):
            spelt.add(name[:at] + name[at + 1 :])
            spelt.add(name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :])
    spelt.update(NAMED_DAYS)
    return frozenset(fold[:letters] for word in spelt for fold in (word, *_folded(word)))


def _danish_to(found: re.Match[str]) -> str:
    return f"{found['n']} {'til' if found['from'] else 'i'} "


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word[0].isdigit():
            yield word.rstrip("sthndr")
            continue
        yield _meant(word)


def _meant(word: str) -> str:
    known = _SAME.get(word) or _SAME.get(word.rstrip("."))
    if known is not None:
        return known
    word = word.rstrip(".")
    number = _NUMBERS.get(word)
    if number is not None:
        return str(number)
    ordinal = _ORDINAL_OF.get(word)
    if ordinal is not None:
        return f"{ordinal}." if word not in ("anden", "første") else word
    if word in _BY_FOLD:
        return _BY_FOLD[word]
    if undoubled(word) in _BY_UNDOUBLED:
        return _BY_UNDOUBLED[undoubled(word)]
    return word if word in _NOT_NEAR else _near(word)


def _near(word: str) -> str:
    """The day, month or part of the day with one letter wrong; else the word itself."""
    for name in _SLIPPED.to(word):
        if word[0] == name[0] and word.removeprefix(name) not in _ENDINGS:
            return _SAME.get(name, name)
    return word
