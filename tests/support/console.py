"""The console as a running site over a real store, and a person at it who fills in forms as a browser would."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
from aiohttp import web

from admin import Services, console
from admin.sockets import SOCKETS
from bot.audit import Audit
from bot.booking import Bookings
from bot.channels.doorway import Doorway
from bot.channels.limits import Limits, Rules
from bot.channels.ports import Incoming
from bot.clock import Clock, ManualClock
from bot.demo import press, wait_for_a_human
from bot.desk import Desk
from bot.privacy.pseudonyms import new_id
from bot.running import Running, make_house, running
from bot.serving import DEMO_STAFFING, citizen_app
from bot.settings import Settings
from bot.staff import Role
from content.loading import console_words, guides
from tests.support.player import understanding
from tests.support.staffed import KEYRING, NOON, PASSWORD, Staffed

PAGE = {"Accept": "text/html"}
SCRIPT = {"Accept": "application/json"}


class Site:
    """`url` is where the console answers, without a slash at its end."""

    def __init__(self, staffed: Staffed, desk: Desk, app: web.Application) -> None:
        self.staffed = staffed
        self.desk = desk
        self.app = app
        self.url = ""

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Visitor(self, http)

    @asynccontextmanager
    async def at_work(
        self, name: str = "mette", *, role: Role = Role.COUNSELOR, tenant: str = "kolding"
    ) -> AsyncIterator[Visitor]:
        """Somebody who was hired and is signed in."""
        async with self.visitor() as visitor:
            visitor.sign_in_with(await self.staffed.hire(name, role=role, tenant=tenant))
            yield visitor


class Visitor:
    """A browser's manners: cookies, the origin, and the token that stood in the last form."""

    def __init__(self, site: Site, http: aiohttp.ClientSession) -> None:
        self.site = site
        self.http = http
        self.csrf = ""

    def sign_in_with(self, token: str) -> None:
        cookies: SimpleCookie = SimpleCookie({"doertrin": token})
        cookies["doertrin"]["path"] = "/"
        self.http.cookie_jar.update_cookies(cookies, response_url=self._url("/"))

    def cookies(self) -> dict[str, str]:
        return {name: morsel.value for name, morsel in self.http.cookie_jar.filter_cookies(self._url("/")).items()}

    async def get(self, path: str, headers: Mapping[str, str] = PAGE) -> Answer:
        async with self.http.get(self._url(path), headers=headers, allow_redirects=False) as response:
            return await self._read(response)

    async def post(self, path: str, headers: Mapping[str, str] = PAGE, **fields: str) -> Answer:
        """Send a form of ours, from a page of ours."""
        sent = {"Origin": self.origin, **headers}
        form = {"csrf": self.csrf, **fields}
        async with self.http.post(self._url(path), data=form, headers=sent, allow_redirects=False) as response:
            return await self._read(response)

    async def tell(self, path: str, body: Any, **headers: str) -> Answer:
        """Send JSON as the page's script does."""
        sent = {"Origin": self.origin, "X-CSRF": self.csrf, **SCRIPT, **headers}
        async with self.http.post(self._url(path), json=body, headers=sent) as response:
            return await self._read(response)

    def live(self, path: str, **headers: str) -> Any:
        return self.http.ws_connect(self._url(path), headers={"Origin": self.origin, **headers})

    async def sign_in(self, name: str = "mette", password: str = PASSWORD, code: str | None = None) -> Answer:
        await self.get("/sign-in")
        self.site.staffed.pass_time(seconds=30)
        given = self.site.staffed.code(name) if code is None else code
        return await self.post("/sign-in", name=name, password=password, code=given)

    @property
    def origin(self) -> str:
        return self.site.url.removesuffix("/console")

    def _url(self, path: str) -> Any:
        from yarl import URL

        return URL(self.site.url + path, encoded=True)

    async def _read(self, response: aiohttp.ClientResponse) -> Answer:
        text = await response.text()
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', text)
        if found:
            self.csrf = found[1]
        return Answer(response.status, text, response.headers, response)


class Answer:
    """What came back."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str], response: aiohttp.ClientResponse) -> None:
        self.status = status
        self.text = text
        self.headers = headers
        self.cookies = response.cookies
        self.location = headers.get("Location", "").removeprefix("/console")


class House(Site):
    """The console with everything behind it, and citizens in it."""

    run: Running

    async def citizen(self, *lines: str, tenant: str = "kolding") -> str:
        """Somebody who wrote these lines, asked for a human and waits; gives the conversation."""
        talk = await wait_for_a_human(self.run, tenant, ("me", *lines))
        assert (await self.run.conversations.state(talk))["state"] == "waiting"
        return talk

    async def writes(self, talk: str, text: str) -> int:
        """The citizen writes; gives the line's number."""
        return (await self.run.conversations.handle(talk, Incoming(id=new_id(), text=text))).seq

    async def press(self, talk: str, option: str) -> None:
        """The citizen presses a button of the last question."""
        await press(self.run, talk, option)

    async def press_first(self, talk: str) -> None:
        """The citizen presses the first button there is."""
        frames = [json.loads(frame) for frame in await self.run.conversations.history(talk, after=0)]
        asked = next(frame for frame in reversed(frames) if frame.get("question"))
        await self.press(talk, asked["choices"][0]["id"])

    def app_sockets(self) -> list[web.WebSocketResponse]:
        """The sockets of the console's open pages."""
        sockets = self.app[SOCKETS]
        return list(sockets)

    async def handoff(self, talk: str) -> str:
        found = await self.run.store.open_handoff(talk)
        assert found is not None
        return found.id

    async def reads(self, talk: str) -> list[tuple[str, str]]:
        """What the citizen's page shows: who and what."""
        frames = [json.loads(frame) for frame in await self.run.conversations.history(talk, after=0)]
        return [(frame["from"], frame["text"]) for frame in frames]


@asynccontextmanager
async def running_house(*, clock: Clock | None = None) -> AsyncIterator[House]:
    """Everything, in memory; the clock is the test's."""
    clock = clock or ManualClock(NOON)
    house = make_house(overlay=None, keyring=KEYRING, hear=understanding())
    async with running(
        url="sqlite://",
        house=house,
        clock=clock,
        understanding=None,
        audit=lambda store: Audit(store, KEYRING, clock),
        staffing=DEMO_STAFFING,
        demo=True,
    ) as run:
        staffed = Staffed(run.store, clock=clock)
        whole = citizen_app(Settings(port=0), run)
        async with running_console(run.desk, run.bookings, staffed, whole=whole) as site:
            found = House(staffed, run.desk, site.app)
            found.url, found.run = site.url, run
            yield found


@asynccontextmanager
async def running_console(
    desk: Desk, bookings: Bookings, staffed: Staffed, *, whole: web.Application | None = None
) -> AsyncIterator[Site]:
    """The console alone, or mounted in `whole`."""
    behind = Services(
        staff=staffed.staff,
        desk=desk,
        bookings=bookings,
        audit=staffed.audit,
        guesses=Limits(staffed.clock.monotonic, rules=Rules(guesses=20)),
    )
    app = console(behind, words=console_words(), guides=guides(), now=staffed.clock.now)
    site = Site(staffed, desk, app)
    whole = whole or web.Application()
    whole.add_subapp("/console", app)
    runner = Doorway(whole, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/console"
        yield site
    finally:
        await runner.cleanup()
