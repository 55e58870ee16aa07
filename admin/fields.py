"""What the forms with times have in common: how a field becomes a number, a line or a day."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from admin.door import field

Now = Callable[[], dt.datetime]
"""The time, aware."""
FIRST, LAST = dt.date(2020, 1, 1), dt.date(2100, 1, 1)
"""The days a form may name."""
_LONGEST: Final = 80


def number(text: str) -> int | None:
    """A whole number of at most nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def line(form: Any, name: str) -> str:
    """A field as one line of at most 80 characters."""
    return " ".join(field(form, name).split())[:_LONGEST]


def day(text: str) -> dt.date | None:
    """A day written `2026-11-25`. Raises ValueError for what is none, or is far away; blank is None."""
    if not text:
        return None
    found = dt.date.fromisoformat(text)
    if not FIRST <= found <= LAST:
        raise ValueError(text)
    return found
