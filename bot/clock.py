"""The clock comes in through the door: nothing in the house asks the operating system for the time by itself."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how long something took."""

    def now(self) -> datetime:
        """The time, aware, in UTC. It may jump in either direction."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back. For time limits."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told: for tests."""

    def __init__(self, start: datetime) -> None:
        self._start = self._now = as_utc(start)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, by: timedelta) -> None:
        """Move the clock, back too if `by` is negative."""
        self._now += by


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError on a naive one: a time without zone is a bug, never a guess."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone")
    return moment.astimezone(UTC)
