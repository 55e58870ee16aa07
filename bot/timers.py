"""Timers: rows say what is due, APScheduler only knocks.

    knock -> claim due rows (one conditional UPDATE, any replica) -> the handler of the kind -> finished

A timer fires once, however late, if its subject still has the timer's revision. A handler that writes a turn puts the
timer into `TurnWrite.fires`: then turn and timer are one transaction, and a crash between the two cannot be. Other
handlers must bear being run again, for that is what happens after a crash. A handler that fails is tried again, later
each time, and an alarm tells.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.errors import LeaseLost, StorageUnavailable
from bot.privacy.pseudonyms import new_id
from bot.storage.ports import Alarm, Store, Timer

Handler = Callable[[Timer], Awaitable[None]]
LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
_log = logging.getLogger(__name__)


class Timers:
    """Runs what is due. `every` is how often it looks, in seconds."""

    def __init__(self, store: Store, clock: Clock, *, owner: str, every: float = 1.0) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._every = every
        self._handlers: dict[str, Handler] = {}
        self._chores: list[tuple[Callable[[], Awaitable[object]], float]] = []
        self._scheduler: AsyncIOScheduler | None = None
        self._claiming = asyncio.Lock()
        self._under_way: set[asyncio.Future[object]] = set()

    def handle(self, kind: str, handler: Handler) -> None:
        """Say who handles a kind. Raises ValueError if somebody does already."""
        if kind in self._handlers:
            raise ValueError(f"two handlers for timers of kind {kind}")
        self._handlers[kind] = handler

    def repeat(self, chore: Callable[[], Awaitable[object]], *, every: float) -> None:
        """Knock at a chore every so many seconds (retention, held slots). It must bear running in several replicas."""
        self._chores.append((chore, every))

    def start(self) -> None:
        """Begin to knock."""
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(self._knock, "interval", seconds=self._every, args=[self.run_due])
        for chore, every in self._chores:
            scheduler.add_job(self._knock, "interval", seconds=every, args=[chore])
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Knock no more; what has been begun is ended."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.pause()
            if self._under_way:
                await asyncio.wait(self._under_way)
            scheduler.shutdown(wait=False)
        async with self._claiming:
            pass

    async def run_due(self) -> int:
        """Run everything that is due now; how many fired. Raises StorageUnavailable."""
        fired = 0
        async with self._claiming:
            while due := await self._store.claim_timers(owner=self._owner, now=self._clock.now(), lease=LEASE):
                done = await asyncio.gather(*(self._fire(timer) for timer in due))
                fired += sum(done)
        return fired

    async def _fire(self, timer: Timer) -> bool:
        handler = self._handlers.get(timer.kind)
        try:
            if handler is None:
                await self._put_off(timer, "timer_without_handler")
                return False
            await handler(timer)
        except LeaseLost:
            return False  # somebody else has it, or it is no longer wanted
        except StorageUnavailable:
            return False  # its lease runs out, and it is claimed again
        except Exception:
            _log.exception("timer_failed", extra={"kind": timer.kind, "attempts": timer.attempts})
            await self._put_off(timer, "timer_failed")
            return False
        try:
            await self._store.finish_timer(timer)
        except LeaseLost:
            pass  # its turn finished it
        except StorageUnavailable:
            return False
        return True

    async def _put_off(self, timer: Timer, alarm: str) -> None:
        now = self._clock.now()
        wait = min(timedelta(seconds=2 ** min(timer.attempts, 12)), LONGEST_WAIT)
        try:
            await self._store.retry_timer(timer, not_before=now + wait)
            await self._store.add_alarm(
                Alarm(id=new_id(), at=now, kind=alarm, conversation=timer.conversation, detail=timer.kind)
            )
        except (LeaseLost, StorageUnavailable):
            return

    async def _knock(self, chore: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.ensure_future(chore())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            await task
        except StorageUnavailable:
            _log.warning("chore_without_storage")
        except Exception:
            _log.exception("chore_failed")
