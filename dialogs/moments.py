"""What a named time stands for, as CONTRACTS §2 writes `when`: whether a moment is within it, and when it is over."""

from datetime import date, datetime, time

_PARTS = {
    "morning": (time(5), time(10)),
    "forenoon": (time(8), time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time.max),
    "night": (time(0), time(6)),
}
"""From, and before: what people call it, with an overlap at the edges."""


def fits(at: str, when: str) -> bool:
    """`at`: a day or a moment, ISO; `when`: what was named. A day that is named fits all its moments."""
    if "-W" in when:
        year, week, _ = date.fromisoformat(at[:10]).isocalendar()
        return when == f"{year}-W{week:02}"
    day, _, part = when.partition("/")
    if "T" in day:
        return _same(at, day)
    if at[:10] != day:
        return False
    return not part or "T" not in at or _within(datetime.fromisoformat(at).time(), part)


def last_day(when: str | None) -> str | None:
    """The day (ISO) that a named time is over with; None where none was named."""
    if when is None:
        return None
    year, is_week, week = when.partition("-W")
    if is_week:
        return date.fromisocalendar(int(year), int(week), 7).isoformat()
    return when[:10]


def _same(at: str, moment: str) -> bool:
    if "T" not in at:
        return at == moment[:10]
    return datetime.fromisoformat(at) == datetime.fromisoformat(moment)


def _within(clock: time, part: str) -> bool:
    if part in _PARTS:
        begins, ends = _PARTS[part]
        return begins <= clock < ends
    if part.startswith("after:"):
        return clock >= time.fromisoformat(part.removeprefix("after:"))
    if part.startswith("before:"):
        return clock < time.fromisoformat(part.removeprefix("before:"))
    begins_at, _, ends_at = part.partition("-")
    return time.fromisoformat(begins_at) <= clock < time.fromisoformat(ends_at)
