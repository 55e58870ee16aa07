"""The web chat (CONTRACTS §3): one conversation over WebSocket, or frame by frame over HTTP.

Nothing is acknowledged before it is stored. Every device that knows the code gets every message, in order, without a
gap and once: a device is subscribed before its history is read, and whatever comes twice is dropped by its number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web
from aiohttp.http import HttpProcessingError

from bot.channels import frames
from bot.channels.citizens import STATUS, Citizens, Found, Refused, refusal
from bot.channels.devices import Device
from bot.channels.frames import BadFrame, Choice, ClientFrame, Hello, Seen, Text
from bot.channels.limits import Visitor
from bot.channels.ports import Erased, UnknownCode

HEARTBEAT: Final = 25.0
LONGEST_WAIT: Final = 25.0
_RETRY_AFTER: Final = {"busy": "5", "rate_limited": "60"}


class WebChat:
    """Serves the citizens' side of all web conversations of this process."""

    def __init__(self, citizens: Citizens, origins: Mapping[str, frozenset[str]]) -> None:
        """`origins`: for each tenant the other sites whose pages may hold the chat."""
        self._citizens = citizens
        self._origins = origins
        self._refused_entry = frames.envelope([citizens.error("closed_service")]).decode()
        self._devices: set[Device] = set()
        self._polls: set[asyncio.Task[object]] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and a farewell to everybody when the server stops."""
        app.router.add_get("/chat/{tenant}/ws", self._websocket)
        app.router.add_post("/chat/{tenant}/frames", self._post)
        app.router.add_get("/chat/{tenant}/frames", self._poll)
        app.on_shutdown.append(self._say_goodbye)

    def _welcome_in(self, request: web.Request) -> tuple[str, Visitor]:
        """The tenant and who asks. Raises 404 for a tenant there is not, 403 for a page that may not."""
        tenant = request.match_info["tenant"]
        embedders = self._origins.get(tenant)
        if embedders is None:
            raise web.HTTPNotFound(text=self._refused_entry, content_type="application/json")
        origin = request.headers.get("Origin")
        if origin is not None and not _same_host(origin, request.host) and origin not in embedders:
            raise web.HTTPForbidden(text=self._refused_entry, content_type="application/json")
        return tenant, self._citizens.limits.visitor(request.remote, request.headers.get("X-Forwarded-For"))

    async def _say_goodbye(self, _app: web.Application) -> None:
        for poll in self._polls:
            poll.cancel()
        for device in self._devices:
            device.close(WSCloseCode.SERVICE_RESTART)

    # -- WebSocket --

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        tenant, visitor = self._welcome_in(request)
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=frames.MAX_FRAME, compress=False, decode_text=False
        )
        await socket.prepare(request)
        async with AsyncExitStack() as stack:
            device = Device(self._citizens, socket, request.transport, tenant, visitor, stack)
            self._devices.add(device)
            try:
                await device.serve()
            except ConnectionError:
                pass  # the citizen is gone; what was acknowledged is stored
            finally:
                self._devices.discard(device)
        return socket

    # -- HTTP --

    async def _post(self, request: web.Request) -> web.StreamResponse:
        tenant, visitor = self._welcome_in(request)
        body = await _body_of(request)
        if body is None:
            return self._answer([self._citizens.error("bad_frame")], 413)
        try:
            frame = frames.parse(body)
        except BadFrame as bad:
            return self._answer([self._citizens.error("bad_frame", bad.id)], STATUS["bad_frame"])
        frame_id = frame.id if isinstance(frame, Text | Choice) else None
        code = _bearer(request)
        if isinstance(frame, Hello):
            code = code or frame.code
        elif code is None:
            return self._answer([self._citizens.error("unknown_code", frame_id)], 401)
        try:
            found = await self._citizens.find(tenant, visitor, code)
            answer = await self._answered(found, visitor, frame)
        except Erased:
            return self._answer([frames.encoded({"type": "state", "state": "erased"})], 410)
        except Exception as problem:
            refused = refusal(problem)
            if isinstance(frame, Text | Choice):
                error = self._citizens.not_accepted(refused.code, frame, tenant)
                return self._answer([error], STATUS[refused.code], refused.code)
            return self._refuse(refused)
        return self._answer(answer)

    async def _answered(self, found: Found, visitor: Visitor, frame: ClientFrame) -> list[bytes]:
        if isinstance(frame, Hello):
            missed = await self._citizens.history(found.conversation, frame.last_seq or 0)
            first = [
                frames.welcome(found.code, missed.seq, found.last_used),
                await self._citizens.state(found.conversation),
            ]
            if missed.seq == 0:
                await self._citizens.greet(found, missed.seq)
                missed = await self._citizens.history(found.conversation, 0)
            return first + missed.messages
        if isinstance(frame, Text | Choice):
            handled = await self._citizens.accept(visitor, found.conversation, frame)
            answer = [frames.ack(frame.id, handled.seq)]
            if handled.code is not None:
                answer.append(frames.welcome(handled.code, handled.seq, None))
            if not handled.duplicate:
                answer += await self._citizens.read(found.conversation, handled.seq - 1)
            return answer
        if isinstance(frame, Seen):
            await self._citizens.seen(found.conversation, frame.seq)
        else:
            await self._citizens.typing(found.conversation)
        return []

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        tenant, visitor = self._welcome_in(request)
        after = _number(request.query.get("after", "0"))
        wait = _number(request.query.get("wait", "0"))
        if after is None or wait is None:
            return self._answer([self._citizens.error("bad_frame")], STATUS["bad_frame"])
        code = _bearer(request)
        if code is None:
            return self._answer([self._citizens.error("unknown_code")], 401)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker: a handler always runs in a task
        self._polls.add(task)
        try:
            found = await self._citizens.find(tenant, visitor, code)
            return self._answer(await self._news(tenant, found, after, min(wait, LONGEST_WAIT)))
        except Exception as problem:
            return self._refuse(refusal(problem))
        finally:
            self._polls.discard(task)

    async def _news(self, tenant: str, found: Found, after: int, wait: float) -> list[bytes]:
        """Messages after `after` and the state; waits for the first of either if there is nothing yet. Raises
        UnknownCode if the code was replaced meanwhile.
        """
        conversation = found.conversation
        async with self._citizens.live.subscribe(conversation) as subscription:
            missed = (await self._citizens.history(conversation, after)).messages
            if not missed and wait:
                try:
                    async with asyncio.timeout(wait):
                        while (frame := await subscription.get()) and not _is_news(frame, after):
                            pass
                except TimeoutError:
                    return []
                if frame and not frames.seq_of(frame):
                    return [frame]
                missed = (await self._citizens.history(conversation, after)).messages
        if not await self._citizens.holds(tenant, found):
            raise UnknownCode
        return [*missed, await self._citizens.state(conversation)] if missed else []

    def _refuse(self, refused: Refused) -> web.Response:
        return self._answer([self._citizens.error(refused.code)], STATUS[refused.code], refused.code)

    @staticmethod
    def _answer(answer: list[bytes], status: int = 200, code: str = "") -> web.Response:
        headers = {"Retry-After": _RETRY_AFTER[code]} if code in _RETRY_AFTER else {}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return web.Response(
            body=frames.envelope(answer), status=status, content_type="application/json", headers=headers
        )


def _is_news(frame: bytes, after: int) -> bool:
    seq = frames.seq_of(frame)
    return seq > after or b'"type":"state"' in frame[:20]


def _same_host(origin: str, host: str) -> bool:
    """Scheme aside: behind a proxy that ends TLS we are spoken to in plain HTTP."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.netloc == host


def _bearer(request: web.Request) -> str | None:
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    return code.strip()[:200] or None if scheme.lower() == "bearer" else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


async def _body_of(request: web.Request) -> bytes | None:
    """The body, empty if it came broken; None if it is longer than a frame may be. No more than that is ever kept."""
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > frames.MAX_FRAME:
                return None
    except (HttpProcessingError, web.RequestPayloadError):  # not the encoding it claims to be
        return b""
    return bytes(body)
