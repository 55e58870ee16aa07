"""What was named, and the times it fits."""

from __future__ import annotations

import pytest

from dialogs.moments import fits, last_day

TEN, HALF_PAST_ONE = "2026-12-01T10:00+01:00", "2026-12-01T13:30+01:00"


@pytest.mark.parametrize(
    ("when", "ten", "half_past_one", "day"),
    [
        ("2026-12-01", True, True, True),
        ("2026-12-02", False, False, False),
        ("2026-W49", True, True, True),
        ("2026-W50", False, False, False),
        ("2026-12-01/forenoon", True, False, True),
        ("2026-12-01/afternoon", False, True, True),
        ("2026-12-01/noon", False, True, True),
        ("2026-12-01/evening", False, False, True),
        ("2026-12-01/after:12:00", False, True, True),
        ("2026-12-01/before:12:00", True, False, True),
        ("2026-12-01/09:00-11:00", True, False, True),
        ("2026-12-01T10:00:00+01:00", True, False, True),
        ("2026-12-01T09:00:00+00:00", True, False, True),
        ("2026-12-01T13:30:00+01:00", False, True, True),
        ("2026-12-01T11:00:00+01:00", False, False, True),
    ],
)
def test_a_time_fits_what_was_named(when: str, ten: bool, half_past_one: bool, day: bool) -> None:
    assert [fits(TEN, when), fits(HALF_PAST_ONE, when), fits("2026-12-01", when)] == [ten, half_past_one, day]


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (None, None),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24/evening", "2026-12-24"),
        ("2026-12-24T10:00:00+01:00", "2026-12-24"),
        ("2026-W53", "2027-01-03"),
    ],
)
def test_a_time_is_over_with_its_last_day(when: str | None, day: str | None) -> None:
    assert last_day(when) == day
