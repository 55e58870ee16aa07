"""Fixtures that every test may use: databases, a crashable server, a browser; and how hard Hypothesis tries.

A program that is missing fails the test that needs it. Nothing here ever skips.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.postgres import Databases, PostgresServer

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.support.bot_api import BotApi
    from tests.support.browser import Chromium

settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile(
    "ci", max_examples=100, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


RELIABILITY = Path(__file__).parent / "reliability"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What kills servers under load is measured too: nothing runs beside it."""
    for item in items:
        if RELIABILITY in item.path.parents:
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """A running PostgreSQL that makes databases: the one `DOERTRIN_TEST_POSTGRES` names, or one of our own."""
    if url := os.environ.get("DOERTRIN_TEST_POSTGRES"):
        databases = Databases(url)
        yield databases
        databases.drop_all()
    else:
        with PostgresServer(durable=False) as server:
            yield server.databases


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """The URL (postgresql+asyncpg://…) of a fresh, empty database, dropped afterwards."""
    url = postgres_databases.create()
    yield url
    postgres_databases.drop(url)


@pytest.fixture
def postgres_server() -> Iterator[Callable[[], PostgresServer]]:
    """Starts durable servers that the test may stop, crash and restart; each is gone after the test."""
    with ExitStack() as running:
        yield lambda: running.enter_context(PostgresServer(durable=True))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium program; the test fails with what to do if there is none."""
    from tests.support import provisioning

    return provisioning.ensure_chromium()


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Chromium]:
    """One running browser for the whole session; `tests.support.browser.visit` opens clean contexts in it."""
    from tests.support.browser import Chromium

    with Chromium(chromium_path) as browser:
        yield browser


@pytest.fixture
async def browser_page(chromium: Chromium) -> AsyncIterator[Page]:
    """A page of a new visitor; the test also fails if the page throws or asks for anything beyond this machine."""
    from tests.support.browser import visit

    async with visit(chromium) as visitor:
        yield await visitor.context.new_page()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram on loopback; the test also fails if a call to it breaks a rule of the published Bot API."""
    from tests.support.bot_api import bot_api

    async with bot_api() as api:
        yield api


@pytest.fixture
def log_at_debug() -> Iterator[io.StringIO]:
    """The whole process's log at DEBUG, as text; everything is put back afterwards."""
    from bot.privacy.logs import QUIET, configure_logs

    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in QUIET}
    stream = io.StringIO()
    configure_logs(level=logging.DEBUG, stream=stream)
    yield stream
    root.handlers[:], _, sys.excepthook, logging.raiseExceptions = before
    root.setLevel(before[1])
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
