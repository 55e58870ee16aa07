"""How often Telegram may be written to: about once a second to each chat, with short bursts, and thirty times in all.

Telegram does not promise these figures. A chat to which it says "too much" rests for as long as it says; others do not
notice. Everything is in memory: after a restart Telegram itself says again when to wait.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

KEPT: Final = 10_000
"""Chats remembered; the one not written to for longest is forgotten first."""


class Rate(NamedTuple):
    """`burst` at once, then one more for each `every` seconds."""

    burst: int
    every: float


PER_CHAT: Final = Rate(5, 1.0)
IN_ALL: Final = Rate(30, 1 / 30)


class Pace:
    """Whose turn it is. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float], *, per_chat: Rate = PER_CHAT, in_all: Rate = IN_ALL) -> None:
        self._clock = clock
        self._per_chat = per_chat
        self._in_all = in_all
        self._full_again: OrderedDict[int, float] = OrderedDict()
        self._all_full_again = 0.0
        self._resting: dict[int, float] = {}

    async def turn(self, chat: int) -> None:
        """Wait until the chat may be written to once more."""
        wait = self._take(chat)
        if wait > 0:
            await asyncio.sleep(wait)

    def rest(self, chat: int, seconds: float) -> None:
        """Telegram wants nothing sent to this chat for so long."""
        now = self._clock()
        self._resting = {one: until for one, until in self._resting.items() if until > now}
        self._resting[chat] = max(now + seconds, self._resting.get(chat, now))

    def rests(self, chat: int) -> bool:
        """Whether the chat is to be left in peace just now."""
        return self._resting.get(chat, 0.0) > self._clock()

    def _take(self, chat: int) -> float:
        """Seconds until it may be sent; it is counted as sent then (generic cell rate)."""
        now = self._clock()
        own = max(self._full_again.get(chat, now), now) + self._per_chat.every
        everybody = max(self._all_full_again, now) + self._in_all.every
        self._full_again[chat] = own
        self._full_again.move_to_end(chat)
        if len(self._full_again) > KEPT:
            self._full_again.popitem(last=False)
        self._all_full_again = everybody
        waits = own - now - self._per_chat.burst * self._per_chat.every
        return max(waits, everybody - now - self._in_all.burst * self._in_all.every, 0.0)
