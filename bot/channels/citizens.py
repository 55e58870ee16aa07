"""What a citizen's device may do, whichever way it speaks: open, resume, write, read. Errors become contract codes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from bot.channels import frames
from bot.channels.frames import Choice, Text
from bot.channels.limits import Limits, Visitor
from bot.channels.ports import (
    Busy,
    Conversations,
    Erased,
    Handled,
    Incoming,
    Live,
    TooLong,
    UnknownCode,
    UnknownQuestion,
    WrongTenant,
)
from bot.errors import StorageUnavailable
from bot.privacy.pseudonyms import read_code

log = logging.getLogger(__name__)

CHANNEL: Final = "web"
SAME_TIME: Final = 0.2
"""Seconds after which any code that does not work is answered, whatever is wrong with it."""

STATUS: Final = {
    "bad_frame": 400,
    "unknown_code": 404,
    "wrong_tenant": 404,
    "too_long": 413,
    "rate_limited": 429,
    "busy": 503,
    "closed_service": 404,
    "unknown_question": 409,
}
"""Every error code of the contract, and what it is in HTTP."""

_REFUSALS: Final[dict[type[Exception], str]] = {
    UnknownCode: "unknown_code",
    WrongTenant: "wrong_tenant",
    TooLong: "too_long",
    Busy: "busy",
    UnknownQuestion: "unknown_question",
    StorageUnavailable: "busy",
    Erased: "unknown_code",
}


class Refused(Exception):
    """Answered with an error frame; `code` is one of the contract's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Found(NamedTuple):
    """A conversation this device may follow."""

    conversation: str
    code: str
    last_used: dt.datetime | None


class Missed(NamedTuple):
    """What a device has missed, and the highest number there is."""

    messages: list[bytes]
    seq: int


class Citizens:
    """The runtime as citizens' devices see it."""

    def __init__(
        self,
        conversations: Conversations,
        live: Live,
        *,
        errors: Mapping[str, str],
        limits: Limits,
        clock: Callable[[], float],
        unstored: Callable[[str, str], str | None] = lambda _tenant, _text: None,
    ) -> None:
        """`errors`: the text of each error code. `unstored`: what a tenant says to a text that could not be stored."""
        self._conversations = conversations
        self.live = live
        self.limits = limits
        self._errors = {code: errors[code] for code in STATUS}
        self._clock = clock
        self._unstored = unstored

    def error(self, code: str, frame_id: str | None = None) -> bytes:
        """An error frame with the code's own kind text."""
        return frames.error(code, self._errors[code], frame_id)

    def not_accepted(self, code: str, frame: Text | Choice, tenant: str) -> bytes:
        """An error frame for what somebody wrote; a danger in it is answered even when nothing can be stored."""
        said = frame.text if code == "busy" and isinstance(frame, Text) else None
        text = self._unstored(tenant, said) if said else None
        return frames.error(code, text or self._errors[code], frame.id)

    async def find(self, tenant: str, visitor: Visitor, code: str | None) -> Found:
        """The conversation of a code, or a new one if there is no code. May fail as `refusal` knows."""
        if code is not None:
            return await self._resume(tenant, visitor, code)
        if not self.limits.may_start(visitor):
            raise Refused("rate_limited")
        started = await self._conversations.start(tenant=tenant, channel=CHANNEL)
        self.limits.guessed_right(started.code)
        return Found(started.conversation, started.code, None)

    async def _resume(self, tenant: str, visitor: Visitor, code: str) -> Found:
        asked = self._clock()
        code = read_code(code) or code
        if not self.limits.may_guess(visitor, code):
            raise Refused("rate_limited")
        try:
            resumed = await self._conversations.resume(tenant=tenant, code=code)
        except (UnknownCode, WrongTenant, Erased) as refused:
            self.limits.guessed_wrong(visitor)
            await asyncio.sleep(SAME_TIME - (self._clock() - asked))
            raise (refused if isinstance(refused, WrongTenant) else UnknownCode()) from None
        self.limits.guessed_right(code)
        return Found(resumed.conversation, code, resumed.last_used)

    async def holds(self, tenant: str, found: Found) -> bool:
        """Whether the device's code is still the conversation's."""
        return await self._conversations.holds(tenant=tenant, code=found.code, conversation=found.conversation)

    async def history(self, conversation: str, after: int) -> Missed:
        """Every message after `after`. One more is read, to know the highest number when nothing was missed."""
        read = await self.read(conversation, max(after - 1, 0))
        if not read and after > 0:
            read = await self.read(conversation, 0)
        highest = frames.seq_of(read[-1]) if read else 0
        return Missed([message for message in read if frames.seq_of(message) > after], highest)

    async def read(self, conversation: str, after: int) -> list[bytes]:
        return [frames.encoded(frame) for frame in await self._conversations.history(conversation, after=after)]

    async def state(self, conversation: str) -> bytes:
        """The `state` frame as it is now."""
        return frames.encoded(await self._conversations.state(conversation))

    async def greet(self, found: Found, seq: int) -> None:
        """The first words. Also for one whose server died between the opening and the greeting."""
        if seq == 0:
            await self._conversations.greet(found.conversation)

    async def accept(self, visitor: Visitor, conversation: str, frame: Text | Choice) -> Handled:
        """Store what the citizen did. Raises Refused, or Erased."""
        if not self.limits.may_write(visitor, conversation):
            raise Refused("rate_limited")
        if isinstance(frame, Text):
            if len(frame.text) > frames.MAX_TEXT:
                raise Refused("too_long")
            incoming = Incoming(frame.id, text=frame.text)
        else:
            incoming = Incoming(frame.id, question=frame.question, option=frame.option)
        try:
            handled = await self._conversations.handle(conversation, incoming)
        except Erased:
            raise
        except Exception as problem:
            raise refusal(problem) from None
        if handled.code is not None:
            self.limits.guessed_right(handled.code)
        return handled

    async def seen(self, conversation: str, seq: int) -> None:
        """Note how far the citizen has read. It is no promise: a failure is not worth a word."""
        try:
            await self._conversations.seen(conversation, seq)
        except Exception as problem:
            note(problem)

    async def typing(self, conversation: str) -> None:
        """Note that the citizen is writing."""
        await self._conversations.typing(conversation)


def refusal(problem: Exception) -> Refused:
    """What to answer for a problem. What nobody foresaw is `busy`: not accepted, and may be tried again."""
    if isinstance(problem, Refused):
        return problem
    for kind, code in _REFUSALS.items():
        if isinstance(problem, kind):
            return Refused(code)
    note(problem)
    return Refused("busy")


def note(problem: Exception) -> None:
    """Kind and place of a problem, never its words: they may be a citizen's."""
    log.error("channel_failed", extra={"problem": problem})
