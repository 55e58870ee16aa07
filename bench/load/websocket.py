"""A WebSocket client with nothing but the frames, so that the client is not what a run measures.

It speaks RFC 6455 as far as a closed loop needs it: unfragmented text, ping and pong, close. The masking key is
zero, which is legal and makes masking the identity.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
_NO_MASK = b"\0\0\0\0"
_END_OF_HEAD = b"\r\n\r\n"


class WebSocketError(Exception):
    """The server broke off, refused, or sent what a closed loop never expects."""


def frame(opcode: int, payload: bytes) -> bytes:
    """One client frame."""
    length = len(payload)
    if length < 126:
        return bytes((opcode, 0x80 | length)) + _NO_MASK + payload
    if length < 1 << 16:
        return bytes((opcode, 0xFE)) + length.to_bytes(2, "big") + _NO_MASK + payload
    return bytes((opcode, 0xFF)) + length.to_bytes(8, "big") + _NO_MASK + payload


class WebSocket(asyncio.Protocol):
    """One connection. `receive` gets every text; `lost` hears once of an end that `close` did not ask for."""

    def __init__(self, receive: Callable[[bytes], None], lost: Callable[[Exception], None]) -> None:
        self._receive = receive
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rest = b""
        self._closing = False

    async def open(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname is None or parts.port is None:
            raise WebSocketError(f"a URL with host and port is needed, not {url}")
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, parts.hostname, parts.port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Origin: http://{parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "",
            "",
        )
        self._write("\r\n".join(head).encode())
        await self._opened

    def send(self, text: bytes) -> None:
        self._write(frame(TEXT, text))

    def close(self) -> None:
        self._closing = True
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame(CLOSE, (1000).to_bytes(2, "big")))
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
            self._rest = b""
        if not self._opened.done():
            head, found, data = data.partition(_END_OF_HEAD)
            if not found:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(f"the server refused: {head.splitlines()[0].decode('latin-1')}")
                return
            self._opened.set_result(None)
        try:
            self._read(data)
        except Exception as error:  # whatever a client makes of a frame ends the run, with its reason
            self._fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or "the server closed the connection")

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            raise WebSocketError("not connected")
        self._transport.write(data)

    def _read(self, data: bytes) -> None:
        at, size = 0, len(data)
        while size - at >= 2:
            opcode, length, start = data[at], data[at + 1], at + 2
            if length >= 126:
                start += 2 if length == 126 else 8
                if start > size:
                    break
                length = int.from_bytes(data[at + 2 : start], "big")
            end = start + length
            if end > size:
                break
            payload, at = data[start:end], end
            if opcode == TEXT:
                self._receive(payload)
            elif opcode == PING:
                self._write(frame(PONG, payload))
            elif opcode == CLOSE:
                raise WebSocketError(f"the server closed with {int.from_bytes(payload[:2], 'big')}: {payload[2:]!r}")
            else:
                raise WebSocketError(f"unexpected frame {opcode:#x}")
        if at < size:
            self._rest = data[at:]

    def _fail(self, reason: Exception | str) -> None:
        if self._closing:
            return
        self._closing = True
        error = reason if isinstance(reason, Exception) else WebSocketError(reason)
        if self._transport is not None:
            self._transport.abort()
        if not self._opened.done():
            self._opened.set_exception(error)
        else:
            self._lost(error)
