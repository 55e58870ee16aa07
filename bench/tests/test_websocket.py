"""The minimal client speaks WebSocket with a full-grown server, at every frame length."""

import asyncio

import pytest
from aiohttp import WSMsgType, web

from bench.load.websocket import WebSocket, WebSocketError


async def echoed(texts: list[bytes]) -> list[bytes]:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=0.05)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data)
        return socket

    application = web.Application()
    application.router.add_get("/ws", echo)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    received: list[bytes] = []
    failures: list[Exception] = []
    socket = WebSocket(received.append, failures.append)
    try:
        await socket.open(f"ws://127.0.0.1:{runner.addresses[0][1]}/ws")
        for text in texts:
            socket.send(text)
        await asyncio.sleep(0.3)
        assert not failures, failures
        socket.close()
    finally:
        await runner.cleanup()
    return received


def test_texts_of_every_length_come_back_whole_and_pings_are_answered() -> None:
    texts = [b"x" * length for length in (0, 1, 125, 126, 4000, 65535, 65536, 300_000)]
    assert asyncio.run(echoed(texts)) == texts


def test_a_refusal_names_the_answer() -> None:
    async def refused() -> None:
        runner = web.AppRunner(web.Application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            socket = WebSocket(print, print)
            await socket.open(f"ws://127.0.0.1:{runner.addresses[0][1]}/nowhere")
        finally:
            await runner.cleanup()

    with pytest.raises(WebSocketError, match="404"):
        asyncio.run(refused())
