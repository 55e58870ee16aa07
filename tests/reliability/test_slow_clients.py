"""A phone that does not read, and one that is gone without a word: little memory, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels import devices, webchat
from bot.channels.citizens import STATUS, Citizens
from bot.channels.limits import Limits
from bot.channels.webchat import WebChat
from bot.clock import SystemClock
from bot.live import BACKLOG
from bot.privacy.keys import create_keyring
from bot.running import Running, make_house, running
from bot.serving import listening
from bot.settings import Settings
from bot.storage.migrations import migrate
from tests.support.chatter import history
from tests.support.player import understanding

LONG = "Det er en lang besked. " * 150


class Service:
    """The web chat over the real runtime, with a look behind the counter."""

    def __init__(self, run: Running, chat: WebChat, url: str) -> None:
        self.run = run
        self.chat = chat
        self.url = url

    @property
    def devices(self) -> list[Any]:
        return list(self.chat._devices)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    database = f"sqlite:///{tmp_path}/d.db"
    await migrate(database)
    house = make_house(overlay=None, keyring=create_keyring(tmp_path / "keyring"), hear=understanding())
    async with running(url=database, house=house, clock=SystemClock(), understanding=None) as run:
        errors = dict.fromkeys(STATUS, "fejl")
        limits = Limits(run.clock.monotonic)
        citizens = Citizens(run.conversations, run.live, errors=errors, limits=limits, clock=run.clock.monotonic)
        chat, app = WebChat(citizens, {"kolding": frozenset()}), web.Application()
        chat.add_to(app)
        async with listening(app, Settings(port=0)) as port:
            yield Service(run, chat, f"http://127.0.0.1:{port}")


async def silent_device(service: Service, code: str) -> socket.socket:
    """A device that says hello with a code and then reads nothing any more."""
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    end.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(end, ("127.0.0.1", int(service.url.rsplit(":", 1)[1])))
    hello = json.dumps({"type": "hello", "code": code, "last_seq": 0}).encode()
    await loop.sock_sendall(
        end,
        b"GET /chat/kolding/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + b"A" * 22 + b"==\r\n\r\n"
        b"\x81" + bytes([0x80 | len(hello)]) + bytes(4) + hello,
    )
    return end


async def writing(service: Service, code: str, count: int) -> None:
    """Another device of the same conversation writes, and each message is acknowledged in time."""
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{service.url}/chat/kolding/ws") as other:
        await other.send_json({"type": "hello", "code": code})
        for n in range(count):
            await other.send_json({"type": "message", "id": f"m{n}", "text": LONG})
            async with asyncio.timeout(20):
                while (frame := await other.receive_json()).get("type") != "ack":
                    pass
            assert frame["id"] == f"m{n}"


async def follows(service: Service, count: int) -> None:
    async with asyncio.timeout(20):
        while len([d for d in service.devices if d._found is not None]) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def opened(service: Service) -> str:
    started = await service.run.conversations.start(tenant="kolding", channel="web")
    await service.run.conversations.greet(started.conversation)
    return started.code


async def test_a_phone_that_does_not_read_costs_little_and_disturbs_nobody(service: Service) -> None:
    code = await opened(service)
    phone = await silent_device(service, code)
    await follows(service, 1)
    device = service.devices[0]
    await writing(service, code, 400)
    assert device._transport.get_write_buffer_size() < devices.FULL + BACKLOG * len(LONG) * 2
    assert len(device._subscription._frames) <= BACKLOG
    stored = await history(service.url, code)
    assert len(stored) > 800  # some 1.5 MB: more than all of the above together may hold
    assert await seen_in_the_end(phone, stored[-1]["seq"]) == list(range(1, stored[-1]["seq"] + 1))
    phone.close()


async def seen_in_the_end(phone: socket.socket, last: int) -> list[int]:
    """The numbers of the messages that arrive once the phone reads again, until the last one."""
    loop, raw = asyncio.get_running_loop(), b""
    async with asyncio.timeout(60):
        while b"\r\n\r\n" not in raw:
            raw += await loop.sock_recv(phone, 1 << 16)
        raw = raw.partition(b"\r\n\r\n")[2]
        seqs: list[int] = []
        while not seqs or seqs[-1] < last:
            raw += await loop.sock_recv(phone, 1 << 16)
            while (frame := unframed(raw)) is not None:
                words, raw = frame
                message = json.loads(words)
                if message["type"] == "message":
                    seqs.append(message["seq"])
    return seqs


def unframed(raw: bytes) -> tuple[bytes, bytes] | None:
    """The first unmasked text frame and what follows, once it is whole."""
    if len(raw) < 4:
        return None
    length, start = raw[1], 2
    if length == 126:
        length, start = int.from_bytes(raw[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(raw[2:10], "big"), 10
    return (raw[start : start + length], raw[start + length :]) if len(raw) >= start + length else None


async def test_a_phone_that_is_gone_without_a_word_is_let_go(service: Service, monkeypatch) -> None:
    monkeypatch.setattr(webchat, "HEARTBEAT", 0.3)
    code = await opened(service)
    phone = await silent_device(service, code)
    await follows(service, 1)
    await follows(service, 0)  # it never answers a ping
    assert service.run.live.open() == []
    phone.close()
