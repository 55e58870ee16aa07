"""Serves everything that speaks HTTP, and stops in order.

listen -> (texts are stored and acknowledged) -> understanding is loaded -> they are answered
SIGHUP  -> content is read again; what cannot be used is refused and told, and the last good stays
SIGTERM -> no new connection -> what was taken is committed -> pages are told to come again -> the store closes
"""

import asyncio
import contextlib
import gc
import ipaddress
import logging
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.audit import Audit
from bot.authoring import unreviewed_words
from bot.channels import pictures
from bot.channels.calendar_page import CalendarPage
from bot.channels.citizen_page import CitizenPages
from bot.channels.citizens import STATUS, Citizens
from bot.channels.doorway import Doorway
from bot.channels.limits import NEAR, Limits
from bot.channels.unstored import Unstored
from bot.channels.webchat import WebChat
from bot.clock import SystemClock
from bot.demo import demo_staff
from bot.desk.ways import exits
from bot.errors import DoertrinError, SettingsError
from bot.house import House
from bot.privacy.keys import Keyring, create_keyring, load_keyring
from bot.privacy.logs import configure_logs
from bot.privacy.pseudonyms import new_id
from bot.running import Running, make_house, running
from bot.settings import Settings
from bot.storage.migrations import migrate
from bot.storage.ports import Alarm, OutboxState
from content.errors import ContentError
from content.hours import read_hours
from content.staffing import Staffing
from dialogs.heard import Understanding

log = logging.getLogger(__name__)

DEMO_DATABASE = "sqlite:///doertrin-demo.db"
DEMO_KEYRING = Path("doertrin-demo.keyring")
DEMO_STAFFING = Staffing(hours=read_hours({"all": "00-24", "holidays": "as_usual"}))
"""In the demo the desk is open whenever a demo counselor is signed in."""

RUNNING = web.AppKey("running", Running)
Waiting = Callable[[], int | None]
"""How many updates wait at Telegram; None as long as it is not known."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Build(Protocol):
    """Puts the house behind one door. `lenient`: staff without a second factor may sign in."""

    def __call__(self, settings: Settings, run: Running, *, lenient: bool = False) -> web.Application: ...


Staffed = Callable[[Running], AbstractAsyncContextManager[list[str]]]
"""Puts people at work while we serve; gives lines to print."""


def on_uvloop(main: Coroutine[None, None, None]) -> None:
    """Run on uvloop, with which a message costs a tenth less than with asyncio's own loop. There is none on Windows."""
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415

        loop = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main)


async def serve(settings: Settings, build: Build) -> None:
    """Serve until told to stop. Raises SettingsError, KeyringError, ContentError before it listens."""
    if settings.keyring is None:
        raise SettingsError("DOERTRIN_KEYRING is not set; make a keyring with `doertrin keys create PATH` and set it")
    await _serve(settings, load_keyring(settings.keyring), build, banner=[])


async def serve_demo(settings: Settings, build: Build) -> None:
    """Serve the demo: a local database, and a keyring beside it."""
    given = settings.model_fields_set
    demo = settings if "database_url" in given else settings.model_copy(update={"database_url": DEMO_DATABASE})
    path = settings.keyring or DEMO_KEYRING
    keyring = load_keyring(path) if path.exists() else create_keyring(path)
    banner = ["Dørtrin, the demo. Stop it with Ctrl-C."]
    if settings.host not in LOOPBACK:  # only on this very machine may anybody sign in without a one-time code
        await _serve(demo, keyring, build, banner=banner, demo=True)
        return
    await _serve(
        demo,
        keyring,
        partial(build, lenient=True),
        banner=banner,
        demo=True,
        staffed=partial(demo_staff, tenant=settings.tenant),
    )


@asynccontextmanager
async def _as_they_are(_run: Running) -> AsyncIterator[list[str]]:
    """Nobody but the accounts there are."""
    yield []


async def _serve(
    settings: Settings,
    keyring: Keyring,
    build: Build,
    *,
    banner: list[str],
    demo: bool = False,
    staffed: Staffed = _as_they_are,
) -> None:
    configure_logs(level=logging.getLevelNamesMapping()[settings.log_level])
    os.umask(0o077)  # whatever we write, the database first of all, is ours alone
    house = house_of(settings, keyring)
    await migrate(settings.database_url)
    understanding = cache(load_understanding)  # it stays when content is read again
    if not demo:
        banner = [*banner, unreviewed_words(house.content)]
    with told() as signals:
        while True:
            async with (
                running(
                    url=settings.database_url,
                    house=house,
                    clock=SystemClock(),
                    understanding=understanding,
                    audit=lambda store: Audit(store, keyring, SystemClock()),
                    exits=exits(settings),
                    staffing=DEMO_STAFFING if demo else None,
                    demo=demo,
                ) as run,
                listening(build(settings, run), settings) as port,
                staffed(run) as sign_in,
            ):
                for line in [*banner, f"http://{settings.host}:{port}/", *sign_in]:
                    sys.stdout.write(line + "\n")
                sys.stdout.flush()
                fresh = await _until_changed(signals, settings, keyring, run)
            if fresh is None:
                return
            house, banner = fresh, [f"Content was read again. {unreviewed_words(fresh.content)}"]


