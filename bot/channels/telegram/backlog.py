"""How many updates wait at Telegram for us: the one sign, from outside, that messages do not come through."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from telegram.error import TelegramError

from bot.channels.telegram.transport import Api, Flooded
from bot.errors import StorageUnavailable

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
MOST: Final = 100
"""More waiting than this is an alarm: Telegram keeps them for a day, and then they are lost."""


class Backlog:
    """Looks now and then. `alarm` is called when there are too many, once until there are few again."""

    def __init__(self, api: Api, *, alarm: Callable[[], Awaitable[None]], most: int | None = None) -> None:
        self._api = api
        self._alarm = alarm
        self._most = MOST if most is None else most
        self._alarmed = False
        self.waiting: int | None = None
        """None as long as Telegram has not told."""

    async def run(self, *, every: float = LOOK_EVERY) -> None:
        """Look until cancelled."""
        while True:
            rest = await self.look()
            await asyncio.sleep(max(every, rest))

    async def look(self) -> float:
        """Look once; seconds that Telegram wants to be left alone."""
        try:
            self.waiting = (await self._api.get_webhook_info()).pending_update_count
        except Flooded as flooded:
            return flooded.after or 0.0
        except TelegramError as problem:
            log.warning("telegram_away", extra={"problem": problem})
            return 0.0
        many = self.waiting > self._most
        if many:
            log.error("telegram_updates_wait", extra={"count": self.waiting})
        if many and not self._alarmed:
            with contextlib.suppress(StorageUnavailable):
                await self._alarm()
                self._alarmed = True
        elif not many:
            self._alarmed = False
        return 0.0
