"""Accounts, for the admin; and the audit, for admin and manager. Neither leads to what a citizen wrote."""

from aiohttp import web

from admin.door import Door, Visit, field, form_of
from admin.pages import Pages
from bot.audit import Audit
from bot.staff import Action, NameRefused, Role, Staff, UnknownStaff

SHOWN = 200


class People:
    """Two quiet rooms."""

    def __init__(self, staff: Staff, audit: Audit, door: Door, pages: Pages) -> None:
        self._staff = staff
        self._audit = audit
        self._door = door
        self._pages = pages

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        self._door.add(app, "GET", "/people", Action.MANAGE_STAFF, self._list)
        self._door.add(app, "POST", "/people", Action.MANAGE_STAFF, self._add)
        self._door.add(app, "POST", "/people/{name}/reset", Action.MANAGE_STAFF, self._reset)
        self._door.add(app, "POST", "/people/{name}/disable", Action.MANAGE_STAFF, self._disable)
        self._door.add(app, "GET", "/audit", Action.READ_AUDIT, self._entries)

    async def _list(self, _request: web.Request, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _add(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor, form = visit.signed_in.actor, await form_of(request)
        name, role = field(form, "name").strip().lower(), field(form, "role")
        try:
            code = await self._staff.add(
                tenant=actor.tenant, name=name, shown=field(form, "shown"), role=Role(role), by=actor.id
            )
        except (NameRefused, ValueError):
            return await self._page(visit, status=422, told="people.refused")
        return await self._page(visit, invited=name, code=code)

    async def _reset(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor, name = visit.signed_in.actor, request.match_info["name"]
        try:
            code = await self._staff.reset(name, by=actor.id, tenant=actor.tenant)
        except UnknownStaff:
            return await self._page(visit, status=404, told="people.unknown")
        return await self._page(visit, invited=name, code=code)

    async def _disable(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor = visit.signed_in.actor
        try:
            await self._staff.disable(request.match_info["name"], by=actor.id, tenant=actor.tenant)
        except UnknownStaff:
            return await self._page(visit, status=404, told="people.unknown")
        return self._pages.onward("/people")

    async def _page(
        self, visit: Visit, *, status: int = 200, told: str = "", invited: str = "", code: str = ""
    ) -> web.Response:
        members = await self._staff.members(visit.signed_in.actor.tenant)
        return self._pages.render(
            "people.html", status=status, visit=visit, members=members, roles=list(Role), told=told, invited=invited,
            code=code,
        )  # fmt: skip

    async def _entries(self, _request: web.Request, visit: Visit) -> web.StreamResponse:
        tenant = visit.signed_in.actor.tenant
        names = {member.id: member.shown for member in await self._staff.members(tenant)}
        entries = await self._audit.newest(tenant, limit=SHOWN)
        return self._pages.render("audit.html", visit=visit, entries=entries, names=names, did=self._did)

    def _did(self, action: str) -> str:
        """What was done, in words; the code of what the words do not know."""
        key = f"did.{action.replace('.', '_')}"
        return self._pages.say(key) if self._pages.knows(key) else action
