"""The citizens' side as a running site: the real pages and protocol over the small runtime of `tests.support.talk`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any

from aiohttp import web

from bot.channels.citizen_page import CitizenPages
from bot.channels.citizens import STATUS, Citizens
from bot.channels.doorway import Doorway
from bot.channels.limits import Limits, Rules
from bot.channels.unstored import Unstored
from bot.channels.webchat import WebChat
from content.hours import COPENHAGEN
from content.loading import Content, load
from dialogs.heard import Understanding
from tests.support.talk import FakeConversations


@cache
def built_in_content() -> Content:
    return load()


class Site:
    """`url` is where it answers; `talk` is the runtime behind it."""

    def __init__(self, talk: FakeConversations, rules: Rules | None, embedders: Mapping[str, frozenset[str]],
                 idle_minutes: float) -> None:  # fmt: skip
        self.talk = talk
        self.now = 0.0
        content = built_in_content()
        embedders = {pack: embedders.get(pack, frozenset()) for pack in content.packs if pack != "base"}
        self.pages = CitizenPages(content, tenant="kolding", embedders=embedders, idle_minutes=idle_minutes)
        self.app = web.Application()
        self.pages.add_to(self.app)
        errors = {code: content.messages.text(f"page.error.{code}") for code in STATUS}
        limits = Limits(lambda: time.monotonic() + self.now, rules=rules)
        self.hear: Understanding | None = None
        unstored = Unstored(content, lambda: self.hear, lambda: datetime(2026, 11, 25, 6, tzinfo=COPENHAGEN))
        self.citizens = Citizens(talk, talk.live, errors=errors, limits=limits, clock=time.monotonic, unstored=unstored)
        self.chat = WebChat(self.citizens, embedders)
        self.chat.add_to(self.app)
        self.url = ""
        self.runner = Doorway(self.app, shutdown_timeout=1)

    def devices(self) -> list[Any]:
        """The open sockets."""
        return list(self.chat._devices)

    async def start(self, port: int = 0) -> None:
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"


@asynccontextmanager
async def running_site(
    *, rules: Rules | None = None, embedders: Mapping[str, frozenset[str]] | None = None, idle_minutes: float = 10
) -> AsyncIterator[Site]:
    site = Site(FakeConversations(), rules, embedders or {}, idle_minutes)
    await site.start()
    try:
        yield site
    finally:
        await site.runner.cleanup()
