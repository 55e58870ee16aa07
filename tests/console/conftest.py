from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.errors import TalkGone
from bot.staff import Action, Actor, authorize
from bot.storage.store import open_store
from tests.support.console import House, Site, running_console, running_house
from tests.support.staffed import Staffed


class EmptyDesk:
    """A desk at which there is no talk, for what does not need one."""

    async def leave(self, actor: Actor) -> None:
        authorize(actor, Action.SEE_QUEUE, actor.tenant)

    async def heartbeat(self, actor: Actor) -> None:
        authorize(actor, Action.SEE_QUEUE, actor.tenant)

    def __getattr__(self, name: str) -> object:
        async def nothing(*_given: object, **_more: object) -> None:
            raise TalkGone

        return nothing


class NoBookings:
    """A calendar without times."""

    async def week(self, _tenant: str, _monday: object) -> list[object]:
        return []


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The console over a fresh store, its desk empty."""
    store = await open_store("sqlite://")
    async with running_console(EmptyDesk(), NoBookings(), Staffed(store)) as running:  # type: ignore[arg-type]
        yield running
    await store.close()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The console with everything behind it, in memory."""
    async with running_house() as running:
        yield running
