"""One suite, every store: in memory, in a file, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.storage.store import SqlStore, open_store
from bot.storage.tables import METADATA
from tests.support.office import Office

KINDS = ["sqlite-memory", "sqlite-file", pytest.param("postgres", marks=pytest.mark.postgres)]
Opener = Callable[[], Awaitable[SqlStore]]


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite-memory":
        return "sqlite://"
    if request.param == "sqlite-file":
        return f"sqlite:///{tmp_path}/store.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[SqlStore]:
    """An empty store with its tables."""
    store = await open_store(store_url)
    if store_url != "sqlite://":
        await store.run(METADATA.create_all)
    yield store
    await store.close()


@pytest.fixture
async def another(store: SqlStore, store_url: str) -> AsyncIterator[SqlStore]:
    """A second replica on the same database. In memory there can be none, so there it is the first one."""
    if store_url == "sqlite://":
        yield store
        return
    replica = await open_store(store_url)
    yield replica
    await replica.close()


@pytest.fixture
async def office(store: SqlStore) -> Office:
    """A counselors' desk."""
    return Office(store)


@pytest.fixture
async def branch(office: Office, another: SqlStore) -> Office:
    """The same desk, seen from a second replica."""
    return Office(another, office.clock)
