"""kill -9 at any moment, under load: nothing acknowledged is lost, nothing is doubled, the order is kept."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.conftest import SOAK, Talking
from tests.support.chatter import Chatter
from tests.support.journaled import Journal
from tests.support.server import Server

KILLS, AT_LEAST, SECONDS = (60, 60, 0.0) if SOAK else (12, 5, 25.0)
"""So many kills; on a machine that is busy with other things fewer, after so long."""
CITIZENS = 20


@pytest.mark.slow
@pytest.mark.timeout(0 if SOAK else 240)
async def test_a_server_killed_again_and_again_loses_nothing(
    tmp_path: Path, talking: Talking, journal: Journal, figures: Callable[[str], None]
) -> None:
    database = f"sqlite:///{tmp_path}/doertrin.db"
    moments = random.Random(2026)
    began = time.monotonic()
    with Server(database, tmp_path) as server:
        citizens = [Chatter(server.url, f"c{n}", journal) for n in range(CITIZENS)]
        async with talking(citizens) as crowd:
            kill = 0
            while kill < KILLS and (kill < AT_LEAST or time.monotonic() - began < SECONDS):
                # Every fourth time it is let come to itself; else it dies while it still learns to read.
                await (server.ready() if kill % 5 == 1 else server.listens())
                await crowd.acknowledges(1)
                await asyncio.sleep(moments.uniform(0.05, 0.4))
                server.kill()
                server.start()
                kill += 1
            await server.ready()
            await crowd.acknowledges(CITIZENS)
        verdict = await crowd.check(server.url, database)
    again = sum(citizen.sent_again for citizen in citizens)
    figures(
        f"SIGKILL, SQLite: {kill} kills under {CITIZENS} conversations, {verdict.acknowledged} messages acknowledged, "
        f"{verdict.lost} lost, {verdict.doubled} doubled; {again} sent again; {time.monotonic() - began:.0f} s"
    )
