"""Plans and the times made of them, on every store."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable

from sqlalchemy import Connection, select

from bot.privacy.pseudonyms import new_id
from bot.storage import bookings as b
from bot.storage import slots
from bot.storage import tables as t
from bot.storage.appointments import BookingState, SlotState
from bot.storage.batches import table
from bot.storage.store import SqlStore
from content.plans import Plan, SlotTime

from .talk import NOON, TENANT
from .times import HOUR, at, booked, free, hold, make


async def test_slots_follow_the_plans_however_often_and_by_whom_they_are_made(
    store: SqlStore, another: SqlStore
) -> None:
    times = [at(hours) for hours in range(1, 30)]
    made = await asyncio.gather(*(make(one, *times) for one in (store, another) * 3))
    assert sum(made) == 29
    assert [slot.starts_at for slot in await free(store)] == [time.starts_at for time in times]


async def test_what_a_plan_no_longer_has_is_offered_no_more_and_comes_back_with_it(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    await make(store, at(2))
    assert [slot.starts_at for slot in await free(store)] == [NOON + 2 * HOUR]
    await make(store, at(1), at(2, place="there"))
    assert [slot.place for slot in await free(store)] == ["here", "there"]


async def test_what_somebody_has_stays_as_promised_when_the_plan_changes(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    mine = await booked(store, (await free(store))[0].slot)
    await make(store, at(1.5, place="there"), at(2.5, place="there"))
    kept = await store.run(lambda c: b.found(c, mine.booking))
    assert kept is not None
    assert (kept.starts_at, kept.place, kept.state) == (NOON + HOUR, "here", SlotState.OPEN)
    assert [slot.starts_at for slot in await free(store)] == [NOON + 2.5 * HOUR], "1.5 is across the booked one"


async def test_a_closed_slot_is_not_made_again_and_a_taken_one_is_not_closed(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    first, second = [slot.slot for slot in await free(store)]
    assert await store.run(lambda c: slots.close_slot(c, TENANT, first, NOON))
    await booked(store, second)
    assert not await store.run(lambda c: slots.close_slot(c, TENANT, second, NOON))
    assert not await store.run(lambda c: slots.close_slot(c, "another", second, NOON))
    await make(store, at(1), at(2))
    assert await free(store) == []
    assert await hold(store, first) is None


async def test_a_single_slot_needs_its_counselor_free(store: SqlStore) -> None:
    await make(store, at(1))

    def add(time: SlotTime) -> Callable[[Connection], bool]:
        return lambda c: slots.add_slot(c, TENANT, new_id(), time)

    assert not await store.run(add(at(1.5)))
    assert await store.run(add(at(1.5, who="B")))
    assert await store.run(add(at(3)))
    await make(store, at(1))
    assert [slot.who for slot in await free(store)] == ["A", "B", "A"]
    single = (await free(store))[2].slot
    await make(store, at(1), at(3.5))
    assert len(await free(store)) == 3, "3.5 is across the single one"
    assert await store.run(lambda c: slots.close_slot(c, TENANT, single, NOON))
    await make(store, at(1), at(3.5))
    assert len(await free(store)) == 3


async def test_a_plan_of_the_console_is_kept_whole(store: SqlStore) -> None:
    plan = Plan(
        id="x", days=("mon", "fri"), start="09:00", end="12:00", minutes=45, who="A", place="B",
        valid_to=dt.date(2027, 6, 30),
    )  # fmt: skip
    await store.run(lambda c: slots.add_plan(c, TENANT, plan))
    assert await store.run(lambda c: slots.plans(c, TENANT)) == [plan]
    assert await store.run(lambda c: slots.plans(c, "another")) == []
    assert not await store.run(lambda c: slots.remove_plan(c, "another", "x"))
    assert await store.run(lambda c: slots.remove_plan(c, TENANT, "x"))


async def test_of_plans_that_collide_one_is_kept_however_many_are_added_at_once(
    store: SqlStore, another: SqlStore
) -> None:
    def wanted(number: int, who: str) -> Plan:
        return Plan(
            id=f"{who}{number}", days=("mon",), start=f"09:{number:02}", end="12:00", minutes=45, who=who, place="B"
        )

    for who in ("A", "B", "C"):
        plans = [wanted(number, who) for number in range(8)]
        pairs = zip(plans, itertools.cycle((store, another)), strict=False)
        added = await asyncio.gather(
            *(on.run(lambda c, plan=plan: slots.add_plan(c, TENANT, plan)) for plan, on in pairs)
        )
        assert added.count(True) == 1
        assert [p.id for p in await store.run(lambda c: slots.plans(c, TENANT)) if p.who == who] == [
            plan.id for plan, was in zip(plans, added, strict=True) if was
        ]
    assert not await store.run(lambda c: slots.add_plan(c, TENANT, wanted(9, "D"), beside=[wanted(1, "D")]))
    assert await store.run(lambda c: slots.add_plan(c, "another", wanted(10, "A")))


async def test_of_times_that_overlap_one_is_kept_however_many_are_added_at_once(
    store: SqlStore, another: SqlStore
) -> None:
    for who in ("A", "B", "C"):
        times = [at(1 + number / 60, who) for number in range(8)]
        pairs = zip(times, itertools.cycle((store, another)), strict=False)
        added = await asyncio.gather(
            *(on.run(lambda c, time=time: slots.add_slot(c, TENANT, new_id(), time)) for time, on in pairs)
        )
        assert added.count(True) == 1
    assert len(await free(store)) == 3


async def test_nearer_times_than_wished_are_not_given(store: SqlStore) -> None:
    await make(store, at(1), at(5))
    assert [slot.starts_at for slot in await free(store, earliest=NOON + 4 * HOUR)] == [NOON + 5 * HOUR]
    assert await store.run(lambda c: slots.has_slots(c, TENANT, NOON))
    assert not await store.run(lambda c: slots.has_slots(c, TENANT, NOON + 9 * HOUR))
    assert not await store.run(lambda c: slots.has_slots(c, "another", NOON))


async def test_a_week_shows_who_has_what(store: SqlStore) -> None:
    await make(store, at(1), at(2), at(30))
    mine = await booked(store, (await free(store))[0].slot)
    week = await store.run(lambda c: slots.week(c, TENANT, NOON, NOON + 24 * HOUR))
    assert [(one.starts_at, one.booking, one.booked) for one in week] == [
        (NOON + HOUR, mine.booking, BookingState.BOOKED),
        (NOON + 2 * HOUR, "", None),
    ]


async def test_what_is_long_past_is_deleted(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    await booked(store, (await free(store))[0].slot)
    assert await store.run(lambda c: slots.sweep(c, TENANT, NOON + 2.5 * HOUR)) == 1
    assert await store.run(lambda c: c.execute(select(table(t.Booking))).all()) == []
    assert await store.run(lambda c: slots.sweep(c, "another", NOON + 9 * HOUR)) == 0
