"""The disk is full under the real server: nothing is acknowledged, all can be read, and it heals without a restart.

The limit on the size of a file stands for the disk: it can be set and lifted on a running process, without being root.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from tests.reliability.conftest import Talking
from tests.reliability.test_postgres_crash import posted, status
from tests.support.chatter import Chatter, history
from tests.support.journaled import Journal
from tests.support.server import Server

CITIZENS = 8
ROOM = 32 * 1024
"""What is left on the disk: some turns more."""


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_full_disk_under_load(
    tmp_path: Path, talking: Talking, journal: Journal, figures: Callable[[str], None]
) -> None:
    began = time.monotonic()
    database = tmp_path / "doertrin.db"
    with Server(f"sqlite:///{database}", tmp_path) as server:
        await server.ready()
        citizens = [Chatter(server.url, f"d{n}", journal) for n in range(CITIZENS)]
        async with talking(citizens) as crowd:
            await crowd.acknowledges(CITIZENS)
            server.limit(resource.RLIMIT_FSIZE, largest(tmp_path) + ROOM)
            async with asyncio.timeout(60):
                while crowd.refused < CITIZENS:  # noqa: ASYNC110 - it takes as long as it takes to fill the rest
                    await asyncio.sleep(0.02)
            before = crowd.acknowledged
            code = str(citizens[0].code)
            assert await posted(server.url, code, "too-much") == (503, "5", ["error"])
            assert await opened(server.url) == 503
            assert len(await history(server.url, code)) >= len(citizens[0].messages)  # what is stored can be read
            assert "112" in await page(server.url)
            assert await status(server.url, "/healthz") == 200
            assert crowd.acknowledged == before
            server.limit(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
            await crowd.acknowledges(CITIZENS * 2)
        assert server.starts == 1
        verdict = await crowd.check(server.url, f"sqlite:///{database}")
    figures(
        f"disk full, SQLite: {verdict.acknowledged} messages acknowledged before and after, {verdict.lost} lost, "
        f"{verdict.doubled} doubled; {crowd.refused} times `busy`; {time.monotonic() - began:.0f} s"
    )


def largest(folder: Path) -> int:
    """Bytes of the largest file there, the database or its log."""
    return max(file.stat().st_size for file in folder.iterdir())


async def opened(url: str) -> int:
    """Ask for a new conversation; the status."""
    async with aiohttp.ClientSession() as http, http.post(f"{url}/chat/kolding/frames", json={"type": "hello"}) as got:
        return got.status


async def page(url: str) -> str:
    async with aiohttp.ClientSession() as http, http.get(url) as got:
        assert got.status == 200
        return await got.text()
