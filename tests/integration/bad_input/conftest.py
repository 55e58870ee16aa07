"""What no citizen should send and some will: each gets a kind, clear answer; nothing is lost, crashed or sent back raw.

The real application in this process, over WebSocket and HTTP; one server for each file.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from bot.clock import SystemClock
from bot.privacy.keys import Keyring
from bot.running import make_house, running
from bot.serving import citizen_app, listening
from bot.settings import Settings
from tests.support.player import understanding
from tests.support.served import TOKEN, Served, Talk, talking


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    house = make_house(
        overlay=None,
        keyring=Keyring(active="k1", keys={"k1": secrets.token_bytes(32)}),
        hear=understanding(),
    )
    wanted = Settings(port=0, metrics_token=TOKEN)
    async with running(url="sqlite://", house=house, clock=SystemClock(), understanding=None) as run:
        app = citizen_app(wanted, run)
        async with listening(app, wanted) as port:
            one = Served(app, f"http://127.0.0.1:{port}")
            handler = logging.Handler(logging.ERROR)
            handler.emit = one.errors.append  # type: ignore[method-assign]
            logging.getLogger().addHandler(handler)
            yield one
            logging.getLogger().removeHandler(handler)
            async with ClientSession() as http, http.get(f"{one.url}/readyz") as answer:
                assert answer.status == 200, "after all that it still answers"


@pytest.fixture(autouse=True)
def no_error_is_logged(served: Served) -> Any:
    """Bad input is no error of ours."""
    served.errors.clear()
    yield
    assert [(record.name, record.getMessage()) for record in served.errors] == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="module")
async def talk(served: Served, http: ClientSession) -> AsyncIterator[Talk]:
    async with talking(served, http) as one:
        yield one
