"""A last word to whom is erased by a message that had to wait for its turn.

Who is erased at once is told by the turn. Where the turn comes later nobody waits for its outcome, and afterwards no
row knows the chat any more: so it is remembered here, in memory, from the moment the message comes in.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from bot.channels.ports import Erased
from bot.channels.telegram.replies import Replies
from bot.conversations import Conversations
from bot.live import Live, Subscription

LOOK_EVERY: Final = 30.0
"""Seconds between two looks, should no frame come: another replica may have taken the turn."""


class _Last(msgspec.Struct):
    sender: str = msgspec.field(name="from", default="")
    text: str = ""


class Farewells:
    """Watches conversations that have something pending, each until nothing is."""

    def __init__(self, conversations: Conversations, live: Live, replies: Replies, *, usual: Callable[[], str]) -> None:
        """`usual` is what is said if the turn's own words were not seen."""
        self._conversations = conversations
        self._live = live
        self._replies = replies
        self._usual = usual
        self._watching: dict[str, asyncio.Task[None]] = {}

    def watch(self, chat: int, conversation: str) -> None:
        """Tell this chat if the conversation is erased by what is pending."""
        if conversation not in self._watching:
            task = asyncio.create_task(self._watch(chat, conversation))
            self._watching[conversation] = task
            task.add_done_callback(lambda _done: self._watching.pop(conversation, None))

    def told(self, conversation: str) -> None:
        """The citizen has been told."""
        task = self._watching.get(conversation)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Watch no more."""
        tasks = list(self._watching.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _watch(self, chat: int, conversation: str) -> None:
        said = ""
        async with self._live.subscribe(conversation) as page:
            while True:
                frame = await _next(page)
                if frame is not None:
                    last = msgspec.json.decode(frame, type=_Last)
                    said = last.text if last.sender == "system" else said
                try:
                    if not (await self._conversations.loaded(conversation)).pending:
                        return
                except Erased:
                    self._replies.say(chat, said or self._usual())
                    return


async def _next(page: Subscription) -> bytes | None:
    try:
        async with asyncio.timeout(LOOK_EVERY):
            return await page.get()
    except TimeoutError:
        return None
