"""PostgreSQL crashes under the running server, again and again: no acknowledgement without a commit, and it heals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from tests.reliability.conftest import SOAK, Talking
from tests.support.chatter import Chatter
from tests.support.journaled import Journal
from tests.support.postgres import PostgresServer
from tests.support.server import Server

CRASHES = 20 if SOAK else 3
CITIZENS = 12


async def posted(url: str, code: str, name: str) -> tuple[int, str | None, list[str]]:
    """Send a text over HTTP: the status, when to come again, and the kinds of frames that were answered."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"{url}/chat/kolding/frames",
            json={"type": "message", "id": name, "text": "hej"},
            headers={"Authorization": f"Bearer {code}"},
            timeout=aiohttp.ClientTimeout(40),
        ) as response,
    ):
        frames = (await response.json())["frames"]
        return response.status, response.headers.get("Retry-After"), [frame["type"] for frame in frames]


async def status(url: str, path: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url + path, timeout=aiohttp.ClientTimeout(40)) as response:
        return response.status


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(0 if SOAK else 240)
async def test_postgres_stopped_at_once_again_and_again(
    tmp_path: Path,
    postgres_server: Callable[[], PostgresServer],
    talking: Talking,
    journal: Journal,
    figures: Callable[[str], None],
) -> None:
    began = time.monotonic()
    postgres = await asyncio.to_thread(postgres_server)
    database = postgres.databases.create()
    with Server(database, tmp_path) as server:
        await server.ready()
        citizens = [Chatter(server.url, f"p{n}", journal) for n in range(CITIZENS)]
        async with talking(citizens) as crowd:
            for crash in range(CRASHES):
                await crowd.acknowledges(CITIZENS)
                code = next(str(citizen.code) for citizen in citizens if citizen.code)
                await asyncio.to_thread(postgres.stop, "immediate")
                before = crowd.acknowledged
                refused = await posted(server.url, code, f"outage-{crash}")
                assert refused == (503, "5", ["error"])
                assert await status(server.url, "/readyz") == 503
                assert await status(server.url, "/") == 200  # the page and its phone numbers need no database
                assert await status(server.url, "/healthz") == 200
                await asyncio.sleep(0.3)
                assert crowd.acknowledged == before
                await asyncio.to_thread(postgres.start)
            await crowd.acknowledges(CITIZENS * 2)  # by itself, the same process all the time
            await server.ready()
        assert server.starts == 1
        verdict = await crowd.check(server.url, database)
        assert server.alive
    figures(
        f"PostgreSQL stop -m immediate: {CRASHES} crashes under {CITIZENS} conversations, {verdict.acknowledged} "
        f"messages acknowledged, {verdict.lost} lost, {verdict.doubled} doubled; {crowd.refused} times `busy`; "
        f"{time.monotonic() - began:.0f} s"
    )
