"""Signing in and out, beginning with an invitation, and the own account."""

import contextlib
import io
import secrets
from collections.abc import Iterator
from typing import Any, Final, Protocol

import segno
from aiohttp import web

from admin.door import (
    SECURE_COOKIE,
    Door,
    Visit,
    clear_cookie,
    cookie_name,
    csrf_of,
    field,
    form_of,
    set_cookie,
)
from admin.pages import Pages
from bot.desk import Desk
from bot.staff import SHORTEST, Action, NotSignedIn, PasswordCommon, PasswordRefused, Role, Staff

SESSION_SECONDS: Final = 8 * 3600
ENTRY_SECONDS: Final = 3600
HOME: Final = {
    Role.COUNSELOR: "/queue",
    Role.COORDINATOR: "/queue",
    Role.MANAGER: "/audit",
    Role.ADMIN: "/people",
}


class Guesses(Protocol):
    """Who guesses too much: counts by network, remembers no address. A name that got in today is never held up."""

    def visitor(self, peer: str | None, forwarded_for: str | None) -> Any:
        """From which network it comes."""
        ...

    def may_guess(self, visitor: Any, code: str) -> bool:
        """May it try?"""
        ...

    def guessed_wrong(self, visitor: Any) -> None:
        """It did, and was wrong."""
        ...

    def guessed_right(self, code: str) -> None:
        """It did, and was right."""
        ...


