"""CPR and phone numbers written with digits.

A CPR number is taken also when it fails modulus 11: since 2007 real ones do (cpr.dk, "Personnummeret i CPR"). A phone
number is eight digits that begin with 2 to 9 in any usual grouping (Danish numbering plan), or one with a foreign code.
"""

import re
from collections.abc import Iterator

from dialogs.heard import Span

DIGIT = re.compile(r"[0-9]")
_NO_DIGIT = re.compile(r"[^0-9]")
_GAP = r"[ \u00a0./–-]"
_CPR = re.compile(r"(?<![\d+])([0-9]{2})([ ./-]?)([0-9]{2})\2([0-9]{2}) ?[-–—_/.: ]? ?([0-9]{2}) ?([0-9]{2})(?![\d])")
_CPR_CENTURY = re.compile(r"(?<![\d+])([0-9]{2})([ ./-]?)([0-9]{2})\2(?:18|19|20)[0-9]{2} ?[-–—] ?[0-9]{4}(?!\d)")
_BETWEEN = (
    "og|så|derefter|bindestreg|streg|minus|mellemrum|de|mine|sidste|fire|4|cifre|tal|er|ciffer|kontrolcifre|løbenummer|"
    "på|the|my|last|four|digits|are|then|and|dash"
)
_CPR_IN_WORDS = re.compile(
    rf"(?<![\d+])([0-9]{{2}})([ ./-]?)([0-9]{{2}})\2([0-9]{{2}})(?:[ ,.:;]{{1,3}}(?:{_BETWEEN})(?![^\W_])){{1,8}}"
    r"[ ,.:]{1,3}[0-9]{2} ?[0-9]{2}(?!\d)",
    re.IGNORECASE,
)
_CPR_WORD = re.compile(r"cpr|personnum|person ?nr|sygesikrings?n|social security", re.IGNORECASE)
_LAST_FOUR = re.compile(
    r"(?:sidste (?:fire|4)(?: cifre| tal)?|last four(?: digits)?)"
    r"(?: (?:i|af|på|in|of|mit|min|my|cpr|cpr-nummer|nummer|er|is|are)\b){0,5}[ :]{1,2}([0-9]{4})(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d\w])(?:\(?(?:\+|00) ?45\)?[ .-]?|45[ .-])?"
    r"(?:[2-9][0-9]{7}|[2-9][0-9]{3}[ .-][0-9]{4}|[2-9][0-9][ .-][0-9]{2}[ .-][0-9]{2}[ .-][0-9]{2}"
    r"|[2-9][0-9][ .-][0-9]{3}[ .-][0-9]{3}|[2-9][0-9]{2}[ .-][0-9]{3}[ .-][0-9]{2}"
    r"|[2-9][0-9]{2}[ .-][0-9]{2}[ .-][0-9]{3}|[2-9][0-9]{3}[ .-][0-9]{2}[ .-][0-9]{2}"
    r"|[2-9][0-9][ .-][0-9]{2}[ .-][0-9]{4}|[2-9][0-9][ .-][0-9]{6})(?!\d)(?![ .-][0-9]{2}(?!\d))"
)
_RUN = re.compile(rf"(?<![\w+])\(?(?:\+|00)?(?:45\)? ?)?[0-9](?:{_GAP}{{0,3}}[0-9])*(?!\d)")
_ABROAD = re.compile(
    r"(?<![\d\w])(?:\+ ?|00)(?!45)(?:29[89][ .-]?(?:[0-9][ .-]?){5}[0-9]"
    r"|[1-9][0-9]{0,2}[ .-]?(?:\(0\))?[ .-]?[0-9](?:[ .()/-]{0,2}[0-9]){6,11})(?!\d)"
)
_CUE = re.compile(
    r"(?:tlf|telefon|mobil|\bmob\b|nummer|\bnr\b|ring|\bsms|skriv til|(?:fang|når|træf\w*|fanger) mig|træffes|fanges|nås|kontakt|phone|number|call me|text me"
    r"|whatsapp)[^\n0-9]{0,24}$",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"(?:cvr|sag|sags?n|ordre|konto|reg\.?|pakke|pin|kode|journal|vare|faktura|stregkode|serie|medlems|kunde|uge|"
    r"kr|dkk|bøde|reference|ref|se-?nr|p-?nr)\w*\.?[ :#-]{0,3}(?:nr\.?|nummer|number|er)?[ :#-]{0,3}(?:er )?[0-9]{0,4} ?$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"^ ?(?:kr|kroner|dkk|,-|€|\$|£|mio|tusind|mg|ml|cl|gram|g\b|kg|kcal|km|meter|mennesker|personer|stk|piller|øl|genstande|"
    r"skridt|dage|timer|år|minutter|euro|dollars|views|følgere|likes|%|procent)",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:19|20)\d\d[ ./-]?(?:0[1-9]|1[0-2])[ ./-]?(?:0[1-9]|[12]\d|3[01])$")
_TIMES = re.compile(r"^[0-2]?\d[.:][0-5]\d ?[-–] ?[0-2]?\d[.:][0-5]\d$")
_YEARS = re.compile(r"^(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d$")
_WRITTEN_DATE = re.compile(r"^\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:19|20)\d\d$")
_DATES = re.compile(r"^[0-3]?\d[./][01]?\d ?[-–] ?[0-3]?\d[./][01]?\d$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:\.\d{3})+$")
_MIXED = re.compile(r"\.[0-9 ]*-|-[0-9 ]*\.")
_USUAL = ([1] * 8, [4, 4], [8], [2, 2, 2, 2])
_RUNNING = (8, 10, 11, 12)  # digits of a number with or without 45, +45 or 0045, and of a CPR number


class Numbers:
    """Finds both. `public`: digits of numbers that belong to everybody, such as helplines."""

    def __init__(self, public: frozenset[str]) -> None:
        self._public = public

    def find(self, text: str) -> Iterator[Span]:
        """CPR numbers first, then phones; spans may overlap."""
        yield from _cpr(text)
        for pattern in (_ABROAD, _PHONE):
            for match in pattern.finditer(text):
                if self._personal(text, match.start(), match.end()):
                    yield Span(match.start(), match.end(), "PHONE")
        for match in _RUN.finditer(text):
            if match.end() - match.start() >= 8 and self._loose(text, match):
                yield Span(match.start(), match.end(), "PHONE")

    def _loose(self, text: str, match: re.Match[str]) -> bool:
        """Eight digits in a grouping less usual: alone when it is even, else only after a word such as "tlf"."""
        digits = _NO_DIGIT.sub("", match.group())
        if len(digits) not in _RUNNING:
            return False
        national = _national(digits)
        cued = _CUE.search(text[max(0, match.start() - 40) : match.start()]) is not None
        if len(national) != 8 or (national[0] in "01" and not cued):
            return False
        groups = [len(group) for group in _NO_DIGIT.sub(" ", match.group()).split()]
        usual = groups in _USUAL or (len(digits) > 8 and match.group().lstrip("( ")[0] in "+04")
        return (cued or usual) and self._personal(text, match.start(), match.end())

    def _personal(self, text: str, start: int, end: int) -> bool:
        written = text[start:end]
        if _national(_NO_DIGIT.sub("", written)) in self._public or _DATE.match(written) or _MIXED.search(written):
            return False
        if any(shape.match(written) for shape in (_TIMES, _YEARS, _WRITTEN_DATE, _DATES, _THOUSANDS)):
            return False
        before = text[max(0, start - 30) : start]
        return _UNIT.match(text[end : end + 12]) is None and _NO_PHONE.search(before) is None


def _national(digits: str) -> str:
    return digits.removeprefix("00").removeprefix("45") if len(digits) > 8 else digits


def _cpr(text: str) -> Iterator[Span]:
    said = _CPR_WORD.search(text) is not None
    for pattern in (_CPR_IN_WORDS, _CPR_CENTURY, _CPR):
        for match in pattern.finditer(text):
            if said or _a_date(match):
                yield Span(match.start(), match.end(), "CPR")
    if said:
        for match in _RUN.finditer(text):
            if sum(letter.isdigit() for letter in match.group()) == 10 and "+" not in match.group():
                yield Span(match.start(), match.end(), "CPR")
    else:
        for match in _RUN.finditer(text):
            groups = match.group().split()
            if len(groups) == 10 and a_birthday("".join(groups)):
                yield Span(match.start(), match.end(), "CPR")
    for match in _LAST_FOUR.finditer(text):
        yield Span(match.start(1), match.end(1), "CPR")


def _a_date(match: re.Match[str]) -> bool:
    return a_birthday(match.group(1) + match.group(3))


def a_birthday(digits: str) -> bool:
    """Whether four digits begin a CPR number. Days above 31 are those of replacement numbers (day plus 60)."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (1 <= day <= 31 or 61 <= day <= 91) and 1 <= month <= 12
