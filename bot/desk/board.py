"""Who waits and who is present, as this process knows it, and what citizens are told of it.

A turn may not wait for the database, so it asks what was read last: at most `REFRESH_EVERY` seconds ago, and anew after
every change of a queue that this process made or heard of.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.live import Live, queue_topic
from bot.storage import desk as rows
from bot.storage.desk import Crew
from bot.storage.ports import Loaded, Store
from content.loading import Content
from content.staffing import DeskState, Staffing, Standing, standing, wait, when_words
from dialogs.lifecycle import State
from dialogs.steps import Json

ALIVE_FOR = timedelta(seconds=60)
"""After so long without a heartbeat a counselor is not there."""
REFRESH_EVERY = 5.0
REMEMBERED_FOR = timedelta(days=14)
REMEMBERED = 20
"""So many talks, none older than that, tell how long one takes."""
_NOBODY = Crew(waiting=(), present=0, talking=0, minutes=())
log = logging.getLogger(__name__)


class Board:
    """One process's view of all desks. `staffing` is for tenants whose pack states none: the demo's."""

    def __init__(
        self, store: Store, content: Content, live: Live, clock: Clock, *, staffing: Staffing | None = None
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        self._staffing: Mapping[str, Staffing] = {
            name: found for name in content.tenants if (found := content.packs[name].staffing or staffing)
        }
        self._crews: dict[str, Crew] = {}
        self._told: dict[str, bytes] = {}
        self._watching: asyncio.Task[None] | None = None

    @property
    def staffed(self) -> bool:
        """Whether counselors answer for any tenant."""
        return bool(self._staffing)

    # what a turn asks

    def desk(self, tenant: str, at: datetime) -> Json:
        """The answer to the request `Desk`; `opens` is ISO, in Danish time."""
        now = self.standing(tenant, at)
        answer: dict[str, Json] = {"state": now.state.value}
        if now.place is not None:
            answer |= {"place": now.place, "minutes": now.minutes}
        if now.opens is not None:
            key, fields = when_words(now.opens, at)
            answer |= {"opens": now.opens.isoformat(), "when": {"key": key, "fields": fields}}
        return answer

    def standing(self, tenant: str, at: datetime) -> Standing:
        """How it stands for who comes now."""
        crew = self._crews.get(tenant, _NOBODY)
        return standing(
            self._staffing.get(tenant),
            at,
            present=crew.present,
            talking=crew.talking,
            waiting=len(crew.waiting),
            lengths=crew.minutes,
        )

    def told(self, loaded: Loaded) -> dict[str, object]:
        """What the `state` frame says besides the state (CONTRACTS §3), where it is known: `position` and
        `wait_minutes` of who waits while somebody is at the desk, `opens` while nobody is.
        """
        return self._told_waiting(loaded.tenant, loaded.id) if loaded.state is State.WAITING else {}

    def _told_waiting(self, tenant: str, conversation: str) -> dict[str, object]:
        now = self.standing(tenant, self._clock.now())
        if now.state is DeskState.CLOSED:
            return {} if now.opens is None else {"opens": now.opens.isoformat()}
        crew, staffing = self._crews.get(tenant, _NOBODY), self._staffing.get(tenant)
        place = next((n for n, one in enumerate(crew.waiting, 1) if one.conversation == conversation), None)
        if place is None or staffing is None:
            return {}
        ahead = place - max(0, crew.present * staffing.at_once - crew.talking)
        minutes = wait(ahead, crew.present * staffing.at_once, crew.minutes)
        return {"position": place} if minutes is None else {"position": place, "wait_minutes": minutes}

    # keeping it true

    async def refresh(self) -> None:
        """Read all desks anew, and tell who waits what has changed for them. Raises StorageUnavailable."""
        now = self._clock.now()
        for tenant in self._staffing:
            look = partial(rows.crew, tenant=tenant, alive_since=now - ALIVE_FOR, finished_since=now - REMEMBERED_FOR)
            self._crews[tenant] = await self._store.read(partial(look, last=REMEMBERED))
        self._tell()

    def _tell(self) -> None:
        """Tell the open pages of this process; other replicas tell theirs."""
        told: dict[str, bytes] = {}
        for tenant, crew in self._crews.items():
            for one in crew.waiting:
                if not self._live.listening(one.conversation):
                    continue
                more = self._told_waiting(tenant, one.conversation)
                frame = msgspec.json.encode({"type": "state", "state": State.WAITING.value, **more})
                told[one.conversation] = frame
                if self._told.get(one.conversation) != frame:
                    self._live.whisper(one.conversation, [frame])
        self._told = told

    def start(self) -> None:
        """Look again whenever a queue changes."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        async with AsyncExitStack() as stack:
            topics = [queue_topic(tenant) for tenant in self._staffing]
            changes = await stack.enter_async_context(self._live.subscribe(*topics))
            while True:
                await changes.get()
                changes.clear()
                try:
                    await self.refresh()
                except StorageUnavailable:
                    log.warning("desk_without_storage")  # looked at again with the next change or after REFRESH_EVERY
                except Exception:
                    log.exception("desk_board_failed")
