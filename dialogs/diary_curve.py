"""A small picture of a number a day; the words beside it say the same, day by day.

The name tells the drawer all (`bot.channels.curves`): the limit, the days of the month, their numbers. It does not say
of what, so that an address that is seen somewhere says nothing of whom it was for.
"""

from collections.abc import Sequence
from datetime import date

from dialogs.steps import Picture, Words
from dialogs.times import day

Days = Sequence[tuple[date, int | None]]
"""Each day with its number, None where nothing is written."""


def curve(days: Days, limit: int = 0) -> Picture:
    """The days as a curve, with a line at `limit` if there is one."""
    numbers = "-".join(f"{on.day}_{'x' if value is None else value}" for on, value in days)
    lines = tuple(_line(on, value) for on, value in days)
    if limit:
        alt = Words(key="diary.curve.limit", fields={"lines": lines, "limit": limit})
    else:
        alt = Words(key="diary.curve", fields={"lines": lines})
    return Picture(name=f"curve-{limit}-{numbers}.svg", alt=alt)


def _line(on: date, value: int | None) -> Words:
    if value is None:
        return Words(key="diary.curve.empty", fields={"day": day(on)})
    return Words(key="diary.curve.day", fields={"day": day(on), "value": value})
