"""The whole service, as it is served, on a fresh SQLite file; and the runtime behind it alone."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.ports import Incoming
from bot.clock import ManualClock, SystemClock
from bot.conversations import Conversations
from bot.privacy.keys import Keyring, create_keyring, load_keyring
from bot.running import Running, make_house, running
from bot.serving import citizen_app, listening, load_understanding
from bot.settings import read_settings
from bot.storage.migrations import migrate
from dialogs.heard import Understanding
from tests.support.player import understanding as product_understanding

NOON = datetime.fromisoformat("2026-11-25T12:00:00+01:00")


@asynccontextmanager
async def whole_service(folder: Path, *, demo: bool = False) -> AsyncIterator[str]:
    """Serve on a free port until the block ends; gives the address, without a slash at its end. With `demo` there are
    times to book.
    """
    async with whole_program(folder, demo=demo) as (url, _run):
        yield url


@asynccontextmanager
async def whole_program(
    folder: Path,
    *,
    understanding: Callable[[], Understanding] = load_understanding,
    demo: bool = False,
    **given: Any,
) -> AsyncIterator[tuple[str, Running]]:
    """The same with other settings; gives what is behind it too. Again in the same folder it is the same service."""
    settings = read_settings(**{"database_url": f"sqlite:///{folder / 'chat.db'}", "port": 0} | given)
    await migrate(settings.database_url)
    keyring = folder / "keyring"
    house = make_house(overlay=None, keyring=load_keyring(keyring) if keyring.exists() else create_keyring(keyring))
    async with (
        running(
            url=settings.database_url, house=house, clock=SystemClock(), understanding=understanding, demo=demo
        ) as run,
        listening(citizen_app(settings, run), settings) as port,
    ):
        yield f"http://127.0.0.1:{port}", run


@asynccontextmanager
async def whole_runtime(url: str, keyring: Keyring | None = None) -> AsyncIterator[Running]:
    """What is behind the service, on a migrated database, always at noon."""
    await migrate(url)
    ring = keyring or Keyring(active="k1", keys={"k1": os.urandom(32)})
    house = make_house(overlay=None, keyring=ring, hear=product_understanding())
    async with running(url=url, house=house, clock=ManualClock(NOON), understanding=None) as run:
        yield run


async def say(conversations: Conversations, name: str, text: str, inbound: str) -> None:
    """A citizen types this in a talk."""
    await conversations.handle(name, Incoming(id=inbound, text=text))
