"""What a centre does with its times and citizens hear of: reminders, cancelling, who came, plans, single times."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.booking import BookingState, SlotState
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore, open_store
from content.plans import Plan
from tests.support.booker import MONDAY, TENANT, WEDNESDAY, Centre, taken, tuesday_mornings
from tests.support.player import content

FORBIDDEN = ("alkohol", "stof", "misbrug", "behandling", "rusmiddel", "hjælp", "kolding", "dørtrin", "chat")


async def test_a_reminder_comes_once_through_the_citizens_channel_and_says_nothing(
    centre: Centre, database_url: str
) -> None:
    one = await centre.citizen("telegram")
    times = await tuesday_mornings(one)
    await one.press(times[0], "yes")
    assert "Telegram" in (await one.asked())["text"]
    await one.press("yes")
    second = await open_store(database_url)
    replicas = [centre, Centre(second, clock=centre.clock)]
    centre.clock.advance(timedelta(days=5, minutes=1))
    fired = await asyncio.gather(*(replica.timers.run_due() for replica in replicas))
    assert sum(fired) == 1
    reminders = [frame for frame in await one.frames() if frame["text"].startswith("Husk din aftale")]
    assert [frame["text"] for frame in reminders] == ["Husk din aftale tirsdag den 1. december klokken 9."]
    outbox = table(t.Outbox)
    pushed = await centre.store.read(lambda c: c.execute(select(outbox.c.seq)).scalars().all())
    assert reminders[0]["seq"] in pushed
    assert await centre.later(hours=1) == 0
    await second.close()


def test_no_reminder_says_what_it_is_about() -> None:
    catalog = content().messages
    for language in ("da", "en"):
        for reading in ("plain", "easy"):
            for key in ("booking.reminder", "booking.when"):
                template = catalog.template(key, language=language, reading=reading, channel="telegram")
                words = " ".join(template).lower()
                assert not [word for word in FORBIDDEN if word in words], words


async def test_a_reminder_that_was_not_wished_is_not_sent(centre: Centre) -> None:
    one = await centre.citizen()
    times = await tuesday_mornings(one)
    await one.press(times[0], "yes", "no")
    count = len(await one.frames())
    await centre.later(days=5, hours=1)
    assert len(await one.frames()) == count


async def test_a_reminder_that_is_too_late_is_missed_not_sent(centre: Centre) -> None:
    one = await centre.citizen()
    times = await tuesday_mornings(one)
    await one.press(times[0], "yes", "yes")
    count = len(await one.frames())
    await centre.later(days=5, hours=22, minutes=30)  # half an hour before
    assert len(await one.frames()) == count
    assert (await centre.store.timer_counts(TENANT))["reminder", TimerState.MISSED] == 1


async def test_the_centre_cancels_and_the_citizen_is_told(centre: Centre) -> None:
    one = await centre.citizen()
    code = await one.book()
    [mine] = await taken(centre)
    assert not await centre.bookings.cancel("randers", mine.booking, revision=mine.revision)
    assert not await centre.bookings.cancel(TENANT, mine.booking, revision=mine.revision - 1)
    assert await centre.bookings.cancel(TENANT, mine.booking, revision=mine.revision)
    assert not await centre.bookings.cancel(TENANT, mine.booking, revision=mine.revision + 1)
    last = (await one.frames())[-1]
    assert last["text"].startswith("Vi er nødt til at aflyse din tid torsdag den 26. november klokken 9.")
    assert await centre.bookings.by_code(TENANT, code) is None
    [slot] = [one for one in await centre.bookings.week(TENANT, MONDAY) if one.slot == mine.slot]
    assert (slot.state, slot.booking) == (SlotState.CLOSED, "")
    await centre.bookings.keep_slots()
    assert mine.slot not in await (await centre.citizen()).to_times()


async def test_who_came_is_noted_when_the_time_has_begun(centre: Centre) -> None:
    one = await centre.citizen()
    await one.book()
    [mine] = await taken(centre)

    async def mark(outcome: BookingState, revision: int = mine.revision) -> bool:
        return await centre.bookings.mark(TENANT, mine.booking, revision=revision, outcome=outcome)

    assert not await mark(BookingState.ATTENDED)
    await centre.later(days=1)
    assert not await mark(BookingState.ATTENDED, mine.revision + 1)
    assert await mark(BookingState.NO_SHOW)
    assert not await mark(BookingState.ATTENDED)
    with pytest.raises(ValueError, match="cancel"):
        await mark(BookingState.CANCELLED)
    [kept] = await taken(centre)
    assert kept.booked is BookingState.NO_SHOW
    assert (await one.press("book"))[0].startswith("Du har ret til hjælp"), "that time is over"


async def test_plans_of_the_console_become_times_and_go_again(database: SqlStore) -> None:
    centre = Centre(database, demo=False)
    plan = Plan(id="", days=("fri",), start="13:00", end="15:00", minutes=60, who="Anna", place="Nygade 2")
    assert await centre.bookings.add_plan(TENANT, plan) is None
    assert (await centre.bookings.add_plan(TENANT, plan) or ("",))[0] == "who"
    wrong = Plan(id="", days=("fri",), start="13:00", end="13:00", minutes=60, who="Anna", place="Nygade 2")
    assert (await centre.bookings.add_plan(TENANT, wrong) or ("",))[0] == "end"
    one = await centre.citizen()
    await one.book()
    [kept] = await centre.bookings.plans(TENANT)
    assert (kept.plan.who, kept.plan.demo, kept.of_pack) == ("Anna", False, False)
    assert (kept.coming, kept.booked) == (6, 1), "two on each of three Fridays"
    assert await centre.bookings.remove_plan(TENANT, kept.plan.id)
    assert not await centre.bookings.remove_plan(TENANT, kept.plan.id)
    [mine] = await taken(centre)
    assert (mine.state, mine.who) == (SlotState.OPEN, "Anna")
    another = await centre.citizen()
    assert (await another.press("book", "yes", "26_up"))[-1] != ""
    assert "none" not in await another.options(), "nothing is left to choose"


async def test_single_slots_are_added_and_closed(database: SqlStore) -> None:
    centre = Centre(database, demo=False)
    times = {"minutes": 45, "who": "Anna", "place": "Nygade 2"}
    assert not await centre.bookings.add_slot(TENANT, starts_at=WEDNESDAY - timedelta(hours=1), **times)  # type: ignore[arg-type]
    at = WEDNESDAY + timedelta(hours=25)
    assert await centre.bookings.add_slot(TENANT, starts_at=at, **times)  # type: ignore[arg-type]
    assert not await centre.bookings.add_slot(TENANT, starts_at=at + timedelta(minutes=30), **times)  # type: ignore[arg-type]
    await centre.bookings.keep_slots()
    one = await centre.citizen()
    [slot] = await one.to_times()
    await one.press(slot)
    assert not await centre.bookings.close_slot(TENANT, slot), "somebody holds it"
    await centre.later(minutes=11)
    assert await centre.bookings.close_slot(TENANT, slot)
    assert (await one.press("yes"))[0] == "Den tid er lige blevet taget. Vi finder en anden."
