"""Who writes faster than anybody can read: all of it is kept and heard for danger, but no longer answered line by line.

Nothing can be refused here as it is in the web chat: Telegram would only bring it again, and hold up others with it.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec

from bot.channels.limits import Limits, Visitor
from bot.channels.ports import Incoming

TOO_FAST: Final = "telegram.too_fast"
"""The text that is said once."""
TELL_AGAIN: Final = 60.0
"""Seconds without haste before it may be said once more."""
KEPT: Final = 10_000
ALWAYS: Final = frozenset({"cmd.human", "cmd.delete", "cmd.stop"})
"""What is never put off, however often it is asked for."""
_SOMEWHERE: Final = Visitor(network=b"", here=False)


class Haste:
    """Counts what each chat sends; in memory, and for this replica alone."""

    def __init__(self, limits: Limits, *, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._hasty: OrderedDict[int, float] = OrderedDict()

    def may(self, chat: int) -> bool:
        """Whether the chat may have one more answer; counts it."""
        return self._limits.may_write(_SOMEWHERE, str(chat))

    def noted(self, chat: int, incoming: Incoming) -> Incoming:
        """The same as something to be kept and heard for danger, and answered by nothing but, once, kind words."""
        if incoming.option in ALWAYS:
            return incoming
        now = self._clock()
        quiet = now - self._hasty.get(chat, now - TELL_AGAIN) >= TELL_AGAIN
        self._hasty[chat] = now
        self._hasty.move_to_end(chat)
        if len(self._hasty) > KEPT:
            self._hasty.popitem(last=False)
        label = incoming.label if incoming.option is None else f"/{incoming.option.removeprefix('cmd.')}"
        return msgspec.structs.replace(
            incoming, question=None, option=None, label=label, remark=TOO_FAST if quiet else ""
        )
