"""Forgetting: a conversation is destroyed so many days after its last message, and when the citizen says so.

Destroying is deleting the data key (storage/conversations.py `erase`): unreadable at once. The rows, noise by then, are
swept the day after, and the tombstones stay, so that a restored backup can be told again what is gone.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from bot.clock import Clock
from bot.storage.ports import Store, TurnStore

RETENTION_DAYS = 30
"""Days after the last message, unless the tenant's pack says otherwise."""
_AT_ONCE = 200
_log = logging.getLogger(__name__)


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What one round did."""

    erased: int
    swept: int


async def keep_no_longer(
    store: Store, clock: Clock, *, days: Callable[[str], int] = lambda _tenant: RETENTION_DAYS
) -> Swept:
    """Destroy what has been kept long enough and sweep what was destroyed. May run anywhere, any number of times."""
    now = clock.now()
    erased = 0
    for tenant in await store.tenants():
        since = now - timedelta(days=days(tenant))
        while due := await store.idle(tenant, since=since, limit=_AT_ONCE):
            done = [await store.erase(name, on=now.date(), idle_since=since) for name in due]
            erased += sum(done)
            if not any(done):
                break  # each of them was answered, or erased by somebody else, meanwhile
    swept = 0
    while count := await store.sweep(before=now.date(), limit=_AT_ONCE):
        swept += count
    if erased or swept:
        _log.info("retention_done", extra={"erased": erased, "swept": swept})
    return Swept(erased=erased, swept=swept)


async def replay_tombstones(store: TurnStore, gone: list[str], *, now: datetime) -> int:
    """After a restore: destroy again what had been destroyed when the backup was younger than the erasure."""
    done = [await store.erase(name, on=now.date()) for name in gone]
    return sum(done)
