"""The working plans: whose times return every week, and what becomes of them when a plan ends."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from admin.door import Door, Visit, form_of
from admin.fields import Now, day, line, number
from admin.pages import Pages
from bot.audit import Audit
from bot.booking import Bookings
from bot.staff import Action
from content.hours import COPENHAGEN, DAYS
from content.plans import Plan

TOLD: Final = frozenset({"added", "ended", "gone"})
FIELDS: Final = ("days", "start", "end", "minutes", "who", "place", "valid_from", "valid_to")
NEW: Final[Mapping[str, Any]] = dict.fromkeys(FIELDS, "") | {"days": (), "minutes": "60"}
"""What stands in the form of a plan that nobody has begun to write."""


class Problem(msgspec.Struct, frozen=True):
    """The field that cannot be, and the key of the words that say why."""

    field: str
    key: str


class Plans:
    """The room with the working plans; a coordinator's."""

    def __init__(self, bookings: Bookings, audit: Audit, door: Door, pages: Pages, *, now: Now) -> None:
        self._bookings = bookings
        self._audit = audit
        self._door = door
        self._pages = pages
        self._now = now

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        self._door.add(app, "GET", "/plans", Action.PLAN_SLOTS, self._list)
        self._door.add(app, "POST", "/plans", Action.PLAN_SLOTS, self._add)
        self._door.add(app, "POST", "/plans/{plan}/end", Action.PLAN_SLOTS, self._end)

    async def _list(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        told = request.query.get("told", "")
        return await self._page(visit, told=f"plans.{told}" if told in TOLD else "")

    async def _add(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form, actor = await form_of(request), visit.signed_in.actor
        given = {name: line(form, name) for name in FIELDS} | {"days": tuple(form.getall("days", ()))}
        plan = self._plan_of(given)
        if isinstance(plan, Problem):
            return await self._page(visit, given=given, problem=plan)
        if await self._bookings.add_plan(actor.tenant, plan) is not None:
            return await self._page(visit, given=given, problem=Problem("who", "plans.taken"))
        await self._audit.record(actor.tenant, actor.id, "plan.added", f"{plan.start}-{plan.end} {' '.join(plan.days)}")
        return self._pages.onward("/plans?told=added")

    async def _end(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        plan, actor = request.match_info["plan"], visit.signed_in.actor
        if not await self._bookings.remove_plan(actor.tenant, plan):
            return self._pages.onward("/plans?told=gone")
        await self._audit.record(actor.tenant, actor.id, "plan.ended", plan)
        return self._pages.onward("/plans?told=ended")

    def _plan_of(self, given: Mapping[str, Any]) -> Plan | Problem:
        """The plan that a form describes, or the first thing that is wrong with it."""
        dates: dict[str, dt.date | None] = {}
        for name in ("valid_from", "valid_to"):
            try:
                dates[name] = day(given[name])
            except ValueError:
                return Problem(name, "plans.wrong_date")
        plan = Plan(
            id="",
            days=tuple(one for one in DAYS if one in given["days"]),
            start=given["start"],
            end=given["end"],
            minutes=number(given["minutes"]) or 0,
            who=given["who"],
            place=given["place"],
            valid_from=dates["valid_from"],
            valid_to=dates["valid_to"],
        )
        wrong = plan.problem()
        if wrong is not None:
            return Problem(wrong[0], f"plans.wrong_{wrong[0]}")
        if plan.valid_to is not None and plan.valid_to < self._now().astimezone(COPENHAGEN).date():
            return Problem("valid_to", "plans.past")
        return plan

    async def _page(
        self, visit: Visit, *, told: str = "", given: Mapping[str, Any] = NEW, problem: Problem | None = None
    ) -> web.Response:
        plans = await self._bookings.plans(visit.signed_in.actor.tenant)
        return self._pages.render(
            "plans.html",
            status=200 if problem is None else 422,
            visit=visit,
            plans=plans,
            known={name: sorted({getattr(one.plan, name) for one in plans}) for name in ("who", "place")},
            days=list(enumerate(DAYS)),
            given=given,
            problem=problem,
            told=told,
        )
