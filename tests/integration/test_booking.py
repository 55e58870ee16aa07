"""Booking through the whole runtime, on both databases: what is promised has happened, once, or not at all."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot import asking
from bot.booking import BookingState
from bot.channels.ports import Incoming
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore, open_store
from dialogs.booking_requests import Book
from tests.support.booker import TENANT, Centre, booking_rows, code_in, taken


async def test_a_citizen_books_and_the_centre_sees_when_help_was_wished_for(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    assert len(times) == 3
    said = await one.press(times[0])
    assert "Jeg holder torsdag den 26. november klokken 9 til dig" in said[0]
    [held] = await taken(centre)
    assert (held.booked, held.slot) == (BookingState.HELD, times[0])
    done = await one.press("yes")
    code = code_in(done)
    [booked] = await taken(centre)
    assert (booked.booked, booked.wished_on, booked.start_by) == (
        BookingState.BOOKED,
        date(2026, 11, 25),
        date(2026, 12, 9),
    )
    assert (booked.who, booked.place) == ("Demo: rådgiver 1", "Demovej 1 (ikke et rigtigt sted)")
    assert await centre.bookings.by_code(TENANT, code.lower().replace("-", " ")) == booked
    assert await centre.bookings.by_code("randers", code) is None
    [row] = await booking_rows(centre)
    assert code.encode() not in row.code
    assert code.replace("-", "").encode() not in row.code


async def test_the_wish_of_yesterday_is_the_day_that_counts(centre: Centre) -> None:
    one = await centre.citizen()
    await one.to_times()
    await one.press("none")
    await centre.later(days=1)
    await one.write("menu")
    await one.press("cmd.restart")
    await one.press("me")
    times = await one.to_times()
    await one.press(times[0], "yes")
    [booked] = await taken(centre)
    assert (booked.wished_on, booked.start_by) == (date(2026, 11, 25), date(2026, 12, 9))


async def test_a_message_delivered_twice_books_once(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    await one.press(times[0])
    question = (await one.asked())["question"]
    twice = Incoming(id="same", question=question, option="yes")
    first = await centre.talks.handle(one.conversation, twice)
    count = len(await one.frames())
    again = await centre.talks.handle(one.conversation, twice)
    assert (again.seq, again.duplicate) == (first.seq, True)
    assert len(await one.frames()) == count
    assert len(await booking_rows(centre)) == 1


async def test_of_fifty_who_want_the_same_time_on_two_replicas_one_gets_it_and_all_are_told_truly(
    centre: Centre, database_url: str
) -> None:
    second = await open_store(database_url)
    other = Centre(second, clock=centre.clock)
    citizens = [await (centre, other)[number % 2].citizen() for number in range(50)]
    offered = [await one.to_times() for one in citizens]
    assert {tuple(times) for times in offered} == {tuple(offered[0])}

    async def want(number: int) -> bool:
        said = await citizens[number].press(offered[number][0])
        if said[0].startswith("Den tid er lige blevet taget."):
            return False
        assert "Jeg holder torsdag den 26. november klokken 9 til dig" in said[0]
        return code_in(await citizens[number].press("yes")) != ""

    got: list[bool] = []
    for start in range(0, 50, 8):  # a pool has ten connections
        got += await asyncio.gather(*(want(number) for number in range(start, min(start + 8, 50))))
    assert sum(got) == 1
    [row] = await booking_rows(centre)
    assert (row.state, row.conversation_id) == ("booked", citizens[got.index(True)].conversation)
    await second.close()


async def test_a_time_that_ran_out_and_was_taken_is_said_to_be_taken(centre: Centre) -> None:
    slow, quick = await centre.citizen(), await centre.citizen()
    times = await slow.to_times()
    await slow.press(times[0])
    await centre.later(minutes=11)
    assert (await quick.to_times())[0] == times[0]
    await quick.press(times[0], "yes")
    said = await slow.press("yes")
    assert said[0] == "Den tid er lige blevet taget. Vi finder en anden."
    assert times[0] not in await slow.options()
    [booked] = await taken(centre)
    assert booked.conversation == quick.conversation


async def test_a_hold_ends_by_its_timer(centre: Centre) -> None:
    one = await centre.citizen()
    await one.press((await one.to_times())[0])
    assert await centre.later(minutes=9) == 0
    assert len(await taken(centre)) == 1
    assert await centre.later(minutes=2) == 1
    assert await taken(centre) == []


async def test_another_time_chosen_by_an_old_button_is_held_instead(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    question = (await one.asked())["question"]
    await one.press(times[0])
    said = await one.press(times[2], question=question)
    assert said[0].startswith("Rettet: torsdag den 26. november klokken 9 → torsdag den 26. november klokken 11.")
    [held] = await taken(centre)
    assert held.slot == times[2]
    await one.press("cmd.back")
    assert await one.options() == [*times, "other", "none"]


async def test_what_is_booked_is_not_changed_by_an_old_button(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    question = (await one.asked())["question"]
    await one.press(times[0], "yes")
    said = await one.press(times[1], question=question)
    assert said[0].startswith("Din tid er booket. Vil du flytte eller aflyse den?")
    [booked] = await taken(centre)
    assert booked.slot == times[0]
    said = await one.press("cmd.back")
    assert said[0].startswith("Jeg kan ikke gå længere tilbage.")
    await one.press("no")
    said = await one.press(times[1], question=question)
    assert said[0] == "Den knap hører til noget, vi er færdige med. Intet er ændret."
    assert [one.slot for one in await taken(centre)] == [times[0]]


async def test_a_time_too_near_is_not_reminded_of_and_that_is_said(centre: Centre) -> None:
    one = await centre.citizen()
    await one.press((await one.to_times())[0], "yes")
    assert (await one.press("yes"))[0] == "Tiden er så tæt på, at jeg ikke når at minde dig om den."
    assert ("reminder", TimerState.PENDING) not in await centre.store.timer_counts(TENANT)


async def test_what_breaks_takes_back_what_was_done_and_the_citizen_is_told(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await centre.citizen()
    await one.press((await one.to_times())[0])
    real = asking.answer

    def broken(connection: Any, asked: Any, asker: Any) -> Any:
        done = real(connection, asked, asker)
        if type(asked) is Book:
            raise LookupError("after it was booked")
        return done

    monkeypatch.setattr(asking, "answer", broken)
    said = await one.press("yes")
    assert said[0].startswith("Undskyld. Noget gik galt hos os.")
    [held] = await taken(centre)
    assert held.booked is BookingState.HELD
    assert [(alarm.kind, alarm.detail) for alarm in await centre.store.alarms()] == [("turn_failed", "LookupError")]
    monkeypatch.undo()
    assert code_in(await one.press("yes"))


async def test_a_centre_without_plans_says_that_times_cannot_be_booked_here(database: SqlStore) -> None:
    serving = Centre(database, demo=False)
    await serving.bookings.keep_slots()
    one = await serving.citizen()
    said = await one.press("book")
    assert said[1].startswith("Du kan ikke vælge en tid her i chatten endnu.")
    assert "kolding.dk" in said[2]
    slot = table(t.Slot)
    assert list(await database.read(lambda c: c.execute(select(slot)).all())) == []


async def test_times_made_up_for_a_demo_are_not_served(database: SqlStore) -> None:
    await Centre(database).bookings.keep_slots()
    serving = Centre(database, demo=False)
    await serving.bookings.keep_slots()
    one = await serving.citizen()
    assert (await one.press("book"))[1].startswith("Du kan ikke vælge en tid her i chatten endnu.")
