"""A citizen of the web chat: opens a conversation, walks the screening, and checks every frame on the way.

A message counts as answered when its ack *and* the next question are here. In between, every `seq` since the
last question must have come exactly once, and an ack or a copy of the citizen's message must carry its id.
"""

import asyncio
from time import perf_counter

from bench.load.frames import HELLO, Frame, read, write
from bench.load.walk import Typing, Walk
from bench.load.websocket import WebSocket
from bench.load.window import Window


class ChatError(Exception):
    """The server broke the web chat protocol, or refused a message."""


class ChatClient:
    def __init__(self, url: str, number: int, window: Window, typing: Typing) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._url = url
        self._number = number
        self._window = window
        self._walk = Walk(number, typing)
        self._socket = WebSocket(self._receive, self._lost)
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._started = False
        self._id: str | None = None
        self._sent = 0.0
        self._messages = 0
        self._acked = False
        self._asked: Frame | None = None
        self._last_seq = 0
        self._seqs: set[int] = set()

    async def open(self) -> None:
        """Connects, opens a conversation, and waits for the greeting's question."""
        await self._socket.open(self._url)
        self._socket.send(HELLO)
        await self._greeted

    def start(self) -> None:
        self._started = True
        self._answer()

    def close(self) -> None:
        self._socket.close()

    def where(self) -> str:
        last = self._asked.question if self._asked else None
        return f"client {self._number}, message {self._messages} ({self._id}), acked {self._acked}, asked {last}"

    def _receive(self, payload: bytes) -> None:
        frame = read(payload)
        match frame.type:
            case "message":
                self._message(frame)
            case "ack":
                self._ack(frame)
            case "state" if frame.state != "bot":
                raise ChatError(f"{self.where()}: the bot gave the conversation away, state {frame.state}")
            case "error":
                raise ChatError(f"{self.where()}: {payload.decode()}")
            case _:
                return
        if self._asked is not None:
            if not self._started:
                if not self._greeted.done():
                    self._greeted.set_result(None)
            elif self._acked:
                self._window.replied(self._sent, perf_counter())
                self._answer()

    def _message(self, frame: Frame) -> None:
        if frame.sender == "citizen":
            if frame.id != self._id:
                raise ChatError(f"{self.where()}: a citizen's message that this client did not send: {frame.id}")
        elif frame.seq in self._seqs or frame.seq <= self._last_seq:
            raise ChatError(f"{self.where()}: message {frame.seq} came twice")
        self._seqs.add(frame.seq)
        if frame.question is not None:
            if self._asked is not None:
                raise ChatError(f"{self.where()}: {frame.question} was asked while {self._asked.question} was open")
            self._asked = frame

    def _ack(self, frame: Frame) -> None:
        if frame.id != self._id or self._acked:
            raise ChatError(f"{self.where()}: an ack for {frame.id}")
        self._acked = True
        self._seqs.add(frame.seq)

    def _answer(self) -> None:
        """Answers the open question, or ends if the window is over and the screening finished."""
        assert self._asked is not None
        assert self._asked.question is not None
        question, choices = self._asked.question, self._asked.choices
        if max(self._seqs) - self._last_seq != len(self._seqs):
            raise ChatError(f"{self.where()}: seq has a gap: {self._last_seq}, then {sorted(self._seqs)}")
        answer = self._walk.answer(question, choices)
        if self._window.over and self._walk.resting:
            self.done.set_result(None)
            return
        self._last_seq = max(self._seqs)
        self._seqs.clear()
        self._asked, self._acked = None, False
        self._messages += 1
        self._id = f"c{self._number}-{self._messages}"
        frame = write(self._id, question, answer)
        self._sent = perf_counter()
        self._socket.send(frame)

    def _lost(self, error: Exception) -> None:
        for waiting in (self._greeted, self.done):
            if not waiting.done():
                waiting.set_exception(error)
                return
