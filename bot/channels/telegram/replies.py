"""What is said to Telegram at once and is kept nowhere: that a press arrived, what was chosen, a last word.

None of it holds up a turn and none is promised; what fails is not tried for ever. Everything that must arrive goes
through the outbox.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any, Final

from telegram.constants import MessageLimit
from telegram.error import TelegramError

from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.splitting import split, units
from bot.channels.telegram.transport import Api, Flooded
from bot.channels.telegram.updates import Shown

log = logging.getLogger(__name__)

CHOSEN: Final = "✓ "
TRIES: Final = 3
LONGEST_TOAST: Final = 200
LONGEST_TEXT: Final = int(MessageLimit.MAX_TEXT_LENGTH)
LONGEST_CAPTION: Final = int(MessageLimit.CAPTION_LENGTH)
GROUPS_KEPT: Final = 1000
NO_PREVIEW: Final = {"is_disabled": True}


class Replies:
    """Sends beside the outbox, each in a task of its own."""

    def __init__(self, api: Api, pace: Pace) -> None:
        self._api = api
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()
        self._left: OrderedDict[int, None] = OrderedDict()

    def answer(self, query: str, text: str | None = None) -> None:
        """The press arrived: the button need not spin any more. `text` is shown for a moment."""
        shown = {} if text is None else {"text": text[:LONGEST_TOAST], "show_alert": True}
        self._begin("answer", self._api.tell("answerCallbackQuery", callback_query_id=query, **shown))

    def chosen(self, message: Shown, label: str) -> None:
        """Take the buttons away and show which one was pressed."""
        if not self._pace.rests(message.chat.id):
            self._begin("chosen", self._chosen(message, label))

    def say(self, chat: int, text: str) -> None:
        """Words that no row holds any more, or that cannot be stored now."""
        self._begin("say", self._say(chat, text))

    def leave(self, chat: int, text: str) -> None:
        """Say why, once, and leave a group or channel."""
        if chat not in self._left:
            self._left[chat] = None
            if len(self._left) > GROUPS_KEPT:
                self._left.popitem(last=False)
            self._begin("leave", self._leave(chat, text))

    async def close(self, *, within: float = 3.0) -> None:
        """Let what has been begun end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in self._tasks:
            task.cancel()

    def _begin(self, kind: str, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(self._try(kind, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    async def _try(kind: str, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except TelegramError as problem:
            log.info("telegram_reply_failed", extra={"kind": kind, "problem": problem})
        except Exception as problem:
            log.error("telegram_reply_failed", extra={"kind": kind, "problem": problem})  # noqa: TRY400  perhaps words

    async def _chosen(self, message: Shown, label: str) -> None:
        place = {"chat_id": message.chat.id, "message_id": message.message_id}
        said = message.text if message.text is not None else message.caption
        shown = f"{said or ''}\n\n{CHOSEN}{label}".strip()
        if message.text is not None and units(shown) <= LONGEST_TEXT:
            await self._api.tell("editMessageText", text=shown, link_preview_options=NO_PREVIEW, **place)
        elif message.text is None and units(shown) <= LONGEST_CAPTION:
            await self._api.tell("editMessageCaption", caption=shown, **place)
        else:
            await self._api.tell("editMessageReplyMarkup", **place)

    async def _say(self, chat: int, text: str) -> None:
        for part in split(text, LONGEST_TEXT):
            for left in reversed(range(TRIES)):
                await self._pace.turn(chat)
                try:
                    await self._api.tell("sendMessage", chat_id=chat, text=part, link_preview_options=NO_PREVIEW)
                    break
                except Flooded as flooded:
                    if not left:
                        raise
                    wait = flooded.after or 1.0
                    self._pace.rest(chat, wait)
                    await asyncio.sleep(wait)

    async def _leave(self, chat: int, text: str) -> None:
        try:
            await self._api.tell("sendMessage", chat_id=chat, text=text)
        finally:
            self._left.pop(chat, None)
            await self._api.leave_chat(chat)
