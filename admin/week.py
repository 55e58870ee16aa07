"""The week of first talks: who has which time, who came, and what is still free. No name: a booking has none."""

import datetime as dt
from collections import Counter
from typing import Any, Final

import msgspec
from aiohttp import web

from admin.door import Door, Visit, field, form_of
from admin.fields import FIRST, LAST, Now, line, number
from admin.pages import Pages
from bot.audit import Audit
from bot.booking import Appointment, Bookings, BookingState, SlotState
from bot.staff import ALLOWED, Action
from content.hours import COPENHAGEN

OUTCOMES: Final = {"attended": BookingState.ATTENDED, "no_show": BookingState.NO_SHOW}
TOLD: Final = frozenset({"marked", "cancelled", "closed_now", "added", "changed", "form"})
_LENGTHS: Final = range(10, 241)


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """One time as it is shown."""

    of: Appointment
    state: str
    """`free held booked attended no_show closed`."""
    begun: bool


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the week."""

    date: dt.date
    times: tuple[Time, ...]


class Week:
    """The room with the calendar."""

    def __init__(self, bookings: Bookings, audit: Audit, door: Door, pages: Pages, *, now: Now) -> None:
        self._bookings = bookings
        self._audit = audit
        self._door = door
        self._pages = pages
        self._now = now

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        self._door.add(app, "GET", "/bookings", Action.SEE_BOOKINGS, self._show)
        self._door.add(app, "POST", "/bookings/{booking}/mark", Action.CHANGE_BOOKINGS, self._mark)
        self._door.add(app, "POST", "/bookings/{booking}/cancel", Action.CHANGE_BOOKINGS, self._cancel)
        self._door.add(app, "POST", "/slots", Action.PLAN_SLOTS, self._add)
        self._door.add(app, "POST", "/slots/{slot}/close", Action.PLAN_SLOTS, self._close)

    async def _show(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor, now, told = visit.signed_in.actor, self._now(), request.query.get("told", "")
        monday = _monday(request.query.get("week", ""), now)
        times = [_shown(one, now) for one in await self._bookings.week(actor.tenant, monday) if _counts(one)]
        days = [_day(monday + dt.timedelta(days=n), times) for n in range(7)]
        return self._pages.render(
            "week.html",
            visit=visit,
            week=_name(monday),
            number=monday.isocalendar().week,
            before=_name(monday - dt.timedelta(days=7)),
            after=_name(monday + dt.timedelta(days=7)),
            days=[day for day in days if day.times or day.date.weekday() < 5],
            counts=Counter(one.state for one in times),
            today=now.astimezone(COPENHAGEN).date(),
            plans=Action.PLAN_SLOTS in ALLOWED[actor.role],
            told=f"week.{told}" if told in TOLD else "",
        )

    async def _mark(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form, booking, actor = await form_of(request), request.match_info["booking"], visit.signed_in.actor
        outcome, revision = OUTCOMES.get(field(form, "outcome")), number(field(form, "revision"))
        if outcome is None or revision is None:
            return self._back(form, "form")
        done = await self._bookings.mark(actor.tenant, booking, revision=revision, outcome=outcome)
        return await self._done(form, visit, f"booking.{outcome.value}", booking, "marked" if done else "changed")

    async def _cancel(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form, booking = await form_of(request), request.match_info["booking"]
        revision = number(field(form, "revision"))
        if revision is None:
            return self._back(form, "form")
        done = await self._bookings.cancel(visit.signed_in.actor.tenant, booking, revision=revision)
        return await self._done(form, visit, "booking.cancelled", booking, "cancelled" if done else "changed")

    async def _close(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form, slot = await form_of(request), request.match_info["slot"]
        done = await self._bookings.close_slot(visit.signed_in.actor.tenant, slot)
        return await self._done(form, visit, "slot.closed", slot, "closed_now" if done else "changed")

    async def _add(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form = await form_of(request)
        minutes, starts_at = number(field(form, "minutes")), _moment(field(form, "day"), field(form, "time"))
        who, place = line(form, "who"), line(form, "place")
        if starts_at is None or minutes is None or minutes not in _LENGTHS or not who or not place:
            return self._back(form, "form")
        tenant = visit.signed_in.actor.tenant
        done = await self._bookings.add_slot(tenant, starts_at=starts_at, minutes=minutes, who=who, place=place)
        return await self._done(form, visit, "slot.added", starts_at.isoformat(), "added" if done else "changed")

    async def _done(self, form: Any, visit: Visit, action: str, what: str, told: str) -> web.StreamResponse:
        """Back to the week; what was really done stands in the audit."""
        if told != "changed":
            actor = visit.signed_in.actor
            await self._audit.record(actor.tenant, actor.id, action, what)
        return self._back(form, told)

    def _back(self, form: Any, told: str) -> web.StreamResponse:
        return self._pages.onward(f"/bookings?week={_name(_monday(field(form, 'week'), self._now()))}&told={told}")


def _counts(one: Appointment) -> bool:
    """Is it worth showing: a time that somebody has or had, or that is open or was closed by hand."""
    return one.state is not SlotState.WITHDRAWN or one.booked is not None


def _shown(one: Appointment, now: dt.datetime) -> Time:
    state = "free" if one.booked is None else one.booked.value
    if one.booked is None and one.state is SlotState.CLOSED:
        state = "closed"
    return Time(of=one, state=state, begun=one.starts_at <= now)


def _day(date: dt.date, times: list[Time]) -> Day:
    return Day(date=date, times=tuple(one for one in times if one.of.starts_at.astimezone(COPENHAGEN).date() == date))


def _monday(name: str, now: dt.datetime) -> dt.date:
    """The Monday of a week written `2026-W48`; of this week for anything else."""
    today = now.astimezone(COPENHAGEN).date()
    try:
        year, week = name.split("-W")
        monday = dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return today - dt.timedelta(days=today.weekday())
    return monday if FIRST <= monday <= LAST else today - dt.timedelta(days=today.weekday())


def _name(monday: dt.date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _moment(day: str, time: str) -> dt.datetime | None:
    """Danish wall time; None for what is no time, or not one only: where the clocks change."""
    try:
        naive = dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time))
    except ValueError:
        return None
    if naive.tzinfo is not None or not FIRST <= naive.date() <= LAST:
        return None
    once, twice = naive.replace(tzinfo=COPENHAGEN, fold=0), naive.replace(tzinfo=COPENHAGEN, fold=1)
    return once if once.utcoffset() == twice.utcoffset() else None
