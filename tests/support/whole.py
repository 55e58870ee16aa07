"""The whole service, as it is served, on a fresh SQLite file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.privacy.keys import create_keyring
from bot.running import make_house, running
from bot.serving import citizen_app, listening, load_understanding
from bot.settings import Settings
from bot.storage.migrations import migrate


@asynccontextmanager
async def whole_service(folder: Path, *, demo: bool = False) -> AsyncIterator[str]:
    """Serve on a free port until the block ends; gives the address, without a slash at its end. With `demo` there are
    times to book.
    """
    database = f"sqlite:///{folder / 'chat.db'}"
    await migrate(database)
    house = make_house(overlay=None, keyring=create_keyring(folder / "keyring"))
    settings = Settings(database_url=database, port=0)
    async with (
        running(url=database, house=house, clock=SystemClock(), understanding=load_understanding, demo=demo) as run,
        listening(citizen_app(settings, run), settings) as port,
    ):
        yield f"http://127.0.0.1:{port}"