class Entry:
    """The hall of the console."""

    def __init__(self, staff: Staff, desk: Desk, door: Door, pages: Pages, *, guesses: Guesses, lenient: bool) -> None:
        self._staff = staff
        self._desk = desk
        self._door = door
        self._pages = pages
        self._guesses = guesses
        self._lenient = lenient

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        self._door.add_open(app, "GET", "/sign-in", self._ask)
        self._door.add_open(app, "POST", "/sign-in", self._sign_in)
        self._door.add_open(app, "GET", "/begin", self._ask_invitation)
        self._door.add_open(app, "POST", "/begin", self._begin)
        self._door.add_open(app, "GET", "/begin/account", self._ask_password)
        self._door.add_open(app, "POST", "/begin/account", self._finish)
        self._door.add_open(app, "GET", "/begin/key.svg", self._picture)
        for home in ("", "/"):
            self._door.add(app, "GET", home, Action.OWN_ACCOUNT, self._home)
        self._door.add(app, "POST", "/sign-out", Action.OWN_ACCOUNT, self._sign_out)
        self._door.add(app, "GET", "/account", Action.OWN_ACCOUNT, self._account)
        self._door.add(app, "POST", "/account", Action.OWN_ACCOUNT, self._change)

    # signing in

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        return self._form(request, "sign_in.html")

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        form = await self._entry_form(request)
        name = field(form, "name")[:64]
        try:
            with self._guess(request, name):
                token = await self._staff.sign_in(name, field(form, "password"), field(form, "code"))
        except NotSignedIn:
            return self._form(request, "sign_in.html", status=401, told="sign_in.refused", name=name)
        return self._welcome(request, token)

    @contextlib.contextmanager
    def _guess(self, request: web.Request, name: str) -> Iterator[None]:
        """Count the try. Raises NotSignedIn without one, where too many from there were wrong."""
        visitor = self._guesses.visitor(request.remote, request.headers.get("X-Forwarded-For"))
        if not self._guesses.may_guess(visitor, name):
            raise NotSignedIn
        try:
            yield
        except NotSignedIn:
            self._guesses.guessed_wrong(visitor)
            raise
        self._guesses.guessed_right(name)

    async def _home(self, _request: web.Request, visit: Visit) -> web.StreamResponse:
        return self._pages.onward(HOME[visit.signed_in.actor.role])

    async def _sign_out(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor = visit.signed_in.actor
        if actor.role in {Role.COUNSELOR, Role.COORDINATOR}:
            await self._desk.leave(actor)
        await self._staff.sign_out(visit.token)
        away = self._pages.onward("/sign-in")
        away.headers["Clear-Site-Data"] = '"cache", "storage"'
        clear_cookie(request, away, cookie_name(request))
        return away

    # beginning

    async def _ask_invitation(self, request: web.Request) -> web.StreamResponse:
        return self._form(request, "begin.html")

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        form = await self._entry_form(request)
        name = field(form, "name")[:64]
        try:
            with self._guess(request, name):
                token = await self._staff.begin(name, field(form, "code"))
        except NotSignedIn:
            return self._form(request, "begin.html", status=401, told="begin.refused", name=name)
        onward = self._pages.onward("/begin/account")
        set_cookie(request, onward, _entry_cookie(request), token, seconds=ENTRY_SECONDS)
        return onward

    async def _ask_password(self, request: web.Request) -> web.StreamResponse:
        return await self._password_form(request)

    async def _password_form(self, request: web.Request, *, status: int = 200, told: str = "") -> web.StreamResponse:
        token = request.cookies.get(_entry_cookie(request), "")
        beginning = await self._staff.beginning(token)
        if beginning is None:
            return self._form(request, "begin.html", status=401, told="begin.late")
        secret = " ".join(beginning.secret[at : at + 4] for at in range(0, len(beginning.secret), 4))
        return self._pages.render(
            "begin_account.html",
            status=status,
            csrf=csrf_of(token),
            told=told,
            name=beginning.name,
            secret=secret,
            shortest=SHORTEST,
        )

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        beginning = await self._staff.beginning(request.cookies.get(_entry_cookie(request), ""))
        if beginning is None:
            raise web.HTTPNotFound
        picture = io.BytesIO()
        segno.make(beginning.address, error="m").save(picture, kind="svg", scale=5, border=3, light="#fff")
        return web.Response(body=picture.getvalue(), content_type="image/svg+xml")

    async def _finish(self, request: web.Request) -> web.StreamResponse:
        form = await self._entry_form(request)
        token = request.cookies.get(_entry_cookie(request), "")
        try:
            fresh = await self._staff.finish(token, field(form, "password"), field(form, "code"))
        except PasswordRefused as refused:
            return await self._password_form(request, status=422, told=_why(refused))
        except NotSignedIn:
            return await self._password_form(request, status=401, told="begin.wrong_code")
        return self._welcome(request, fresh)

    # the own account

    async def _account(self, _request: web.Request, visit: Visit) -> web.StreamResponse:
        return self._account_page(visit)

    async def _change(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        form = await form_of(request)
        old, new, code = (field(form, name) for name in ("old", "new", "code"))
        try:
            token = await self._staff.change_password(visit.token, old, new, code)
        except PasswordRefused as refused:
            return self._account_page(visit, status=422, told=_why(refused))
        except NotSignedIn:
            return self._account_page(visit, status=401, told="account.refused")
        fresh = Visit(signed_in=visit.signed_in, token=token, csrf=csrf_of(token))
        page = self._account_page(fresh, told="account.changed")
        set_cookie(request, page, cookie_name(request), token, seconds=SESSION_SECONDS)
        return page

    def _account_page(self, visit: Visit, *, status: int = 200, told: str = "") -> web.Response:
        return self._pages.render("account.html", status=status, visit=visit, told=told, shortest=SHORTEST)

    # what they share

    async def _entry_form(self, request: web.Request) -> object:
        await self._door.check_entry(request, request.cookies.get(_entry_cookie(request), ""))
        return await form_of(request)

    def _form(
        self, request: web.Request, template: str, *, status: int = 200, told: str = "", name: str = ""
    ) -> web.StreamResponse:
        """A form for whoever comes. Its token belongs to a cookie of its own: SameSite, so no other site can use it."""
        secret = request.cookies.get(_entry_cookie(request)) or secrets.token_urlsafe(32)
        page = self._pages.render(
            template, status=status, csrf=csrf_of(secret), told=told, name=name, lenient=self._lenient
        )
        set_cookie(request, page, _entry_cookie(request), secret, seconds=ENTRY_SECONDS)
        return page

    def _welcome(self, request: web.Request, token: str) -> web.StreamResponse:
        onward = self._pages.onward("/")
        set_cookie(request, onward, cookie_name(request), token, seconds=SESSION_SECONDS)
        clear_cookie(request, onward, _entry_cookie(request))
        return onward


def _entry_cookie(request: web.Request) -> str:
    return f"{SECURE_COOKIE}-entry" if cookie_name(request) == SECURE_COOKIE else "doertrin-entry"


def _why(refused: PasswordRefused) -> str:
    return "begin.common" if isinstance(refused, PasswordCommon) else "begin.weak"
