"""That somebody writes crosses from one replica to another, both ways, on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.audit import Audit
from bot.clock import SystemClock
from bot.demo import wait_for_a_human
from bot.live import CITIZEN_TYPES, COUNSELOR_TYPES, CROSSES_EVERY, Subscription, desk_topic
from bot.running import Running, make_house, running
from bot.serving import DEMO_STAFFING
from bot.storage.migrations import migrate
from tests.support.office import ANNE, KEYRING
from tests.support.player import understanding

pytestmark = [pytest.mark.postgres]
Replicas = tuple[Running, Running]


@pytest.fixture
async def replicas(postgres_url: str) -> AsyncIterator[Replicas]:
    await migrate(postgres_url)
    house = make_house(overlay=None, keyring=KEYRING, hear=understanding())

    def replica() -> AbstractAsyncContextManager[Running]:
        return running(
            url=postgres_url,
            house=house,
            clock=SystemClock(),
            understanding=None,
            audit=lambda store: Audit(store, KEYRING, SystemClock()),
            staffing=DEMO_STAFFING,
        )

    async with replica() as one, replica() as two:
        yield one, two


async def arrives(page: Subscription, frame: bytes, types: Callable[[], Awaitable[None]]) -> None:
    """Types until it is seen: news may be lost while the other replica is still about to listen."""
    async with asyncio.timeout(30):
        while True:
            await types()
            try:
                async with asyncio.timeout(CROSSES_EVERY):
                    while await page.get() != frame:
                        pass
                    return
            except TimeoutError:
                continue


async def test_typing_is_seen_on_the_other_replica_both_ways(replicas: Replicas) -> None:
    here, there = replicas
    await there.desk.heartbeat(ANNE)
    talk = await wait_for_a_human(here, ANNE.tenant, ("me",))
    [item] = [one for one in await there.desk.queue(ANNE) if one.conversation == talk]
    await there.desk.claim(ANNE, item.handoff)
    async with here.live.subscribe(talk) as citizen, there.live.subscribe(desk_topic(talk)) as desk:
        await arrives(citizen, COUNSELOR_TYPES, lambda: there.desk.typing(ANNE, talk))
        await arrives(desk, CITIZEN_TYPES, lambda: here.conversations.typing(talk))
