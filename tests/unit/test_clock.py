from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ManualClock, SystemClock, as_utc


def test_the_system_clock_is_aware_and_its_monotonic_time_goes_on() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == dt.timedelta(0)
    assert clock.monotonic() <= clock.monotonic()


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(dt.datetime(2026, 3, 29, 1, 59, tzinfo=ZoneInfo("Europe/Copenhagen")))
    assert clock.now() == clock.now() == dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC)
    clock.advance(dt.timedelta(minutes=2))
    assert clock.now().astimezone(ZoneInfo("Europe/Copenhagen")).hour == 3
    assert clock.monotonic() == 120.0


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        as_utc(dt.datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(dt.datetime(2026, 1, 1))  # noqa: DTZ001
