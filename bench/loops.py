"""The event loop that the ceilings and the load generator run on."""

import asyncio
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import TypeVar

import uvloop

Result = TypeVar("Result")


class Loop(StrEnum):
    UVLOOP = "uvloop"
    ASYNCIO = "asyncio"


def run(main: Coroutine[object, object, Result], loop: Loop = Loop.UVLOOP) -> Result:
    """`asyncio.run` on the chosen loop."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop if loop is Loop.UVLOOP else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
