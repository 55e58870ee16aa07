"""The day after a danger: when the citizen is asked how they are, and the timer that asks."""

from datetime import datetime, time, timedelta

from bot.privacy.pseudonyms import new_id
from bot.storage.ports import Loaded, NewTimer
from content.hours import COPENHAGEN

KIND = "check_in"
"""Of the timers; their subject is the conversation."""
SLEEP = timedelta(hours=7)
"""Between the wish and the question: at two at night, tomorrow is after having slept."""
LATEST = timedelta(hours=12)
"""So long after its time it is missed: a question about yesterday has no sense two days later."""


def next_at(now: datetime, hour: int) -> datetime:
    """The next time that the clock on the wall in Denmark shows `hour`, but not before a night's sleep. Aware."""
    earliest = (now + SLEEP).astimezone(COPENHAGEN)
    at = datetime.combine(earliest.date(), time(hour), COPENHAGEN)
    return at if at >= earliest else datetime.combine(earliest.date() + timedelta(days=1), time(hour), COPENHAGEN)


def timer(loaded: Loaded, due: datetime) -> NewTimer:
    """Ask then; a later wish takes its place."""
    return NewTimer(
        id=new_id(), kind=KIND, subject=loaded.id, revision=loaded.turn + 1, due_at=due, not_after=due + LATEST
    )
