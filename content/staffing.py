"""When counselors are at the desk, and what a citizen may truly be told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from math import ceil
from statistics import median

import msgspec

from content.hours import COPENHAGEN, Hours

ENOUGH_TALKS = 5
"""With fewer lengths of talks than this no waiting time is told: it would be a guess."""
ROUNDED_TO = 5
LONGEST_TOLD = 120
"""Minutes past which no waiting time is told."""


ANSWER_WITHIN: Mapping[int, dt.timedelta] = {3: dt.timedelta(minutes=2), 2: dt.timedelta(hours=1)}
"""How soon somebody should come, by severity: 3 with the first escalation, 2 well within the day (DESIGN §5)."""
OTHERWISE_WITHIN = dt.timedelta(days=1)


class Staffing(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody sits at the desk. Written in a pack as `[staffing]` with `hours` as in `content.hours`."""

    hours: Hours
    at_once: int = 3
    """Talks that one counselor has at a time."""
    queue_most: int = 20
    """Citizens who may wait; past it the desk is full."""


class DeskState(StrEnum):
    """Whether a human can be had in the chat."""

    NONE = "none"
    OPEN = "open"
    QUEUE = "queue"
    FULL = "full"
    CLOSED = "closed"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands at the desk. `place` and `minutes` for who comes now; `opens` is Danish time, None: not known."""

    state: DeskState
    place: int | None = None
    minutes: int | None = None
    opens: dt.datetime | None = None


def standing(
    staffing: Staffing | None,
    at: dt.datetime,
    *,
    present: int,
    talking: int,
    waiting: int,
    lengths: tuple[float, ...] = (),
) -> Standing:
    """What is true now. `present` counselors have `talking` talks, `waiting` citizens wait; `lengths` are the minutes
    that the last talks took.

    In the staffed hours it is open only while somebody is present; outside them it is closed even if somebody is.
    """
    if staffing is None:
        return Standing(state=DeskState.NONE)
    opening = staffing.hours.opening(at)
    if not opening.is_open:
        return Standing(state=DeskState.CLOSED, opens=opening.next)
    if present == 0:
        return Standing(state=DeskState.CLOSED)
    if waiting >= staffing.queue_most:
        return Standing(state=DeskState.FULL)
    if waiting == 0 and talking < present * staffing.at_once:
        return Standing(state=DeskState.OPEN)
    place = waiting + 1
    return Standing(state=DeskState.QUEUE, place=place, minutes=wait(place, present * staffing.at_once, lengths))


def wait(place: int, at_once: int, lengths: tuple[float, ...]) -> int | None:
    """Minutes until a place is free for the one at `place`, rounded up to five; None where nobody can know.

    With `at_once` talks going on, each of the usual length, one ends every length / at_once minutes.
    """
    if len(lengths) < ENOUGH_TALKS or at_once < 1:
        return None
    minutes = ceil(place * median(lengths) / at_once / ROUNDED_TO) * ROUNDED_TO
    return minutes if 0 < minutes <= LONGEST_TOLD else None


def answer_by(severity: int, at: dt.datetime, opens: str | None) -> dt.datetime:
    """When somebody should have come. Below 3 it counts from when the desk opens (ISO), if it is closed."""
    within = ANSWER_WITHIN.get(severity, OTHERWISE_WITHIN)
    begins = at if severity >= 3 or opens is None else max(at, dt.datetime.fromisoformat(opens))
    return begins.astimezone(dt.UTC) + within


def when_words(opens: dt.datetime, at: dt.datetime) -> tuple[str, dict[str, str]]:
    """Catalog key of "i morgen klokken 9", seen from `at`, and its fields."""
    moment = opens.astimezone(COPENHAGEN)
    days = (moment.date() - at.astimezone(COPENHAGEN).date()).days
    hour = f"{moment.hour}.{moment:%M}" if moment.minute else str(moment.hour)
    fields = {"hour": hour, "clock": f"{moment:%H:%M}"}
    if days <= 1:
        return ("desk.when.tomorrow" if days else "desk.when.today"), fields
    if days < 7:
        return f"desk.when.day.{moment.weekday()}", fields
    return "desk.when.date", {**fields, "date": f"{moment.day}.{moment.month}."}
