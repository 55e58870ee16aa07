"""A citizen's browser that never gives up: it sends what was not acknowledged again, with the same id, until it is.

Each is seeded, so that a failure can be looked at again. It complains at once when the server breaks the contract: a
message with a number it did not expect, an acknowledgement that moved, an error that is not `busy`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from tests.support.journaled import Journal

Frame = dict[str, Any]
PATIENCE = 60.0
AGAIN = 0.2
TEXTS = (
    "hej",
    "ja",
    "nej",
    "det ved jeg ikke",
    "tre gange om ugen",
    "🍺",
    "jeg drikker for meget",
    "25",
    "tilbage",
    "jeg vil ikke leve mere",
    "<b>hvad koster det?</b>",
)
COMMANDS = ("cmd.back", "cmd.easy", "cmd.repeat")
"""Buttons that end nothing and destroy nothing."""


class Chatter:
    """One device. Give it a `code` to join a conversation, and another `url` to move to another server."""

    def __init__(
        self,
        url: str,
        name: str,
        journal: Journal,
        *,
        code: str | None = None,
        pressing: float = 0.6,
        pause: float = 0.25,
    ) -> None:
        self.url = url
        self.name = name
        self.code = code
        self.pressing = pressing
        self.pause = pause
        self.messages: list[Frame] = []
        self.unacknowledged: dict[str, Frame] = {}
        self.acknowledged: dict[str, int] = {}
        self.pressed: set[str] = set()
        self.wrong: list[str] = []
        self.refused = 0
        self.sent_again = 0
        self.silent = False
        self.connections = 0
        self._journal = journal
        self._random = random.Random(name)
        self._sent = 0
        self._recent: deque[str] = deque(maxlen=30)

    @property
    def asked(self) -> Frame | None:
        """The question at hand, unless something was sent after it."""
        last = next((frame for frame in reversed(self.messages) if frame.get("question")), None)
        newest = max(self.acknowledged.values(), default=0)
        return last if last is not None and last["seq"] > newest and not self.unacknowledged else None

    async def run(self, until: asyncio.Event, settled: Callable[[], bool]) -> None:
        """Talk until told to end, then listen until all is settled. Raises TimeoutError."""
        async with aiohttp.ClientSession() as http:
            ended: float | None = None
            loop = asyncio.get_running_loop()
            while not (until.is_set() and settled()):
                if until.is_set():
                    ended = ended or loop.time()
                    if loop.time() - ended > PATIENCE:
                        raise TimeoutError(f"{self.name}: {self}")
                try:
                    async with asyncio.timeout(PATIENCE):
                        await self._connected(http, until, settled)
                except (aiohttp.ClientError, ConnectionError, TimeoutError, AssertionError):
                    pass
                await asyncio.sleep(AGAIN)

    async def shown(self, messages: list[Frame]) -> None:
        """Wait until this device shows exactly these."""
        while self.messages != messages:  # noqa: ASYNC110 - a page has no event for it either
            await asyncio.sleep(0.02)

    @property
    def unanswered(self) -> int:
        """Own messages after the bot's last."""
        answered = max((frame["seq"] for frame in self.messages if frame["from"] == "bot"), default=0)
        return sum(seq > answered for seq in self.acknowledged.values())

    @property
    def settled(self) -> bool:
        """Everything is acknowledged, and the last word is the bot's."""
        return bool(
            not self.unacknowledged
            and self.messages
            and self.messages[-1]["from"] == "bot"
            and self.messages[-1]["seq"] > max(self.acknowledged.values(), default=0)
        )

    def __str__(self) -> str:
        return f"{len(self.unacknowledged)} unacknowledged, {len(self.messages)} messages; {' | '.join(self._recent)}"

    async def _connected(self, http: aiohttp.ClientSession, until: asyncio.Event, settled: Callable[[], bool]) -> None:
        connect = http.ws_connect(f"{self.url}/chat/kolding/ws", timeout=aiohttp.ClientWSTimeout(ws_close=2.0))
        async with connect as socket:
            last = self.messages[-1]["seq"] if self.messages else 0
            hello = {"type": "hello", **({"code": self.code, "last_seq": last} if self.code else {})}
            await socket.send_json(hello)
            await self._welcomed(socket)
            self.connections += 1
            reading = asyncio.create_task(self._read(socket))
            try:
                for frame in list(self.unacknowledged.values()):
                    self.sent_again += 1
                    await socket.send_json(frame)
                await self._talk(socket, reading, until, settled)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    async def _welcomed(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        frame = await _next(socket)
        self._recent.append(str(frame)[:80])
        if frame["type"] != "welcome":
            if frame.get("code") != "busy":
                self.wrong.append(f"{self.name}: hello was answered with {frame}")
            self.refused += 1
            raise ConnectionError("not welcome yet")
        if self.code is not None and frame["code"] != self.code:
            self.wrong.append(f"{self.name}: the code changed")
        self.code = frame["code"]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            self._take(await _next(socket))

    def _take(self, frame: Frame) -> None:
        self._recent.append(str(frame)[:80])
        if frame["type"] == "message":
            expected = self.messages[-1]["seq"] + 1 if self.messages else 1
            if frame["seq"] != expected:
                self.wrong.append(f"{self.name}: message {frame['seq']} came where {expected} was next")
            self.messages.append(frame)
        elif frame["type"] == "ack":
            before = self.acknowledged.setdefault(frame["id"], frame["seq"])
            if before != frame["seq"]:
                self.wrong.append(f"{self.name}: {frame['id']} was {before} and is now {frame['seq']}")
            assert self.code is not None
            self._journal.write(self.code, frame["id"], frame["seq"])
            self.unacknowledged.pop(frame["id"], None)
        elif frame["type"] == "error":
            self.refused += 1
            if frame["code"] != "busy":
                self.wrong.append(f"{self.name}: {frame}")
            raise ConnectionError(frame["code"])

    async def _talk(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        reading: asyncio.Task[None],
        until: asyncio.Event,
        settled: Callable[[], bool],
    ) -> None:
        while not reading.done():
            if until.is_set() and settled():
                return
            if self._left_without_a_word if until.is_set() else self._may_write():
                frame = self._something()
                self.unacknowledged[frame["id"]] = frame
                await socket.send_json(frame)
            # Some citizens write the next line before the first is acknowledged, let alone answered.
            await asyncio.wait([reading], timeout=self._random.uniform(0.01, self.pause))

    @property
    def _left_without_a_word(self) -> bool:
        """The last word is a button that another device had pressed before: nothing happens then, and it would be
        waited for for ever. Whoever writes a line more is answered.
        """
        last = self.messages[-1] if self.messages else {}
        return not self.silent and not self.unacknowledged and last.get("id") in self.pressed

    def _may_write(self) -> bool:
        return bool(not self.silent and self.messages and len(self.unacknowledged) < 2 and self.unanswered < 3)

    def _something(self) -> Frame:
        self._sent += 1
        name = f"{self.name}-{self._sent}"
        asked = self.asked
        if asked is not None and self._random.random() < self.pressing:
            options = [c["id"] for c in asked["choices"] if not c["id"].startswith("cmd.") or c["id"] in COMMANDS]
            if options:
                self.pressed.add(name)
                return {
                    "type": "choice",
                    "id": name,
                    "question": asked["question"],
                    "option": self._random.choice(options),
                }
        return {"type": "message", "id": name, "text": self._random.choice(TEXTS)}


async def history(url: str, code: str) -> list[Frame]:
    """What a fresh device is shown: every message of the conversation."""
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{url}/chat/kolding/ws") as socket:
        await socket.send_json({"type": "hello", "code": code, "last_seq": 0})
        welcome = await _next(socket)
        assert welcome["type"] == "welcome", welcome
        messages: list[Frame] = []
        while len(messages) < welcome["seq"]:
            frame = await _next(socket)
            if frame["type"] == "message":
                messages.append(frame)
        return messages


async def _next(socket: aiohttp.ClientWebSocketResponse) -> Frame:
    async with asyncio.timeout(PATIENCE):  # not wait_for, which may swallow that it was cancelled (Python 3.11)
        message = await socket.receive()
    if message.type is not WSMsgType.TEXT:
        raise ConnectionError("closed")
    frame: Frame = json.loads(message.data)
    return frame
