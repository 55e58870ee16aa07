"""Helplines and emergency contacts: who answers, when, and which to show first.

`hours` are required: a line with nothing said about its hours reads as open now, and Livslinien, often called round
the clock, closes at 05 (domain/denmark.md §0.1). No text may depend on a line being answered.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from content.hours import Hours, Opening

if TYPE_CHECKING:
    from content.packs import Pack

ALARM = "alarm_112"
"""Id of the national emergency number; content without it does not load."""
CHILD_LINE = "boernetelefonen"
"""Id of the line for everybody under 18, open round the clock."""
ADULT = 18


class Helpline(msgspec.Struct, frozen=True, kw_only=True):
    """One contact. `number` None where one comes or writes instead (see `channels`: phone, sms, chat, web, place)."""

    id: str
    name: str
    hours: Hours
    source: str
    read_on: dt.date
    """When the source was read. Only a person who has called may fill in `verified_on`."""
    confidence: str
    """H: a good source; M: an older or indirect one. Nothing weaker is shipped."""
    number: str | None = None
    web: str | None = None
    place: str | None = None
    channels: tuple[str, ...] = ("phone",)
    labels: tuple[str, ...] = ()
    """Crisis labels it is right for; the earlier ones in `order` first."""
    about: tuple[str, ...] = ("self", "other", "child")
    age_min: int = 0
    age_max: int | None = None
    """Age of the person it is about, in years, both included."""
    roles: tuple[str, ...] = ("self", "relative", "professional")
    anonymous: bool | None = None
    asks: tuple[str, ...] = ()
    """What it asks or does that a citizen should know before calling: cpr, name, recorded."""
    live: bool = True
    """A person answers at once; otherwise one writes and is answered later."""
    general: bool = False
    """Right for anything when nothing fitting is open (112's and the region's doctors)."""
    order: int = 50
    """Among equally fitting lines, lower comes first."""
    verified_on: dt.date | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    @property
    def note_keys(self) -> tuple[str, ...]:
        """Catalog keys of what to say about anonymity and about what it asks."""
        keys = [f"helpline.asks.{asked}" for asked in self.asks]
        if self.anonymous is not None:
            keys.append("helpline.anonymous" if self.anonymous else "helpline.not_anonymous")
        return tuple(keys)

    def opening(self, at: dt.datetime) -> Opening:
        """Open or not at an aware moment. Past `valid_until` only hours that never end are still believed."""
        if not self.live:
            return Opening(is_open=False, letters=True)
        state = self.hours.opening(at)
        if self.valid_until is not None and at.date() > self.valid_until and not self.hours.always:
            return Opening(is_open=False)
        return state


def open_now(line: Helpline, at: dt.datetime) -> bool:
    """Whether somebody answers at this aware moment."""
    return line.live and line.opening(at).is_open


def choose(
    pack: Pack,
    at: dt.datetime,
    *,
    label: str,
    about: str | None,
    age_group: str | None,
    severity: int = 2,
    limit: int = 3,
) -> list[Helpline]:
    """The lines to show, most useful first, at most `limit` (in an emergency 112 is one of them, and first).

    `label` and `about` as DESIGN §5; `age_group` names the person it is about (`13-17`, `<15`, `under_18`, `26+`) or
    is None. What fits and is open comes before the general lines that are open, and these before what fits but is
    closed: the caller says with `opening(at)` when that opens. Under 18, and where a child is in danger, BørneTelefonen
    is always among them. Where nothing at all is open and a person must be seen today, 112 is first too.
    """
    youngest, oldest = ages(age_group)
    child = oldest < ADULT or about == "child" or label == "child_in_danger"
    day = at.date()

    def fits(line: Helpline) -> bool:
        return (
            label in line.labels
            and (about is None or about in line.about)
            and line.age_min <= oldest
            and (line.age_max is None or line.age_max >= youngest)
        )

    def rank(line: Helpline) -> tuple[bool, bool, int, str]:
        return (not open_now(line, at), not fits(line), line.order, line.id)

    known = [line for line in pack.lines if line.valid_from is None or line.valid_from <= day]
    alarm = [line for line in known if line.id == ALARM]
    first = alarm if severity >= 3 else []
    first = first + [line for line in known if line.id == CHILD_LINE and child]
    rest = [
        line
        for line in known
        if line not in first and line.id != ALARM and (fits(line) or (line.general and open_now(line, at)))
    ]
    if severity >= 2 and not any(open_now(line, at) for line in (*first, *rest)):
        first = alarm + first
    return (first + sorted(rest, key=rank))[:limit]


def ages(group: str | None) -> tuple[int, int]:
    """The youngest and oldest age of a group: `13-17`, `<15`, `26+`, `under_18`. None or unreadable is an adult's."""
    numbers = [int(part) for part in _digits(group or "")]
    if not numbers:
        return (ADULT, 130)
    if len(numbers) == 2:
        return (numbers[0], numbers[1])
    if group is not None and (group.startswith("<") or group.startswith("under")):
        return (0, numbers[0] - 1)
    return (numbers[0], 130)


def _digits(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()
