"""The bare WebSocket echo, and what a message goes through before it comes back."""

from typing import Protocol

from aiohttp import WSMsgType, web


class Keeper(Protocol):
    """Where a message is kept before it is echoed."""

    async def keep(self, text: str) -> None: ...
    def close(self) -> None: ...


class Nowhere:
    """Nothing is kept: the bare echo."""

    async def keep(self, text: str) -> None:  # noqa: ARG002
        return None

    def close(self) -> None:
        return None


def echo_application(keeper: Keeper) -> web.Application:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await keeper.keep(message.data)
                await socket.send_str(message.data)
        return socket

    application = web.Application()
    application.router.add_get("/ws", echo)
    return application
