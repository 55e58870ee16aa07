"""What a channel needs of the runtime. Channels are written against this; `bot.turns` and `bot.live` provide it."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from bot.errors import DoertrinError


class TurnRefused(DoertrinError):
    """The message was not accepted; nothing of it was stored."""


class UnknownCode(TurnRefused):
    """No conversation has this code."""


class WrongTenant(TurnRefused):
    """The code belongs to another tenant's conversation."""


class UnknownQuestion(TurnRefused):
    """The conversation never asked this question."""


class TooLong(TurnRefused):
    """The text is over 4,000 characters."""


class Busy(TurnRefused):
    """Too much at once; try again in a moment."""


class Erased(TurnRefused):
    """The conversation is erased."""


class Incoming(msgspec.Struct, frozen=True):
    """What a citizen did: wrote, or chose an option of a question.

    `label` is what stood on the button, filled in where only the store still knows it; `seq` the number of a message
    that was stored before its turn.
    """

    id: str
    text: str | None = None
    question: str | None = None
    option: str | None = None
    label: str | None = None
    seq: int | None = None


class Started(Protocol):
    """A new conversation."""

    @property
    def conversation(self) -> str: ...
    @property
    def code(self) -> str: ...


class Resumed(Protocol):
    """A conversation found by its code."""

    @property
    def conversation(self) -> str: ...
    @property
    def last_used(self) -> dt.datetime | None: ...


class Handled(Protocol):
    """A stored message; `duplicate` if it had been stored before."""

    @property
    def seq(self) -> int: ...
    @property
    def duplicate(self) -> bool: ...


class Conversations(Protocol):
    """All conversations (bot/turns.py)."""

    async def start(self, *, tenant: str, channel: str) -> Started: ...
    async def greet(self, conversation: str) -> None: ...
    async def resume(self, *, tenant: str, code: str) -> Resumed: ...
    async def handle(self, conversation: str, incoming: Incoming) -> Handled: ...
    async def history(self, conversation: str, *, after: int) -> list[Any]: ...
    async def state(self, conversation: str) -> dict[str, Any]: ...
    async def seen(self, conversation: str, seq: int) -> None: ...
    async def typing(self, conversation: str) -> None: ...


class Subscription(Protocol):
    """Frames of one conversation as they are published."""

    async def get(self) -> bytes | None:
        """The next frame; None if some were lost because nobody fetched them: read the history again."""
        ...

    def get_nowait(self) -> bytes | None:
        """The next frame if there is one. Raises asyncio.QueueEmpty."""
        ...


class Live(Protocol):
    """Who is told when something happens (bot/live.py)."""

    def subscribe(self, conversation: str) -> AbstractAsyncContextManager[Subscription]: ...
