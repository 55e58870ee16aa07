"""One open socket: a reader that takes frames, and a writer for what comes without being asked for.

Whoever has something to say first collects all that has been published meanwhile, so that an acknowledgement and the
answer leave in one write: at thousands of messages a second the writes are what costs.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot.channels import frames
from bot.channels.citizens import Citizens, Found, Refused, note, refusal
from bot.channels.frames import BadFrame, Choice, Hello, Seen, Text
from bot.channels.limits import Visitor
from bot.channels.ports import Erased, Subscription

FULL: Final = 256 * 1024
"""Bytes that may wait to be sent to one slow phone; past it nothing more is written until they are gone."""
_PATIENCE: Final = 0.05


class Device:
    """A citizen's browser at the other end of a socket."""

    def __init__(
        self,
        citizens: Citizens,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        tenant: str,
        visitor: Visitor,
        stack: AsyncExitStack,
    ) -> None:
        self._citizens = citizens
        self._socket = socket
        self._transport = transport
        self._tenant = tenant
        self._visitor = visitor
        self._stack = stack
        self._found: Found | None = None
        self._told_code = ""
        self._subscription: Subscription | None = None
        self._telling = asyncio.Lock()
        self._sent = 0
        self._behind = False
        self._bad = 0
        self._code: int | None = None
        self._reader: asyncio.Task[object] | None = None
        """The task that waits for a frame, while it waits."""

    def close(self, code: int) -> None:
        """Say goodbye with this code, from whichever task. Only the wait for a frame is cut short, never a turn."""
        self._code = self._code or code
        if self._reader is not None:
            self._reader.cancel()

    async def serve(self) -> None:
        """Read frames until the socket closes."""
        while self._code is None:
            message = await self._next()
            if message is None:
                break
            if message.type is WSMsgType.TEXT:
                await self._read(message.data)
            elif message.type is WSMsgType.BINARY:
                await self._bad_frame(None)
            else:
                return
        await self._socket.close(code=self._code or WSCloseCode.OK)

    async def _next(self) -> WSMessage | None:
        """The next frame; None if we are to close."""
        me = self._reader = asyncio.current_task()
        try:
            return await self._socket.receive()
        except asyncio.CancelledError:
            if self._code is None or me is None:
                raise
            me.uncancel()
            return None
        finally:
            self._reader = None

    # -- what the citizen sends --

    async def _read(self, data: bytes) -> None:
        try:
            frame = frames.parse(data)
        except BadFrame as bad:
            await self._bad_frame(bad.id)
            return
        found = self._found
        if found is not None and self._subscription is not None and isinstance(frame, Text | Choice):
            await self._accept(found, self._subscription, frame)
        elif isinstance(frame, Hello) and found is None:
            await self._hello(frame)
        elif isinstance(frame, Seen) and found is not None:
            await self._citizens.seen(found.conversation, frame.seq)
        elif isinstance(frame, frames.Typing) and found is not None:
            await self._citizens.typing(found.conversation)
        else:
            await self._bad_frame(getattr(frame, "id", None))

    async def _bad_frame(self, frame_id: str | None) -> None:
        self._bad += 1
        await self._send([self._citizens.error("bad_frame", frame_id)])
        if self._bad >= frames.BAD_FRAMES:
            self.close(frames.CLOSE_BAD_FRAMES)

    async def _accept(self, found: Found, subscription: Subscription, frame: Text | Choice) -> None:
        with subscription.asked_for():
            try:
                handled = await self._citizens.accept(self._visitor, found.conversation, frame)
            except Refused as refused:
                await self._tell([self._citizens.not_accepted(refused.code, frame, self._tenant)])
            except Erased:
                self.close(frames.CLOSE_ERASED)
            else:
                if handled.code is not None:
                    self._found = found._replace(code=handled.code)
                await self._tell([frames.ack(frame.id, handled.seq)])

    async def _hello(self, hello: Hello) -> None:
        citizens = self._citizens
        try:
            found = await citizens.find(self._tenant, self._visitor, hello.code)
            subscription = await self._stack.enter_async_context(citizens.live.subscribe(found.conversation))
            missed = await citizens.history(found.conversation, hello.last_seq or 0)
            state = await citizens.state(found.conversation)
        except Exception as problem:
            await self._send([citizens.error(refusal(problem).code)])
            return
        self._found, self._told_code = found, found.code
        self._subscription = subscription
        self._sent = missed.seq
        await self._send([frames.welcome(found.code, missed.seq, found.last_used), state, *missed.messages])
        writer = asyncio.create_task(self._write(subscription))
        self._stack.callback(writer.cancel)
        try:
            await citizens.greet(found, missed.seq)
        except Exception as problem:
            await self._send([citizens.error(refusal(problem).code)])

    # -- what the citizen is told --

    async def _write(self, subscription: Subscription) -> None:
        """Tell what is published, for as long as the socket lives; a device that cannot be served starts over."""
        try:
            while self._code is None:
                frame = await subscription.get()
                async with self._telling:
                    await self._send(self._sorted(frame))
                await self._tell([])
        except ConnectionError:
            return
        except Erased:
            self.close(frames.CLOSE_ERASED)
        except Exception as problem:
            note(problem)
            self.close(WSCloseCode.TRY_AGAIN_LATER)

    async def _tell(self, first: list[bytes]) -> None:
        """Send these, and all that has been published; from the store if some of it was lost or came out of order."""
        async with self._telling:
            await self._send(first + self._published())
            if self._behind and self._found is not None:
                self._behind = False
                await self._send(await self._missed(self._found))

    def _published(self) -> list[bytes]:
        """What lies ready, in order."""
        ready: list[bytes] = []
        if self._subscription is not None:
            try:
                while True:
                    ready += self._sorted(self._subscription.get_nowait())
            except asyncio.QueueEmpty:
                pass
        return ready

    def _sorted(self, frame: bytes | None) -> list[bytes]:
        """The frame if it is the next; nothing if it was sent before; if it is too early, we are behind."""
        if frame is None:
            self._behind = True
            return []
        seq = frames.seq_of(frame)
        if seq == 0:
            if frames.says_erased(frame):
                self.close(frames.CLOSE_ERASED)
            return [frame]
        if seq == self._sent + 1 and not self._behind:
            self._sent = seq
            return [frame]
        self._behind = self._behind or seq > self._sent
        return []

    async def _missed(self, found: Found) -> list[bytes]:
        """What was not told, if the device's code is still good. Whoever asked for a new code is welcomed with it."""
        missed = await self._citizens.history(found.conversation, self._sent)
        if not await self._citizens.holds(self._tenant, found) and self._found is found:
            self.close(frames.CLOSE_UNKNOWN_CODE)
            return []
        found = self._found or found
        self._sent = max(self._sent, missed.seq)
        again = [*missed.messages, await self._citizens.state(found.conversation)]
        if found.code == self._told_code:
            return again
        self._told_code = found.code
        return [frames.welcome(found.code, missed.seq, None), *again]

    async def _send(self, out: list[bytes]) -> None:
        """All of it in one write. A phone that is slow to take it is waited for."""
        transport = self._transport
        if not out:
            return
        if transport is None or transport.is_closing() or self._socket.closed:
            raise ConnectionResetError
        transport.write(frames.as_websocket(out))
        while transport.get_write_buffer_size() > FULL and not transport.is_closing():  # noqa: ASYNC110  no event tells
            await asyncio.sleep(_PATIENCE)
