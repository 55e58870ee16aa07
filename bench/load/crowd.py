"""All clients of one measurement: opened, let loose, and waited for until each has finished what it began."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from bench.load.window import Window
from bench.samples import Sample

PATIENCE = 60.0
"""Seconds that the clients have after the window to finish the screening they are in."""
OPENED_TOGETHER = 25


class Client(Protocol):
    done: asyncio.Future[None]
    """Set when the window is over and the client has finished; an exception when a reply was not the expected one."""

    async def open(self) -> None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...
    def where(self) -> str: ...


async def measure(clients: int, window: Window, make: Callable[[int, Window], Client]) -> Sample:
    crowd = [make(number, window) for number in range(clients)]
    try:
        for first in range(0, clients, OPENED_TOGETHER):
            await asyncio.gather(*(client.open() for client in crowd[first : first + OPENED_TOGETHER]))
        passing = asyncio.ensure_future(window.pass_by())
        for client in crowd:
            client.start()
        await _all_done(crowd, window.warm_up + window.seconds + PATIENCE)
        await passing
    finally:
        for client in crowd:
            client.close()
    return window.sample()


async def _all_done(crowd: list[Client], patience: float) -> None:
    """Raises the first failure, or names the first client that got stuck."""
    finished, waiting = await asyncio.wait(
        [client.done for client in crowd], timeout=patience, return_when=asyncio.FIRST_EXCEPTION
    )
    failures = [failure for each in finished if (failure := each.exception())]
    if failures:
        raise failures[0]
    if waiting:
        stuck = [client.where() for client in crowd if not client.done.done()]
        raise TimeoutError(f"{len(stuck)} clients got no reply for too long, the first one {stuck[0]}")
