from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot.clock import ManualClock
from bot.storage.ports import Follows, NewTimer, Timer, TimerState
from bot.storage.store import SqlStore
from bot.timers import Timers
from tests.contracts.talk import NOON, TENANT, again, begin, turn

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


class Heard:
    """A handler that remembers, and fails as often as told."""

    def __init__(self, fails: int = 0) -> None:
        self.fired: list[tuple[str, int]] = []
        self.fails = fails

    async def __call__(self, timer: Timer) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("not now")
        self.fired.append((timer.subject, timer.revision))


def timer(subject: str, *, kind: str = "nudge", revision: int = 1, **more: object) -> NewTimer:
    name = f"{kind}-{subject}-{revision}"
    return NewTimer(id=name, kind=kind, subject=subject, revision=revision, due_at=NOON + HOUR, **more)  # type: ignore[arg-type]


async def test_overdue_work_is_done_once_after_a_long_sleep(store: SqlStore, clock: ManualClock) -> None:
    heard = Heard()
    replicas = [Timers(store, clock, owner=f"o{n}") for n in range(3)]
    for replica in replicas:
        replica.handle("nudge", heard)
    for n in range(120):
        await store.add_timer(TENANT, timer(f"s{n}"))
    assert await replicas[0].run_due() == 0
    clock.advance(dt.timedelta(days=40))
    fired = await asyncio.gather(*(replica.run_due() for replica in replicas))
    assert sum(fired) == 120
    assert sorted(heard.fired) == sorted((f"s{n}", 1) for n in range(120))
    clock.advance(-dt.timedelta(days=40))  # the clock steps back: nothing fires again
    assert await replicas[1].run_due() == 0


async def test_a_failing_handler_is_tried_again_and_alarms(store: SqlStore, clock: ManualClock) -> None:
    timers, heard = Timers(store, clock, owner="me"), Heard(fails=2)
    timers.handle("nudge", heard)
    await store.add_timer(TENANT, timer("s"))
    clock.advance(HOUR)
    assert await timers.run_due() == 0
    assert await timers.run_due() == 0  # not at once
    clock.advance(dt.timedelta(seconds=2))
    assert await timers.run_due() == 0
    clock.advance(dt.timedelta(seconds=4))
    assert await timers.run_due() == 1
    assert heard.fired == [("s", 1)]
    assert [(alarm.kind, alarm.detail) for alarm in await store.alarms()] == [("timer_failed", "nudge")] * 2


async def test_a_kind_of_another_release_waits_for_it(store: SqlStore, clock: ManualClock) -> None:
    await store.add_timer(TENANT, timer("s", kind="new_kind"))
    clock.advance(HOUR)
    assert await Timers(store, clock, owner="old").run_due() == 0
    clock.advance(HOUR)
    release, heard = Timers(store, clock, owner="new"), Heard()
    release.handle("new_kind", heard)
    assert await release.run_due() == 1


async def test_a_handler_that_writes_a_turn_ends_its_timer_in_it(store: SqlStore, clock: ManualClock) -> None:
    timers, talk = Timers(store, clock, owner="me"), await begin(store)

    async def nudge(timer: Timer) -> None:
        assert timer.conversation is not None
        await store.commit(turn(await again(store, timer.conversation), inbound=None, fires=timer))

    timers.handle("nudge", nudge)
    await store.commit(turn(talk, timers=(timer(talk.id, follows=Follows.TURN),)))
    clock.advance(HOUR)
    assert await timers.run_due() == 1
    assert (await again(store, talk.id)).turn == 2
    assert await store.timer_counts(TENANT) == {("nudge", TimerState.FIRED): 1}


async def test_the_ticker_knocks_and_chores_run(store: SqlStore) -> None:
    clock, heard, chores = ManualClock(NOON + HOUR), Heard(), []
    timers = Timers(store, clock, owner="me", every=0.05)
    timers.handle("nudge", heard)

    async def chore() -> None:
        chores.append(1)
        raise RuntimeError("a failing chore is logged and knocked at again")

    timers.repeat(chore, every=0.05)
    await store.add_timer(TENANT, timer("s"))
    timers.start()
    for _ in range(100):
        await asyncio.sleep(0.02)
        if heard.fired and len(chores) > 1:
            break
    await timers.stop()
    assert heard.fired == [("s", 1)]
    assert len(chores) > 1


def test_two_handlers_for_a_kind_are_a_mistake(clock: ManualClock) -> None:
    timers = Timers(None, clock, owner="me")  # type: ignore[arg-type]
    timers.handle("nudge", Heard())
    with pytest.raises(ValueError, match="nudge"):
        timers.handle("nudge", Heard())
