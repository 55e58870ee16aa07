"""What tests of the runtime share: databases, a centre with times to book, a site to chat on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.storage.store import SqlStore, open_store
from bot.storage.tables import METADATA
from tests.support.booker import Centre
from tests.support.bot_api import BotApi, Person
from tests.support.device import ORIGIN
from tests.support.site import Site, running_site


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[SqlStore]:
    """A store with its tables, on each kind of database."""
    opened = await open_store(database_url)
    await opened.run(METADATA.create_all)
    yield opened
    await opened.close()


@pytest.fixture
async def store() -> AsyncIterator[SqlStore]:
    """A store in memory."""
    opened = await open_store("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def centre(database: SqlStore) -> Centre:
    """A centre with times to book, on each kind of database."""
    made = Centre(database)
    await made.bookings.keep_slots()
    return made


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The citizens' side, which one other site may embed."""
    async with running_site(embedders={"kolding": frozenset({ORIGIN})}) as site:
        yield site


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def anna(api: BotApi) -> Person:
    """Somebody on Telegram."""
    return Person(api, 1001)


@pytest.fixture
def bo(api: BotApi) -> Person:
    """Somebody else on Telegram."""
    return Person(api, 2002)
