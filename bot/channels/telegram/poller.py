"""Asks Telegram for updates, for who cannot be called from outside. Only what is committed is confirmed.

Telegram counts an update as delivered once it is asked for the ones after it. So that is asked only when all of a batch
are committed; a crash before it brings the batch again, and the store knows what it has.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.ports import Busy
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.transport import Api, Flooded
from bot.channels.telegram.updates import ALLOWED, chat_of
from bot.errors import StorageUnavailable

log = logging.getLogger(__name__)

LONG_POLL: Final = 50.0
"""Seconds that Telegram may keep a question open until there is something."""
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0
QUICK: Final = 0.5
"""Seconds; who answers sooner that there is nothing did not wait, and is not asked again at once."""
TRIES: Final = 5
"""How often an update may break us before the others go on without it."""


class Poller:
    """Fetches updates for as long as it runs. `gave_up` is told of one that could not be taken."""

    def __init__(
        self, api: Api, intake: Intake, *, gave_up: Callable[[], Awaitable[None]], long_poll: float = LONG_POLL
    ) -> None:
        self._api = api
        self._intake = intake
        self._gave_up = gave_up
        self._long_poll = long_poll
        self._offset: int | None = None
        self._failures = 0
        self._broke: dict[int, int] = {}
        self._taking = False
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ask for no more; what has been fetched is stored first."""
        self._stopping = True
        running, self._running = self._running, None
        if running is not None:
            if not self._taking:
                running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def _run(self) -> None:
        while not self._stopping:
            wait = await self._round()
            if wait > 0 and not self._stopping:
                await asyncio.sleep(wait)

    async def _round(self) -> float:
        """Fetch once, and store; seconds to wait before the next time."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            fetched = await self._api.raw_updates(offset=self._offset, wait=self._long_poll, allowed=ALLOWED)
        except Flooded as flooded:
            return flooded.after or self._later()
        except Conflict:
            log.warning("telegram_polled_by_another")
            return self._later()
        except InvalidToken:
            log.error("telegram_token_refused")  # noqa: TRY400  the library's words hold the address
            return LONGEST_WAIT
        except TelegramError as problem:
            log.warning("telegram_away", extra={"problem": problem})
            return self._later()
        self._failures = 0
        updates = [one for one in fetched if isinstance(one, dict) and type(one.get("update_id")) is int]
        if not updates:
            # All is confirmed. After a quiet week numbers begin anew, perhaps lower: so none is named.
            self._offset = None
            return QUICK if loop.time() - asked < QUICK else 0.0
        self._taking = True
        try:
            stored = await self._take(updates)
        finally:
            self._taking = False
        if not stored:
            return self._later()
        self._offset = max(one["update_id"] for one in updates) + 1
        return 0.0

    def _later(self) -> float:
        self._failures += 1
        return float(min(FIRST_WAIT * 2 ** min(self._failures - 1, 10), LONGEST_WAIT))

    async def _take(self, updates: list[dict[str, Any]]) -> bool:
        """Each chat in its order, the chats beside each other; whether all of them are stored."""
        chats: dict[object, list[dict[str, Any]]] = {}
        for update in updates:
            chats.setdefault(chat_of(update), []).append(update)
        stored = await asyncio.gather(*(self._take_chat(own) for own in chats.values()))
        return all(stored)

    async def _take_chat(self, updates: list[dict[str, Any]]) -> bool:
        for update in updates:
            number = update["update_id"]
            try:
                await self._intake.take(update)
            except (StorageUnavailable, Busy) as problem:
                log.warning("telegram_not_stored", extra={"problem": problem})
                return False
            except Exception as problem:  # the owner of the batch: one update must not end the channel
                log.error("telegram_update_failed", extra={"problem": problem})  # noqa: TRY400  its words may be theirs
                self._broke[number] = self._broke.get(number, 0) + 1
                if self._broke[number] < TRIES:
                    return False
                self._intake.give_up(update)
                with contextlib.suppress(StorageUnavailable):
                    await self._gave_up()
            self._broke.pop(number, None)
        return True
