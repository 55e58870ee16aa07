"""The real application in this process, and a conversation with it over a socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from tests.support.player import content

TOKEN = "Kanarie7token"
Frame = dict[str, Any]


class Served:
    """The application, its address, and every error it logged."""

    def __init__(self, app: web.Application, url: str) -> None:
        self.app, self.url = app, url
        self.errors: list[logging.LogRecord] = []

    def bot_says(self, key: str) -> str:
        return content().messages.for_pack("kolding").text(key, channel="web")

    def page_says(self, code: str) -> str:
        return self.bot_says(f"page.error.{code}")


class Talk:
    """A conversation on a socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.code = ""
        self.asked: Frame = {}
        self.ids = iter(range(10_000))

    async def get(self) -> Frame:
        message = await asyncio.wait_for(self.socket.receive(), 10)
        assert message.type is WSMsgType.TEXT, self.socket.close_code
        frame: Frame = json.loads(message.data)
        if frame.get("question"):
            self.asked = frame
        return frame

    async def begin(self) -> None:
        await self.socket.send_json({"type": "hello"})
        self.code = (await self.get())["code"]
        while not self.asked:
            await self.get()

    async def send(self, **frame: Any) -> list[Frame]:
        """What comes back, up to the next question or the error."""
        await self.socket.send_json({"id": f"i{next(self.ids)}", **frame})
        frames = [await self.get()]
        while not frames[-1].get("question") and frames[-1]["type"] != "error":
            frames.append(await self.get())
        return frames

    async def say(self, text: str) -> list[Frame]:
        return await self.send(type="message", text=text)

    async def press(self, option: str, question: str | None = None) -> list[Frame]:
        return await self.send(type="choice", question=question or self.asked["question"], option=option)

    async def closed_with(self) -> int | None:
        while (await asyncio.wait_for(self.socket.receive(), 10)).type is WSMsgType.TEXT:
            pass
        return self.socket.close_code


@asynccontextmanager
async def talking(served: Served, http: ClientSession) -> AsyncIterator[Talk]:
    async with http.ws_connect(f"{served.url}/chat/kolding/ws", max_msg_size=0) as socket:
        talk = Talk(socket)
        await talk.begin()
        yield talk


def of(frames: list[Frame], sender: str) -> list[str]:
    return [frame["text"] for frame in frames if frame.get("from") == sender]


def label_of(asked: Frame, option: str) -> str:
    return next(str(choice["label"]) for choice in asked["choices"] if choice["id"] == option)
