"""Clock times and parts of the day in a canonical line (words.py)."""

import re
from datetime import time

import msgspec

from bot.understanding.times.calendar import office_hour
from bot.understanding.times.words import PARTS, WEEKDAYS

_AT = (
    r"(?:\d{1,2} (?:minutter |min )?(?:i|over) (?:halv )?\d{1,2}|kvart(?:er)? (?:i|over) \d{1,2}|halv \d{1,2}"
    r"|half over \d{1,2}|\d{1,2}[.:]\d{2}(?: [pa]m)?|\d{1,2} (?:pm|am)|\d{3,4}(?= )|\d{1,2})\.?"
)
_KL = r"(?:kl )?(?:omkring )?(?:kl )?"
_BETWEEN = re.compile(rf" (?:mellem|fra) {_KL}(?P<a>{_AT}) (?:og|til|-|–) {_KL}(?P<b>{_AT})(?= )")
_TO = re.compile(rf" (?P<k>kl )?(?P<a>{_AT}) ?(?:-|–|til) ?{_KL}(?P<b>{_AT})(?= )")
_AFTER = re.compile(rf" (?:efter|fra|først efter|later than) {_KL}(?P<a>{_AT})(?= )")
_BEFORE = re.compile(rf" (?:før|til|by) {_KL}(?P<a>{_AT})(?= )")
_EXACT = re.compile(rf" kl (?:omkring )?(?P<a>{_AT})(?= )|(?: omkring)? (?P<b>\d{{1,2}}) ?-? ?tiden(?= )")
_BARE = re.compile(
    r"(?: omkring)? (?P<a>\d{1,2} (?:minutter |min )?(?:i|over) (?:halv )?\d{1,2}|kvart(?:er)? (?:i|over) \d{1,2}"
    r"|halv \d{1,2}|half over \d{1,2}|\d{1,2}[.:]\d{2}(?: [pa]m)?|\d{1,2} (?:pm|am)) "
)
_AFTER_A_DAY = re.compile(
    r" (?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|i morgen|i dag|i overmorgen) (?P<a>\d{1,2}) (?![a-z]|/)"
)
_JOINED = re.compile(r" (?P<k>kl )?(?P<a>\d{1,2}(?:\.\d{2})?)[-–](?P<b>\d{1,2}(?:\.\d{2})?)\.? ")
_PART = re.compile(
    r"(?: (?:om|på|i|hele|sent|sidst|først|midt|tidlig|denne|in the|this))*"
    r" (?P<p>morgenen|formiddag|eftermiddag|aften|nat|middag|tidlig|morning)(?= )"
)
_SIDES = {"før": "efter", "efter": "før", "senere end": "efter", "tidligere end": "før"}
_OTHER_SIDE = re.compile(r" (?:ikke (?P<w>før|efter)|(?P<x>senere end|tidligere end)) ")
_BOUND_OF_A_DAY = re.compile(
    rf" (?P<w>efter|før|fra) (?:på |den )?(?P<day>#|{'|'.join(WEEKDAYS)}) (?=kl \d|kl halv|kl kvart)"
)
"""In "senest fredag kl 14" what bounds the hour stands before the day."""
_NOON_BOUND = re.compile(r" (?P<w>efter|før) middag(?= )")
_MIDNIGHT = re.compile(r" (?:ved )?midnat(?= )")
_LATEST = re.compile(r"[.:]")


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of the time of day: one `at`, or a span, or a part."""

    at: time | None = None
    after: time | None = None
    before: time | None = None
    part: str | None = None

    @property
    def words(self) -> str | None:
        """As PART of CONTRACTS §2; None if nothing was said, or one exact time."""
        if self.after is not None and self.before is not None:
            return f"{self.after:%H:%M}-{self.before:%H:%M}"
        if self.after is not None:
            return f"after:{self.after:%H:%M}"
        if self.before is not None:
            return f"before:{self.before:%H:%M}"
        return self.part


def clock_in(line: str, *, dated: bool) -> tuple[Clock, str]:
    """The time of day, and the line without its words. `dated`: a day is named, so that "9-11" are hours."""
    noon = _NOON_BOUND.search(line)
    if noon is not None:
        bound = time(12)
        clock = Clock(after=bound) if noon["w"] == "efter" else Clock(before=bound)
        return clock, _without(line, noon)
    line = _OTHER_SIDE.sub(lambda found: f" {_SIDES[found['w'] or found['x']]} ", line)
    line = _BOUND_OF_A_DAY.sub(r" \g<day> \g<w> ", line)
    part = _PART.search(line)
    named = None if part is None else _part_of(part["p"])
    rest = line if part is None else _without(line, part)
    for pattern in (_BETWEEN, _JOINED, _TO):
        found = pattern.search(rest)
        if found is not None and (pattern is _BETWEEN or found["k"] or named is not None or (dated and _hours(found))):
            begins, ends = _time(found["a"], named), _time(found["b"], named)
            if begins is not None and ends is not None and begins < ends:
                return Clock(after=begins, before=ends, part=named), _without(rest, found)
    for pattern, side in ((_AFTER, "after"), (_BEFORE, "before")):
        found = pattern.search(rest)
        if found is not None and (at := _time(found["a"], named)) is not None:
            clock = Clock(after=at, part=named) if side == "after" else Clock(before=at, part=named)
            return clock, _without(rest, found)
    return _exact(rest, named)


def _exact(line: str, named: str | None) -> tuple[Clock, str]:
    for pattern in (_EXACT, _BARE, _AFTER_A_DAY):
        found = pattern.search(line)
        if found is None:
            continue
        said = found["a"] or found["b"] if pattern is _EXACT else found["a"]
        at = _time(said, named)
        if at is not None and (pattern is not _AFTER_A_DAY or 7 <= int(said) <= 20):
            left = (
                line[: found.start("a")] + line[found.end("a") :] if pattern is _AFTER_A_DAY else _without(line, found)
            )
            return Clock(at=at, part=named), left
    if (midnight := _MIDNIGHT.search(line)) is not None:
        return Clock(at=time(0), part="night"), _without(line, midnight)
    return Clock(part=named), line


def _hours(found: re.Match[str]) -> bool:
    """Two hours of a working day, and no date."""
    first, last = (_LATEST.split(found[side])[0] for side in ("a", "b"))
    return first.isdigit() and last.isdigit() and 7 <= int(first) < int(last) <= 20


def _part_of(word: str) -> str:
    return "morning" if word in ("tidlig", "morning") else PARTS[word]


def _without(line: str, found: re.Match[str]) -> str:
    return f"{line[: found.start()]} {line[found.end() :]}"


_OVER = re.compile(r"(\d{1,2}|kvart(?:er)?) (?:minutter |min )?(i|over) (halv )?(\d{1,2})")


def _time(said: str, part: str | None) -> time | None:
    """One clock time; None where there is none such."""
    said = said.rstrip(".")
    if (over := _OVER.fullmatch(said)) is not None:
        minutes = int(over[1]) if over[1].isdigit() else 15
        hour, half = int(over[4]), 30 if over[3] else 0
        whole = (hour - 1 if half else hour) * 60 + half + (minutes if over[2] == "over" else -minutes)
        return _of_minutes(whole, part)
    if said.startswith("half over "):
        return _of_minutes(int(said[10:]) * 60 + 30, part)
    if said.startswith("halv "):
        return _of_minutes(int(said[5:]) * 60 - 30, part)
    if said.endswith((" pm", " am")):
        hours, _, minute = said[:-3].replace(".", ":").partition(":")
        return office_hour(int(hours) % 12 + (12 if said.endswith("pm") else 0), int(minute or 0), "morning")
    pieces = _LATEST.split(said)
    if len(pieces) == 2:
        return _twenty_four(int(pieces[0]), int(pieces[1]), part, said)
    if len(said) > 2:
        return _twenty_four(int(said[:-2]), int(said[-2:]), part, said)
    return office_hour(int(said), 0, part)


def _twenty_four(hour: int, minute: int, part: str | None, said: str) -> time | None:
    """A written "08.30" or "0130" says itself which half of the day it is of."""
    return office_hour(hour, minute, "morning" if said.startswith("0") and part is None else part)


def _of_minutes(minutes: int, part: str | None) -> time | None:
    """Five to one is 12:55, half past twelve in the office."""
    minutes %= 24 * 60
    if part is None and minutes < 60:
        minutes += 12 * 60
    return office_hour(minutes // 60, minutes % 60, part)
