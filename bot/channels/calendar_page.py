"""`/t/{tenant}/aftale`: a booked time as a calendar file, for whoever has its code, on any device and without a script.

The code is sent in the body, never in an address: addresses stay in histories. Any code that does not work is answered
with the same words after the same time, whether it is wrong, over, of another place, or one guess too many.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection
from typing import Final, Protocol
from urllib.parse import parse_qs

from aiohttp import web

from bot.calendar_file import TYPE, calendar_file
from bot.channels.citizen_page import CitizenPages, page_policy
from bot.channels.citizens import SAME_TIME
from bot.channels.limits import Limits
from bot.privacy.pseudonyms import read_booking_code
from bot.storage.appointments import Appointment
from content.loading import Content

FORM: Final = "application/x-www-form-urlencoded"
VARIANTS: Final = {"": ("da", "plain"), "easy": ("da", "easy"), "en": ("en", "plain"), "en-easy": ("en", "easy")}
"""By the query of the address: language and reading level."""
MOST_FIELDS: Final = 10


class Finder(Protocol):
    """Who finds a booking by its code (bot.booking)."""

    async def by_code(self, tenant: str, code: str) -> Appointment | None: ...


class CalendarPage:
    """The form, and the file."""

    def __init__(
        self,
        content: Content,
        finder: Finder,
        pages: CitizenPages,
        *,
        tenants: Collection[str],
        limits: Limits,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float],
    ) -> None:
        """`now` is the time; `clock` counts seconds and never goes back."""
        self._content = content
        self._finder = finder
        self._pages = pages
        self._tenants = tenants
        self._limits = limits
        self._now = now
        self._clock = clock

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/t/{tenant}/aftale", self._form)
        app.router.add_post("/t/{tenant}/aftale", self._file)

    def _tenant(self, request: web.Request) -> str:
        tenant = request.match_info["tenant"]
        if tenant not in self._tenants:
            raise web.HTTPNotFound
        return tenant

    async def _form(self, request: web.Request) -> web.Response:
        return self._page(request, self._tenant(request), missed=False)

    async def _file(self, request: web.Request) -> web.Response:
        tenant = self._tenant(request)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            raise web.HTTPForbidden
        if request.content_type != FORM:
            raise web.HTTPUnsupportedMediaType
        given = _fields(await request.read())
        found = await self._find(request, tenant, given.get("code", ""))
        if found is None:
            return self._page(request, tenant, missed=True)
        named = "named" in given
        pack = self._content.pack(tenant)
        title = pack.name if named else self._text(request, tenant, "title")
        body = calendar_file(found, title=title, place=found.place if named else None, now=self._now())
        return web.Response(
            body=body,
            content_type=TYPE,
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="aftale.ics"'},
        )

    async def _find(self, request: web.Request, tenant: str, code: str) -> Appointment | None:
        asked = self._clock()
        code = read_booking_code(code) or code[:64]
        visitor = self._limits.visitor(request.remote, request.headers.get("X-Forwarded-For"))
        found = await self._finder.by_code(tenant, code)
        if found is not None and self._limits.may_guess(visitor, code):
            self._limits.guessed_right(code)
            return found
        self._limits.guessed_wrong(visitor)
        await asyncio.sleep(SAME_TIME - (self._clock() - asked))
        return None

    def _page(self, request: web.Request, tenant: str, *, missed: bool) -> web.Response:
        language, _ = _variant(request)
        keys = ("heading", "about", "code", "named", "get", "missed", "back")
        words = {key: self._text(request, tenant, key) for key in keys}
        html = self._pages.template("calendar.html").render(
            asset=self._pages.asset_url, words=words, language=language, missed=missed, tenant=tenant,
            query=request.query_string if request.query_string in VARIANTS else "",
        )  # fmt: skip
        policy = page_policy(frozenset(), forms="'self'")
        return web.Response(
            text=html,
            content_type="text/html",
            status=404 if missed else 200,
            headers={"Content-Security-Policy": policy},
        )

    def _text(self, request: web.Request, tenant: str, key: str) -> str:
        language, reading = _variant(request)
        catalog = self._content.messages.for_pack(tenant)
        return catalog.text(f"calendar.{key}", language=language, reading=reading, channel="web")


def _variant(request: web.Request) -> tuple[str, str]:
    return VARIANTS.get(request.query_string, VARIANTS[""])


def _fields(body: bytes) -> dict[str, str]:
    """The form's fields; none if it is no form."""
    try:
        read = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in read.items()}
