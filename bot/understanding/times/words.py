"""The words of time: what a message's words mean in a phrase of time, slips and dialect allowed for.

`canonical` gives one line of plain words, numbers as digits, on which the patterns of `phrases.py` run.
"""

import re
from collections.abc import Iterator

from bot.understanding.lexicon import distance

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
        "1.5": "halvanden",
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
    **{"before": "før", "between": "mellem", "and": "og", "until": "til", "at": "kl", "around": "omkring"},
    **{"january": "januar", "february": "februar", "march": "marts", "may": "may", "june": "juni", "july": "juli"},
    **{"october": "oktober", "jan": "januar", "feb": "februar", "apr": "april", "aug": "august", "sept": "september"},
    **{"sep": "september", "okt": "oktober", "oct": "oktober", "nov": "november", "dec": "december", "jul": "jul"},
    **{"uge": "uge", "ugen": "uge", "uger": "uger", "dage": "dage", "da": "da", "dags": "dags", "nste": "næste"},
    **{"naeste": "næste", "neste": "næste", "nøste": "næste", "nst": "næste", "kommende": "næste", "mdr": "måneder"},
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
_NEAR = (*WEEKDAYS, *MONTHS, "eftermiddag", "formiddag", "overmorgen")
_NOT_NEAR = frozenset(
    {
        "morgen",
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
_FOLDED = {"æ": "ae", "ø": "oe", "å": "aa"}


def _folded(word: str) -> str:
    return "".join(_FOLDED.get(letter, letter) for letter in word)


_BY_FOLD = {_folded(word): word for word in (*_NEAR, "næste", "måned", "måneder", "påske", "skærtorsdag", "nytårsdag")}
_ORDINAL_OF = {word: number for number, word in enumerate(_ORDINALS, 1)} | {
    _folded(word): number for number, word in enumerate(_ORDINALS, 1)
}


def canonical(text: str) -> str:
    """The message as a line of words that the patterns know, with one blank between and at both ends."""
    return f" {' '.join(_words(text.lower()))} "


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
    if len(word) >= 5 and word not in _NOT_NEAR:
        for name in _NEAR:
            if word[0] == name[0] and word != name + "s" and distance(word, name, 1) == 1:
                return name
            if word == name + "en":
                return f"{name}en"
    return word
