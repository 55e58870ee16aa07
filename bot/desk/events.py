"""What open pages of the console are told: that something happened, never what was written."""

from collections.abc import AsyncIterator

import msgspec

from bot.desk.values import DeskEvent, EventKind
from bot.live import Subscription


class _Told(msgspec.Struct):
    """A frame of the desk's own; those of the web chat have no `desk`."""

    desk: EventKind | None = None
    type: str = ""
    seq: int = 0
    handoff: str = ""


_decode = msgspec.json.Decoder(_Told).decode


def alert_frame(handoff: str) -> bytes:
    """Somebody in danger waits."""
    return msgspec.json.encode({"desk": EventKind.ALERT.value, "handoff": handoff})


async def events(page: Subscription, *, missed: EventKind) -> AsyncIterator[DeskEvent]:
    """Events as they come; `missed` is told where some were lost: whoever reads anew misses nothing."""
    while True:
        frame = await page.get()
        if frame is None:
            yield DeskEvent(kind=missed)
            continue
        told = _decode(frame)
        if told.desk is not None:
            yield DeskEvent(kind=told.desk, seq=told.seq, handoff=told.handoff)
        elif told.type in ("message", "state"):
            yield DeskEvent(kind=EventKind.TALK)