def house_of(settings: Settings, keyring: Keyring) -> House:
    """Content and keys as they are set. Raises ContentError, SettingsError."""
    house = make_house(overlay=settings.content, keyring=keyring)
    if settings.tenant not in house.content.tenants:
        raise SettingsError(f"DOERTRIN_TENANT: {house.content.not_served(settings.tenant)}")
    return house


async def _until_changed(
    signals: "asyncio.Queue[signal.Signals]", settings: Settings, keyring: Keyring, run: Running
) -> House | None:
    """The house with content read again, once that is asked for and can be used; None to stop."""
    while await signals.get() is signal.SIGHUP:
        try:
            return house_of(settings, keyring)
        except (ContentError, SettingsError) as refused:
            sys.stderr.write(f"doertrin: the content was not read again, the last good stays: {refused}\n")
            sys.stderr.flush()
            alarm = Alarm(id=new_id(), at=run.clock.now(), kind="content_refused", detail=type(refused).__name__)
            with contextlib.suppress(DoertrinError):
                await run.store.add_alarm(alarm)
    return None


def load_understanding() -> Understanding:
    """The understanding; importing spaCy takes longer than all else, so it is done beside serving."""
    from bot.understanding import load  # noqa: PLC0415

    understanding = load()
    gc.freeze()  # all that was loaded until now stays; the collector need not go through it again and again
    return understanding


@asynccontextmanager
async def listening(app: web.Application, settings: Settings) -> AsyncIterator[int]:
    """Listen; gives the port."""
    runner = Doorway(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(
                f"DOERTRIN_PORT: cannot listen on {settings.host}:{settings.port} ({error.strerror}); choose another"
            ) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def told() -> Iterator["asyncio.Queue[signal.Signals]"]:
    """What the operator says by signals."""
    said: asyncio.Queue[signal.Signals] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, said.put_nowait, number)
    yield said


def citizen_app(settings: Settings, run: Running) -> web.Application:
    """The citizens' side: page, web chat, and what an operator's probes ask."""
    content = run.content
    embedders: dict[str, frozenset[str]] = {tenant: frozenset() for tenant in content.tenants}
    pages = CitizenPages(content, tenant=settings.tenant, embedders=embedders)
    app = web.Application(client_max_size=128 * 1024)
    app[RUNNING] = run
    limits = Limits(run.clock.monotonic, proxies=NEAR if settings.trust_forwarded else ())
    catalog = content.messages.for_pack(settings.tenant)
    errors = {code: catalog.text(f"page.error.{code}") for code in STATUS}
    citizens = Citizens(
        run.conversations,
        run.live,
        errors=errors,
        limits=limits,
        clock=run.clock.monotonic,
        unstored=Unstored(content, lambda: run.conversations.house.hear, run.conversations.now),
    )
    pages.add_to(app)
    pictures.add_to(app)
    WebChat(citizens, embedders).add_to(app)
    calendar = CalendarPage(
        content, run.bookings, pages, tenants=embedders, limits=limits, now=run.clock.now, clock=run.clock.monotonic
    )
    calendar.add_to(app)
    backlog: Waiting | None = None
    if settings.telegram_token is not None:
        backlog = _add_telegram(app, settings, run, settings.telegram_token.get_secret_value())
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics(settings, backlog))
    return app


def _add_telegram(app: web.Application, settings: Settings, run: Running, token: str) -> Waiting:
    """Imported only where there is a bot: the library is a tenth of our memory. Gives what tells how many updates wait
    at Telegram.
    """
    from bot.channels.telegram.service import Telegram  # noqa: PLC0415

    telegram = Telegram(settings, run, token=token)
    telegram.add_to(app)
    return lambda: telegram.backlog.waiting


async def _healthz(_request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """The database answers, and texts can be understood."""
    run = request.app[RUNNING]
    try:
        await run.store.ping()
    except DoertrinError:
        return web.json_response({"status": "database"}, status=503, headers={"Retry-After": "5"})
    if not run.conversations.ready.is_set():
        return web.json_response({"status": "starting"}, status=503, headers={"Retry-After": "1"})
    return web.json_response({"status": "ready"})


def _metrics(settings: Settings, backlog: Waiting | None) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Counts of the process, without tenants: for loopback, or with the token."""

    async def metrics(request: web.Request) -> web.StreamResponse:
        if not _may_read(request, settings):
            raise web.HTTPNotFound
        counts = await request.app[RUNNING].store.outbox_counts()
        lines = [f'doertrin_outbox{{state="{state.value}"}} {counts.get(state, 0)}' for state in OutboxState]
        lines.append(f"doertrin_understanding_ready {int(request.app[RUNNING].conversations.ready.is_set())}")
        waiting = None if backlog is None else backlog()
        if waiting is not None:
            lines.append(f"doertrin_telegram_updates_waiting {waiting}")
        return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")

    return metrics


def _may_read(request: web.Request, settings: Settings) -> bool:
    if settings.metrics_token is not None:
        wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(errors="replace"), wanted.encode())
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(request.remote or "").is_loopback and "X-Forwarded-For" not in request.headers
    return False


__all__ = ["RUNNING", "citizen_app", "on_uvloop", "serve", "serve_demo"]
