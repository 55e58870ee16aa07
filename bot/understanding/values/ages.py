"""A person's own age in whole years."""

import re

_OLDEST = 120
_REFUSED = re.compile(
    r"\b(snart|næsten|over|under|omkring|cirka|ca|midt|starten|slutningen|født|fylder|bliver|ikke|mindst|almost|about"
    r"|around|born|not|nearly|turning|turn|børn|barn|søn|datter|min|mor|far|ved)\b"
)
_WEEKDAY = "(?:man|tirs|ons|tors|fre|lør|søn)dag"
_AGE = re.compile(
    r"^(?:hej |ja |nej |jeg |i |er |i'm |am |im |bare |kun |min alder er |alder |lige blevet |lige fyldt "
    r"|har lige fyldt |fyldte |er blevet |blevet |blev |1 |dreng |pige |mand |kvinde |fyr |på )*"
    r"(\d{1,3})(?:[.,]5)?(?: ?(?:år|years?|årig|-årig|yo|y o|somre))?(?: gammel| old)?"
    r"(?: (?:og )?(?:1 )?halvt?| og \d+ måned(?:er)?)?"
    rf"(?: i går| i dag| i sidste (?:uge|måned)| i {_WEEKDAY}s| for nylig"
    r"| for (?:lidt|\w+ (?:dage|uger?|måneder?)) siden| dreng| pige| mand| kvinde)?$"
)
_MONTHS = "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december"
_TO_COME = re.compile(
    r"^(?:ja |men |jeg )*(?:bliver|fylder|i turn|i'm turning|turning) (\d{1,3})(?: år)? "
    rf"(?:(?:til|i|her i|in) (?:{_MONTHS}|sommer|jul|foråret|efteråret|vinter|næste (?:uge|måned)|morgen|overmorgen)"
    rf"|(?:om|in) \w+ (?:dage?|uger?|måned|måneder|days|weeks|months)|på {_WEEKDAY}"
    r"|den \d+|next (?:week|month)|tomorrow)$"
)
_TODAY = re.compile(r"^(?:jeg )?(?:bliver|fylder) (\d{1,3})(?: år)? i dag$")
_NOW_AND_NEXT = re.compile(
    r"^(?:jeg |er |i'm )*(\d{1,3})(?: år)?,? (?:og |men )?(?:næsten|snart|bliver|fylder)(?: snart)? (\d{1,3})\b"
)


def age(said: str) -> int | None:
    """0..120. `said`: plain, with numbers in digits. Who turns 16 in May is 15."""
    today = _TODAY.match(said)
    if today is not None:
        return _within(int(today[1]))
    coming = _TO_COME.match(said)
    if coming is not None:
        return _within(int(coming[1]) - 1)
    both = _NOW_AND_NEXT.match(said)
    if both is not None:
        return _within(int(both[1])) if int(both[2]) == int(both[1]) + 1 else None
    if _REFUSED.search(said.replace("min alder", "")):
        return None
    found = _AGE.match(said)
    return None if found is None else _within(int(found[1]))


def _within(years: int) -> int | None:
    return years if 0 <= years <= _OLDEST else None
