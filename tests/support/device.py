"""A citizen's end of the web chat: a device on a socket, or one that asks over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, WSMsgType

from tests.support.site import Site, built_in_content

ORIGIN = "https://www.kolding.dk"


class Device:
    """A citizen's end of a socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def get(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of a kind."""
        while True:
            message = await asyncio.wait_for(self.socket.receive(), 5)
            assert message.type is WSMsgType.TEXT, f"closed with {self.socket.close_code}"
            frame: dict[str, Any] = json.loads(message.data)
            if kind is None or frame["type"] == kind:
                return frame

    async def messages(self, count: int) -> list[dict[str, Any]]:
        return [await self.get("message") for _ in range(count)]

    async def hello(self, code: str | None = None, last_seq: int | None = None) -> dict[str, Any]:
        await self.send(
            type="hello", **{k: v for k, v in {"code": code, "last_seq": last_seq}.items() if v is not None}
        )
        return await self.get()

    async def quiet(self) -> None:
        """Nothing more comes."""
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(self.socket.receive(), 0.15)

    async def closed_with(self) -> int | None:
        while (await asyncio.wait_for(self.socket.receive(), 5)).type in {WSMsgType.TEXT}:
            pass
        return self.socket.close_code


@asynccontextmanager
async def device(http: ClientSession, site: Site, tenant: str = "kolding", **headers: str) -> AsyncIterator[Device]:
    async with http.ws_connect(f"{site.url}/chat/{tenant}/ws", headers=headers) as socket:
        yield Device(socket)


async def begin(one: Device) -> str:
    """Open a conversation and read its greeting; the code."""
    welcome = await one.hello()
    await one.messages(2)
    return str(welcome["code"])


def error_text(code: str) -> str:
    """What people read with an error."""
    return built_in_content().messages.text(f"page.error.{code}")


def frames_of(site: Site) -> str:
    """Where frames are taken over HTTP."""
    return f"{site.url}/chat/kolding/frames"


def bearer(code: str) -> dict[str, str]:
    """The header that carries a code."""
    return {"Authorization": f"Bearer {code}"}


async def post(http: ClientSession, site: Site, code: str | None, **frame: Any) -> list[dict[str, Any]]:
    """One frame over HTTP; what comes back."""
    async with http.post(frames_of(site), json=frame, headers=bearer(code) if code else {}) as answer:
        assert answer.status == 200, await answer.text()
        frames: list[dict[str, Any]] = (await answer.json())["frames"]
        return frames
