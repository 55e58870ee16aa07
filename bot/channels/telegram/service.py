"""Telegram, whole: one bot for one tenant, beside the web application and with its life."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import chain, repeat
from typing import Final

from aiohttp import web
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.channels.limits import Limits
from bot.channels.rendering import Scene, write
from bot.channels.telegram.backlog import Backlog
from bot.channels.telegram.farewells import Farewells
from bot.channels.telegram.haste import Haste
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.pacing import PER_CHAT, Pace
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.replies import Replies
from bot.channels.telegram.sending import NAME, TelegramChannel
from bot.channels.telegram.transport import AiohttpRequest, Api, Flooded
from bot.channels.telegram.updates import ALLOWED
from bot.channels.telegram.webhook import Webhook
from bot.channels.unstored import Unstored
from bot.errors import SettingsError
from bot.outbox import Relay
from bot.privacy.pseudonyms import new_id
from bot.running import Running
from bot.settings import Settings
from bot.storage.ports import Alarm

log = logging.getLogger(__name__)

MENU: Final = ("start", "menneske", "stop", "let", "slet", "kode", "hjaelp")
"""The commands in the menu of every chat; in English the same, since they are one list for all."""
AT_ONCE: Final = 200
"""Chats written to at once. Each waits for its own turn, and thirty a second is all that Telegram takes."""
RETRY: Final = (1.0, 5.0, 15.0, 60.0)
"""Seconds between tries to tell Telegram something at the start; the last goes on."""
HOW_TO_MAKE: Final = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)


class Telegram:
    """The channel with all its parts. Raises SettingsError for settings that do not fit together."""

    def __init__(self, settings: Settings, run: Running, *, token: str) -> None:
        self._settings = settings
        self._run = run
        tenant = settings.tenant
        base = settings.telegram_api.rstrip("/")
        self._requests = AiohttpRequest(), AiohttpRequest()
        self.api = Api(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        pace = Pace(run.clock.monotonic, per_chat=PER_CHAT._replace(every=settings.telegram_every))
        self._replies = Replies(self.api, pace)
        channel = TelegramChannel(
            self.api,
            pace,
            run.conversations.house.keyring.tenant(tenant),
            counselor=self._text("telegram.counselor"),
        )
        self._relay = Relay(
            run.store, run.clock, run.conversations.house.keyring, channel, owner=new_id(), at_once=AT_ONCE
        )
        self._farewells = Farewells(
            run.conversations, run.live, self._replies, usual=lambda: self._text("engine.erased")
        )
        clock = run.clock.monotonic
        intake = Intake(
            tenant=tenant,
            content=run.content,
            conversations=run.conversations,
            replies=self._replies,
            wake=self._relay.wake,
            unstored=Unstored(run.content, lambda: run.conversations.house.hear, run.conversations.now, channel=NAME),
            clock=clock,
            haste=Haste(Limits(clock), clock=clock),
            farewells=self._farewells,
        )
        self.backlog = Backlog(self.api, alarm=lambda: self._alarm("telegram_updates_wait"))
        secrets = _webhook_secrets(settings)
        self._webhook = None if secrets is None else Webhook(intake, tenant, *secrets)
        self._poller = None if self._webhook is not None else Poller(self.api, intake, gave_up=self._gave_up)

    def add_to(self, app: web.Application) -> None:
        """Live as long as the application: the webhook is a route of it, the rest runs beside."""
        if self._webhook is not None:
            self._webhook.add_to(app)
        app.cleanup_ctx.append(self._live)

    async def _live(self, _app: web.Application) -> AsyncIterator[None]:
        for requests in self._requests:
            await requests.initialize()
        await self._take_over()
        self._relay.start()
        announcing = asyncio.create_task(self._announce())
        try:
            yield
        finally:
            announcing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await announcing
            if self._poller is not None:
                await self._poller.stop()
            await self._relay.stop()
            await self._farewells.close()
            await self._replies.close()
            for requests in self._requests:
                await requests.shutdown()

    async def _take_over(self) -> None:
        """SQLite has one process, so whatever is leased was leased by one that is gone. PostgreSQL waits for the end of
        the lease: there it may be a replica that is at work.
        """
        if self._settings.database_url.startswith("sqlite"):
            await self._run.store.void_leases()

    async def _announce(self) -> None:
        """Tell Telegram how to reach us and what can be chosen in the menu; then updates come, and we look whether they
        pile up.
        """
        await self._insist(self._point)
        if self._poller is not None:
            self._poller.start()
        await self._insist(self._show_menu)
        await self.backlog.run()

    async def _insist(self, tell: Callable[[], Awaitable[None]]) -> None:
        for wait in chain(RETRY, repeat(RETRY[-1])):
            try:
                await tell()
            except Flooded as flooded:
                await asyncio.sleep(flooded.after or wait)
            except InvalidToken:
                log.error("telegram_token_refused")  # noqa: TRY400  the library's words hold the address
                await asyncio.sleep(RETRY[-1])
            except TelegramError as problem:
                log.warning("telegram_away", extra={"problem": problem})
                await asyncio.sleep(wait)
            else:
                return

    async def _point(self) -> None:
        settings = self._settings
        if self._webhook is None:
            await self.api.delete_webhook()
        elif settings.telegram_webhook_url is not None:
            await self.api.set_webhook(
                settings.telegram_webhook_url.rstrip("/") + self._webhook.path,
                secret_token=self._webhook.secret,
                allowed_updates=ALLOWED,
            )

    async def _show_menu(self) -> None:
        for code, language in ((None, "da"), ("en", "en")):
            commands = [BotCommand(name, self._text(f"telegram.command.{name}", language)) for name in MENU]
            await self.api.set_my_commands(commands, language_code=code)

    async def _gave_up(self) -> None:
        await self._alarm("telegram_update_lost")

    async def _alarm(self, kind: str) -> None:
        await self._run.store.add_alarm(Alarm(id=new_id(), at=self._run.clock.now(), kind=kind))

    def _text(self, key: str, language: str = "da") -> str:
        content, tenant = self._run.content, self._settings.tenant
        scene = Scene(
            catalog=content.messages.for_pack(tenant),
            pack=content.pack(tenant),
            at=self._run.clock.now(),
            channel=NAME,
            language=language,
        )
        return write(key, scene)


def _webhook_secrets(settings: Settings) -> tuple[str, str] | None:
    """The path's and the header's; None where updates are polled. Raises SettingsError for one without the other, or
    one that Telegram would not take.
    """
    given = {
        "TELEGRAM_PATH_SECRET": settings.telegram_path_secret,
        "TELEGRAM_WEBHOOK_SECRET": settings.telegram_webhook_secret,
    }
    if settings.telegram_webhook_url is None and not any(given.values()):
        return None
    found = []
    for name, value in given.items():
        secret = "" if value is None else value.get_secret_value()
        if not _SECRET.fullmatch(secret):
            wrong = "is not 16 to 128 of A-Z a-z 0-9 _ -" if secret else "is not set; a webhook needs two secrets"
            raise SettingsError(f"DOERTRIN_{name} {wrong}. {HOW_TO_MAKE}")
        found.append(secret)
    return found[0], found[1]
