"""A small picture of a number a day; the words beside it say the same.

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
    lines = [
        Words(key="diary.curve.day", fields={"day": day(on), "value": value}) for on, value in days if value is not None
    ]
    if len(lines) < len(days):
        lines.append(Words(key="diary.curve.empty"))
    if limit:
        alt = Words(key="diary.curve.limit", fields={"lines": tuple(lines), "limit": limit})
    else:
        alt = Words(key="diary.curve", fields={"lines": tuple(lines)})
    return Picture(name=f"curve-{limit}-{numbers}.svg", alt=alt)
