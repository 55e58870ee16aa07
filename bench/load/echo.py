"""A client of the echo ceilings: what comes back must be what was sent."""

import asyncio
from time import perf_counter

from bench.load.websocket import WebSocket
from bench.load.window import Window


class EchoClient:
    def __init__(self, url: str, number: int, window: Window) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._url = url
        self._number = number
        self._window = window
        self._socket = WebSocket(self._receive, self._lost)
        self._turn = 0
        self._text = b""
        self._sent = 0.0

    async def open(self) -> None:
        await self._socket.open(self._url)

    def start(self) -> None:
        self._send()

    def close(self) -> None:
        self._socket.close()

    def where(self) -> str:
        return f"client {self._number}, message {self._turn}"

    def _send(self) -> None:
        self._turn += 1
        self._text = b'{"type":"choice","id":"%d-%d","question":"audit.q1","option":"2"}' % (self._number, self._turn)
        self._sent = perf_counter()
        self._socket.send(self._text)

    def _receive(self, text: bytes) -> None:
        if text != self._text:
            raise ValueError(f"{self.where()}: {text!r} came back for {self._text!r}")
        self._window.replied(self._sent, perf_counter())
        if self._window.over:
            self.done.set_result(None)
        else:
            self._send()

    def _lost(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
