"""The door before every room: is it from our own page, who is it, may they.

Every route is declared with the one action that it is. What needs nobody to be signed in says so with None, and only
those few rooms of `entry.py` do. A test walks through the router and holds each route against each role.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from admin.pages import Pages
from bot.errors import (
    DoertrinError,
    Forbidden,
    NotHeld,
    SealedTalk,
    StorageUnavailable,
    TalkGone,
    TalkTaken,
    TextRefused,
    UnknownLabel,
)
from bot.staff import Action, SignedIn, Staff, authorize

log = logging.getLogger(__name__)

READS: Final = frozenset({"GET", "HEAD"})
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SECURE_COOKIE, LOCAL_COOKIE = "__Host-doertrin", "doertrin"
"""A browser takes the first over HTTPS only; the second is for a demo on this very machine."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at work, in a request."""

    signed_in: SignedIn
    token: str
    csrf: str


Room = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]
OpenRoom = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Route(msgspec.Struct, frozen=True):
    """One route: what it is in the table of rights, or None for whoever comes."""

    method: str
    path: str
    action: Action | None
    room: Any


class Door:
    """Lets in, or not. One for the whole console."""

    def __init__(self, staff: Staff, pages: Pages) -> None:
        self._staff = staff
        self._pages = pages
        self.routes: list[Route] = []

    def add(self, app: web.Application, method: str, path: str, action: Action, room: Room) -> None:
        """A room for whoever may do `action`."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            visit = await self._visit(request)
            if visit is None:
                return self._away(request)
            if request.method not in READS:
                await self._check_token(request, visit.csrf)
            actor = visit.signed_in.actor
            authorize(actor, action, actor.tenant)
            return await room(request, visit)

        self._route(app, Route(method, path, action, room), guarded)

    def add_open(self, app: web.Application, method: str, path: str, room: OpenRoom) -> None:
        """A room for whoever comes; its forms carry a token of their own."""

        async def unguarded(request: web.Request) -> web.StreamResponse:
            return await room(request)

        self._route(app, Route(method, path, None, room), unguarded)

    def _route(self, app: web.Application, route: Route, handler: Handler) -> None:
        self.routes.append(route)
        app.router.add_route(route.method, route.path, handler)

    async def _visit(self, request: web.Request) -> Visit | None:
        token = request.cookies.get(cookie_name(request), "")
        signed_in = await self._staff.who(token) if token else None
        return None if signed_in is None else Visit(signed_in=signed_in, token=token, csrf=csrf_of(token))

    def _away(self, request: web.Request) -> web.StreamResponse:
        if wants_page(request) and request.method in READS:
            return self._pages.onward("/sign-in")
        return refusal(request, self._pages, 401, "signed_out", self._pages.say("site.signed_out"))

    async def _check_token(self, request: web.Request, expected: str) -> None:
        if not _same_site(request) or not hmac.compare_digest((await token_of(request)).encode(), expected.encode()):
            raise Stale

    async def check_entry(self, request: web.Request, secret: str) -> None:
        """The same for forms of somebody who is not signed in: `secret` is what the form's cookie holds."""
        await self._check_token(request, csrf_of(secret) if secret else "nobody")


class Stale(DoertrinError):
    """The form is too old, or was not ours."""


def kindly(pages: Pages) -> Any:
    """Middleware: every error becomes a page or JSON with a Danish sentence; no trace and nothing of what was asked."""

    @web.middleware
    async def kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as problem:
            if problem.status < 400:
                raise
            key = "missing" if problem.status in {404, 405} else "trouble"
            return refusal(request, pages, problem.status, key, pages.say(f"problem.{key}"))
        except DoertrinError as refused:
            status, code, word = _REFUSALS.get(type(refused), (500, "trouble", "problem.trouble"))
            if status >= 500:
                log.error("room_failed", extra={"problem": refused})  # noqa: TRY400  its words may be a citizen's
            if wants_page(request) and request.method == "POST" and status == 409:
                return pages.onward(f"/queue?told={code}")
            return refusal(request, pages, status, code, pages.say(word))
        except ConnectionError:
            return web.Response(status=400)  # nobody is there to read it
        except Exception as problem:
            log.error("room_failed", extra={"problem": problem})  # noqa: TRY400
            return refusal(request, pages, 500, "trouble", pages.say("problem.trouble"))

    return kindly


_REFUSALS: Final[dict[type[DoertrinError], tuple[int, str, str]]] = {
    Stale: (403, "stale", "problem.csrf"),
    Forbidden: (403, "forbidden", "problem.forbidden"),
    SealedTalk: (403, "sealed", "sealed.title"),
    TalkGone: (409, "gone", "told.gone"),
    TalkTaken: (409, "taken", "told.taken"),
    NotHeld: (409, "not_held", "told.not_held"),
    TextRefused: (422, "text", "problem.text"),
    UnknownLabel: (422, "form", "told.form"),
    StorageUnavailable: (503, "storage", "problem.storage"),
}


def refused_with(problem: DoertrinError) -> tuple[str, str]:
    """Code and key of the words for a refusal, for an open page."""
    _status, code, word = _REFUSALS.get(type(problem), (500, "trouble", "problem.trouble"))
    return code, word


def refusal(request: web.Request, pages: Pages, status: int, code: str, text: str) -> web.Response:
    """A kind page, or JSON for a script."""
    if wants_page(request):
        return pages.render("problem.html", status=status, text=text)
    return web.json_response({"error": code, "text": text}, status=status)


def wants_page(request: web.Request) -> bool:
    """Is it a person's browser that goes to a page?"""
    return "text/html" in request.headers.get("Accept", "")


def csrf_of(secret: str) -> str:
    """What a form must carry: only who holds the cookie's value, or was given the page, can know it."""
    return hmac.digest(secret.encode(errors="replace"), b"doertrin csrf", "sha256").hex()


async def token_of(request: web.Request) -> str:
    """What the request carries: a header from a script, a field from a form."""
    given = request.headers.get("X-CSRF")
    if given is not None:
        return given
    return field(await form_of(request), "csrf")


async def form_of(request: web.Request) -> Any:
    """The form that was sent. Raises Stale for what is not the form, or not in the encoding, that it claims to be."""
    try:
        return await request.post()
    except (ValueError, LookupError):
        raise Stale from None


def field(form: Any, name: str) -> str:
    """A field of a form as text; empty if it is missing or is a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _same_site(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site is not None else same_origin(request)


def same_origin(request: web.Request) -> bool:
    """Does it come from a page of this host? The scheme is the proxy's business."""
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.host != ""
    except ValueError:
        return False


def cookie_name(request: web.Request) -> str:
    """Which cookie holds the session here."""
    return LOCAL_COOKIE if _is_local(request) else SECURE_COOKIE


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str, *, seconds: int) -> None:
    """Give the browser a cookie that no script and no other site sees; it ends with the browser or after `seconds`."""
    response.set_cookie(
        name, value, path="/", max_age=seconds, secure=not _is_local(request), httponly=True, samesite="Strict"
    )


def clear_cookie(request: web.Request, response: web.StreamResponse, name: str) -> None:
    """Take it back."""
    response.del_cookie(name, path="/", secure=not _is_local(request), httponly=True, samesite="Strict")


def _is_local(request: web.Request) -> bool:
    try:
        return request.scheme == "http" and urlsplit(f"//{request.host}").hostname in LOOPBACK
    except ValueError:
        return False
