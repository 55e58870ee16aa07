"""Who has a time: never two at once; held, booked, moved, ended, forgotten; on every store."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.privacy.pseudonyms import new_id
from bot.storage import bookings as b
from bot.storage import tables as t
from bot.storage.appointments import Appointment, BookingState
from bot.storage.batches import table
from bot.storage.bookings import NewBooking, NewHold
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore

from .talk import NOON, TENANT, begin, turn
from .times import CODES, HOUR, at, book, booked, free, hold, make


async def test_no_slot_can_be_taken_twice_whoever_writes(store: SqlStore) -> None:
    await make(store, at(1))
    [slot] = await free(store)
    await booked(store, slot.slot)
    row = {"tenant": TENANT, "slot_id": slot.slot, "revision": 1, "created_at": NOON, "updated_at": NOON}
    for state in ("held", "booked", "attended", "no_show"):
        with pytest.raises(IntegrityError):
            await store.run(lambda c, s=state: c.execute(insert(table(t.Booking)).values(id=new_id(), state=s, **row)))
    await store.run(lambda c: c.execute(insert(table(t.Booking)).values(id=new_id(), state="cancelled", **row)))


async def test_of_fifty_takers_on_two_replicas_one_gets_the_slot(store: SqlStore, another: SqlStore) -> None:
    await make(store, at(1))
    [slot] = await free(store)
    talks = [await begin(store) for _ in range(50)]

    async def taker(number: int) -> bool:
        mine, talk = (store, another)[number % 2], talks[number]
        new = NewHold(
            id=new_id(),
            tenant=TENANT,
            slot=slot.slot,
            conversation=talk.id,
            now=NOON,
            until=NOON + HOUR,
            earliest=NOON,
        )
        code = next(CODES)
        async with mine.alone() as alone:
            held = await alone.run(lambda c: b.hold(c, new))
            if held is not None:
                done = await alone.run(lambda c: b.book(c, talk.id, held.booking, NewBooking(code=code, now=NOON)))
                assert done is not None
            await alone.commit(turn(talk, session=b"got it" if held else b"taken meanwhile"))
        return held is not None

    got: list[bool] = []
    for start in range(0, 50, 10):  # a pool has ten connections
        got += await asyncio.gather(*(taker(number) for number in range(start, start + 10)))
    assert sum(got) == 1
    assert await free(store) == []
    rows = await store.run(lambda c: c.execute(select(table(t.Booking))).all())
    assert [(row.state, row.conversation_id) for row in rows] == [("booked", talks[got.index(True)].id)]


async def test_of_two_counselors_at_the_same_time_two_takers_get_one_each(store: SqlStore) -> None:
    await make(store, at(1, "A"), at(1, "B"), at(1, "C", "elsewhere"))
    wanted = next(slot.slot for slot in await free(store) if slot.who == "A")
    takers = [await hold(store, wanted, talk) for talk in ("one", "two", "three")]
    assert [held and held.who for held in takers] == ["A", "B", None]


async def test_a_lost_turn_takes_nothing(store: SqlStore) -> None:
    await make(store, at(1))
    [slot] = await free(store)

    async def change_my_mind() -> None:
        async with store.alone() as alone:
            new = NewHold(
                id="h", tenant=TENANT, slot=slot.slot, conversation="c", now=NOON, until=NOON + HOUR, earliest=NOON
            )
            assert await alone.run(lambda c: b.hold(c, new))
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError):
        await change_my_mind()
    assert len(await free(store)) == 1
    assert await store.timer_counts(TENANT) == {}


# Holding.


async def test_a_hold_keeps_others_away_until_it_runs_out(store: SqlStore) -> None:
    await make(store, at(1))
    [slot] = await free(store)
    held = await hold(store, slot.slot, "one")
    assert held is not None
    assert await free(store) == []
    assert await hold(store, slot.slot, "two") is None
    later = NOON + dt.timedelta(minutes=11)
    assert len(await free(store, later)) == 1
    assert await hold(store, slot.slot, "two", now=later) is not None
    assert await book(store, held, "one", now=later) is None


async def test_a_hold_that_ran_out_can_still_be_booked_while_nobody_else_wants_it(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    first = (await free(store))[0].slot
    held = await hold(store, first, "one")
    assert held is not None
    assert await book(store, held, "one", now=NOON + dt.timedelta(minutes=30)) is not None
    second = await hold(store, (await free(store))[0].slot, "two")
    assert second is not None
    assert await book(store, second, "two", now=NOON + 3 * HOUR) is None, "that time has passed"


async def test_holding_another_lets_the_first_go(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    first, second = [slot.slot for slot in await free(store)]
    await hold(store, first)
    await hold(store, second)
    assert [slot.slot for slot in await free(store)] == [first]


async def test_the_timer_of_a_hold_ends_it_and_a_booking_cancels_the_timer(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    first, second = [slot.slot for slot in await free(store)]
    held = await hold(store, first, "one")
    await booked(store, second, "two")
    assert held is not None
    [timer] = await store.claim_timers(owner="o", now=NOON + HOUR, lease=HOUR)
    assert (timer.kind, timer.subject, timer.revision, timer.conversation) == ("hold", held.booking, 1, "one")
    assert not await store.run(lambda c: b.end_hold(c, held.booking, NOON))
    assert await store.run(lambda c: b.end_hold(c, held.booking, NOON + HOUR))
    assert not await store.run(lambda c: b.end_hold(c, held.booking, NOON + HOUR))


async def test_only_who_holds_can_book(store: SqlStore) -> None:
    await make(store, at(1))
    held = await hold(store, (await free(store))[0].slot, "one")
    assert held is not None
    assert await book(store, held, "two") is None


# Finding, moving, ending.


async def test_a_booking_is_found_by_its_talk_and_by_its_code_while_it_is_to_come(store: SqlStore) -> None:
    await make(store, at(1))
    code = b"c" * 32
    mine = await booked(store, (await free(store))[0].slot, code=code)
    assert (mine.wished_on, mine.revision, mine.booked) == (NOON.date(), 2, BookingState.BOOKED)
    assert await store.run(lambda c: b.own(c, "talk", NOON)) == mine
    assert await store.run(lambda c: b.by_code(c, TENANT, [b"x" * 32, code], NOON)) == mine
    assert await store.run(lambda c: b.by_code(c, TENANT, [b"x" * 32], NOON)) is None
    assert await store.run(lambda c: b.by_code(c, "another", [code], NOON)) is None
    assert await store.run(lambda c: b.by_code(c, TENANT, [code], NOON + 2 * HOUR)) is None
    assert await store.run(lambda c: b.own(c, "talk", NOON + 2 * HOUR)) is None


async def move(store: SqlStore, mine: Appointment, to: Appointment, talk: str = "talk") -> Appointment | None:
    return await store.run(
        lambda c: b.move(c, mine.booking, revision=mine.revision, to=to.booking, conversation=talk, now=NOON)
    )


async def test_a_moved_booking_keeps_its_code_and_gives_its_old_time_back(store: SqlStore) -> None:
    await make(store, at(1), at(2))
    first, second = [slot.slot for slot in await free(store)]
    mine = await booked(store, first, code=b"c" * 32)
    held = await hold(store, second)
    assert held is not None
    moved = await move(store, mine, held)
    assert moved is not None
    assert (moved.slot, moved.revision) == (second, mine.revision + 1)
    assert await store.run(lambda c: b.by_code(c, TENANT, [b"c" * 32], NOON)) == moved
    assert [slot.slot for slot in await free(store)] == [first]


async def test_a_stale_move_or_end_changes_nothing(store: SqlStore) -> None:
    await make(store, at(1), at(2), at(3))
    first, second, third = [slot.slot for slot in await free(store)]
    mine = await booked(store, first)
    held = await hold(store, second)
    assert held is not None
    moved = await move(store, mine, held)
    assert moved is not None
    again = await hold(store, third)
    assert again is not None
    assert await move(store, mine, again) is None
    assert await move(store, moved, again, "somebody else") is None

    async def end(of: Appointment) -> Appointment | None:
        return await store.run(
            lambda c: b.end(c, of.booking, revision=of.revision, as_=BookingState.CANCELLED, now=NOON)
        )

    assert await end(mine) is None
    assert await store.run(lambda c: b.own(c, "talk", NOON)) == moved
    ended = await end(moved)
    assert ended is not None
    assert (ended.booked, ended.slot) == (BookingState.CANCELLED, second)
    assert await end(moved) is None
    assert await store.run(lambda c: b.own(c, "talk", NOON)) is None


async def test_of_two_who_change_a_booking_at_once_one_does(store: SqlStore, another: SqlStore) -> None:
    await make(store, at(1))
    mine = await booked(store, (await free(store))[0].slot)

    def end(c: Connection) -> bool:
        return b.end(c, mine.booking, revision=mine.revision, as_=BookingState.CANCELLED, now=NOON) is not None

    done = await asyncio.gather(*(one.run(end) for one in (store, another) * 4))
    assert sum(done) == 1


async def test_a_cancelled_slot_is_free_again_and_its_code_leads_nowhere(store: SqlStore) -> None:
    await make(store, at(1))
    slot = (await free(store))[0].slot
    mine = await booked(store, slot, code=b"c" * 32)
    cancelled = BookingState.CANCELLED
    await store.run(lambda c: b.end(c, mine.booking, revision=mine.revision, as_=cancelled, now=NOON))
    assert await store.run(lambda c: b.by_code(c, TENANT, [b"c" * 32], NOON)) is None
    assert (await booked(store, slot, "two", code=b"c" * 32)).slot == slot


# Reminders.


async def test_a_reminder_is_set_replaced_and_taken_away(store: SqlStore) -> None:
    await make(store, at(30))
    mine = await booked(store, (await free(store))[0].slot)
    assert not await store.run(lambda c: b.is_reminded(c, mine.booking))
    for hours in (6, 7):
        due = NOON + hours * HOUR
        await store.run(lambda c, due=due: b.remind(c, mine, due=due, not_after=mine.starts_at))
    assert await store.run(lambda c: b.is_reminded(c, mine.booking))
    [timer] = await store.claim_timers(owner="o", now=NOON + 7 * HOUR, lease=HOUR)
    assert (timer.kind, timer.subject, timer.revision) == ("reminder", mine.booking, mine.revision)
    assert (timer.conversation, timer.not_after) == ("talk", mine.starts_at)
    await store.run(lambda c: b.do_not_remind(c, mine.booking))
    assert (await store.timer_counts(TENANT))["reminder", TimerState.CANCELLED] == 1


# Forgetting.


@pytest.mark.parametrize("keep", [True, False])
async def test_erasing_keeps_a_booking_only_if_told_and_then_without_its_talk(store: SqlStore, *, keep: bool) -> None:
    talk = await begin(store)
    await make(store, at(40), at(41))
    first, second = [slot.slot for slot in await free(store)]
    mine = await booked(store, first, talk.id, code=b"c" * 32)
    await store.run(lambda c: b.remind(c, mine, due=NOON + HOUR, not_after=mine.starts_at))
    await hold(store, second, talk.id)
    assert await store.erase(talk.id, on=NOON.date(), keep_booking=keep)
    found = await store.run(lambda c: b.by_code(c, TENANT, [b"c" * 32], NOON))
    assert (found is not None) == keep
    rows = await store.run(lambda c: c.execute(select(table(t.Booking))).all())
    day = dt.datetime.combine(NOON.date(), dt.time(), dt.UTC)
    assert [(row.conversation_id, row.created_at, row.updated_at) for row in rows] == [(None, day, day)]
    assert len(await free(store)) == (1 if keep else 2)
    assert not await store.run(lambda c: b.is_reminded(c, mine.booking))
