"""CPR numbers, phone numbers and e-mail addresses, at code points of the original text.

Public numbers (helplines, the emergency number) are not personal. A CPR number is taken also when it fails modulus 11:
since 2007 real ones do.
"""

import re

from bot.understanding.lexicon import read_toml
from dialogs.heard import Span

_DIGIT = re.compile(r"\d")
_CPR = re.compile(r"(?<![\d+])(\d\d)([ ./-]?)(\d\d)\2(\d\d)[ ]?[-–/ ]?[ ]?(\d{2}) ?(\d{2})(?!\d)")
_PHONE = re.compile(
    r"(?<![\d\w])(?:\(?(?:\+|00) ?45\)?[ .-]?)?"
    r"(?:[2-9]\d{7}|[2-9]\d{3}[ .-]\d{4}|[2-9]\d[ .-]\d\d[ .-]\d\d[ .-]\d\d|[2-9]\d[ .-]\d{3}[ .-]\d{3}"
    r"|[2-9]\d\d[ .-]\d{3}[ .-]\d{2}|[2-9]\d\d[ .-]\d\d[ .-]\d{3}|[2-9]\d{3}[ .-]\d\d[ .-]\d\d)(?![\d])"
)
_ABROAD = re.compile(r"(?<![\d\w])(?:\+|00)(?!45)[1-9]\d{0,2}[ .-]?\d(?:[ .-]?\d){6,11}(?!\d)")
# bounded on both sides, so that a long row of letters costs no more than its length
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@| ?\(?(?:snabel-?a|\(at\)|\[at\])\)? ?)(?:[\w-]{1,63}\.){1,4}[a-zæøå]{2,12}(?!\w)",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
_MONEY = re.compile(r"^ ?(?:kr|kroner|dkk|,-|mio|mg|ml|gram)\b", re.IGNORECASE)


class PersonalData:
    """Finds personal data. `public`: digits of numbers that belong to everybody."""

    def __init__(self, public: frozenset[str] | None = None) -> None:
        self._public = public if public is not None else frozenset(read_toml("da", "public_numbers")["numbers"])

    def find(self, text: str) -> tuple[Span, ...]:
        """Sorted, not overlapping spans in `text`."""
        found: list[Span] = []
        if "@" in text or "snabel" in text.lower() or "at)" in text or "at]" in text:
            found.extend(Span(match.start(), match.end(), "EMAIL") for match in _EMAIL.finditer(text))
        if _DIGIT.search(text):
            found.extend(Span(match.start(), match.end(), "CPR") for match in _CPR.finditer(text) if _a_date(match))
            found.extend(
                Span(match.start(), match.end(), "PHONE")
                for pattern in (_PHONE, _ABROAD)
                for match in pattern.finditer(text)
                if self._personal(text, match)
            )
        return _without_overlap(found)

    def _personal(self, text: str, match: re.Match[str]) -> bool:
        digits = re.sub(r"\D", "", match.group())
        national = digits.removeprefix("00").removeprefix("45") if len(digits) > 8 else digits
        if national in self._public or _DATE.match(digits):
            return False
        return _MONEY.match(text[match.end() : match.end() + 8]) is None


def _a_date(match: re.Match[str]) -> bool:
    """Days above 31 are those of replacement numbers (day plus 60)."""
    day, month = int(match.group(1)), int(match.group(3))
    return (1 <= day <= 31 or 61 <= day <= 91) and 1 <= month <= 12


def _without_overlap(found: list[Span]) -> tuple[Span, ...]:
    """Where two readings overlap the one listed first (mail, then CPR, then phone) is kept."""
    if not found:
        return ()
    kept: list[Span] = []
    for span in found:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
