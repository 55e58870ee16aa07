"""Booking through the whole runtime, on both databases: what is promised has happened, once, or not at all."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import asking
from bot.booking import Appointment, BookingState, SlotState
from bot.channels.ports import Incoming
from bot.guesses import IN_A_TENANT
from bot.privacy.retention import keep_no_longer
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import METADATA
from content.plans import Plan
from dialogs.booking_requests import Book
from tests.support.booker import TENANT, WEDNESDAY, Centre, Citizen, code_in
from tests.support.player import content

MONDAY = date(2026, 11, 23)
FORBIDDEN = ("alkohol", "stof", "misbrug", "behandling", "rusmiddel", "hjælp", "kolding", "dørtrin", "chat")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    opened = await open_store(url)
    await opened.run(METADATA.create_all)
    yield opened
    await opened.close()


@pytest.fixture
async def centre(store: SqlStore) -> Centre:
    made = Centre(store)
    await made.bookings.keep_slots()
    return made


async def rows(store: SqlStore) -> list[Any]:
    booking = table(t.Booking)
    return list(await store.read(lambda c: c.execute(select(booking).order_by(booking.c.created_at)).all()))


async def week(centre: Centre, monday: date = MONDAY) -> list[Appointment]:
    return [one for one in await centre.bookings.week(TENANT, monday) if one.booking]


async def tuesday_mornings(one: Citizen) -> list[str]:
    """The times of a Tuesday morning of the week after: far enough ahead to be reminded of."""
    await one.to_times()
    await one.press("other", "2026-12-01", "early")
    return await one.times()


# Booking.


async def test_a_citizen_books_and_the_centre_sees_when_help_was_wished_for(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    assert len(times) == 3
    said = await one.press(times[0])
    assert "Jeg holder torsdag den 26. november klokken 9 til dig" in said[0]
    [held] = await week(centre)
    assert (held.booked, held.slot) == (BookingState.HELD, times[0])
    done = await one.press("yes")
    code = code_in(done)
    [booked] = await week(centre)
    assert (booked.booked, booked.wished_on, booked.start_by) == (
        BookingState.BOOKED,
        date(2026, 11, 25),
        date(2026, 12, 9),
    )
    assert (booked.who, booked.place) == ("Demo: rådgiver 1", "Demovej 1 (ikke et rigtigt sted)")
    assert await centre.bookings.by_code(TENANT, code.lower().replace("-", " ")) == booked
    assert await centre.bookings.by_code("randers", code) is None
    [row] = await rows(centre.store)
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
    [booked] = await week(centre)
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
    assert len(await rows(centre.store)) == 1


async def test_of_fifty_who_want_the_same_time_on_two_replicas_one_gets_it_and_all_are_told_truly(
    centre: Centre, url: str
) -> None:
    second = await open_store(url)
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
    [row] = await rows(centre.store)
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
    [booked] = await week(centre)
    assert booked.conversation == quick.conversation


async def test_a_hold_ends_by_its_timer(centre: Centre) -> None:
    one = await centre.citizen()
    await one.press((await one.to_times())[0])
    assert await centre.later(minutes=9) == 0
    assert len(await week(centre)) == 1
    assert await centre.later(minutes=2) == 1
    assert await week(centre) == []


async def test_another_time_chosen_by_an_old_button_is_held_instead(centre: Centre) -> None:
    one = await centre.citizen()
    times = await one.to_times()
    question = (await one.asked())["question"]
    await one.press(times[0])
    said = await one.press(times[2], question=question)
    assert said[0].startswith("Rettet: torsdag den 26. november klokken 9 → torsdag den 26. november klokken 11.")
    [held] = await week(centre)
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
    [booked] = await week(centre)
    assert booked.slot == times[0]
    said = await one.press("cmd.back")
    assert said[0].startswith("Jeg kan ikke gå længere tilbage.")
    await one.press("no")
    said = await one.press(times[1], question=question)
    assert said[0] == "Den knap hører til noget, vi er færdige med. Intet er ændret."
    assert [one.slot for one in await week(centre)] == [times[0]]


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
    [held] = await week(centre)
    assert held.booked is BookingState.HELD
    assert [(alarm.kind, alarm.detail) for alarm in await centre.store.alarms()] == [("turn_failed", "LookupError")]
    monkeypatch.undo()
    assert code_in(await one.press("yes"))


async def test_a_centre_without_plans_says_that_times_cannot_be_booked_here(store: SqlStore) -> None:
    serving = Centre(store, demo=False)
    await serving.bookings.keep_slots()
    one = await serving.citizen()
    said = await one.press("book")
    assert said[1].startswith("Du kan ikke vælge en tid her i chatten endnu.")
    assert "kolding.dk" in said[2]
    slot = table(t.Slot)
    assert list(await store.read(lambda c: c.execute(select(slot)).all())) == []


async def test_times_made_up_for_a_demo_are_not_served(store: SqlStore) -> None:
    await Centre(store).bookings.keep_slots()
    serving = Centre(store, demo=False)
    await serving.bookings.keep_slots()
    one = await serving.citizen()
    assert (await one.press("book"))[1].startswith("Du kan ikke vælge en tid her i chatten endnu.")


# By code, from anywhere.


async def test_the_code_moves_a_time_from_another_device_and_the_reminder_stays_where_it_was(centre: Centre) -> None:
    one = await centre.citizen()
    times = await tuesday_mornings(one)
    code = code_in(await one.press(times[0], "yes"))
    assert (await one.press("yes"))[0] == "Godt. Du får en besked mandag den 30. november."
    elsewhere = await centre.citizen()
    await elsewhere.press("book", "have")
    said = await elsewhere.write(code.lower())
    assert said[-1].startswith("Du har en tid tirsdag den 1. december klokken 9.")
    await elsewhere.press("move", "other", "2026-12-02")
    times = await elsewhere.times()
    said = await elsewhere.press(times[0], "yes")
    assert said[0].startswith("Din tid er flyttet til onsdag den 2. december klokken 9.")
    assert said[1] == "Jeg minder dig om den nye tid dagen før."
    assert await centre.later(days=5, hours=2) == 0, "the old reminder is gone"
    assert await centre.later(days=1) == 1
    assert (await one.frames())[-1]["text"] == "Husk din aftale onsdag den 2. december klokken 9."
    assert not [frame for frame in await elsewhere.frames() if frame["text"].startswith("Husk")]


async def test_a_stale_question_changes_nothing_and_says_so(centre: Centre) -> None:
    one = await centre.citizen()
    code = await one.book()
    await one.press("book")
    elsewhere = await centre.citizen()
    await elsewhere.press("book", "have")
    await elsewhere.write(code)
    await elsewhere.press("move")
    times = await elsewhere.times()
    await elsewhere.press(times[0], "yes")
    await one.press("cancel")
    said = await one.press("yes")
    assert said[0].startswith("Din tid er ændret, siden du så den.")
    [booked] = await week(centre)
    assert (booked.booked, booked.slot) == (BookingState.BOOKED, times[0])


async def test_a_time_is_given_up_and_somebody_else_can_have_it(centre: Centre) -> None:
    one = await centre.citizen()
    code = await one.book()
    said = await one.press("book", "cancel", "yes")
    assert said[0] == "Din tid er aflyst. Du kan altid få en ny tid her."
    assert await centre.bookings.by_code(TENANT, code) is None
    assert await week(centre) == []
    another = await centre.citizen()
    assert await another.book() != code


async def test_wrong_codes_are_answered_alike_and_after_five_a_right_one_too(centre: Centre) -> None:
    one = await centre.citizen()
    code = await one.book()
    thief = await centre.citizen()
    said = set()
    for wrong in ("ABCD-EFGH-JKMN", "x", "ZZZZ ZZZZ ZZZZ", code[:-1], "0" * 12, code):
        if (await thief.asked())["question"].split(".")[1] == "menu":
            await thief.press("book", "have")
        said.add((await thief.write(wrong))[0])
    assert len(said) == 1
    assert said.pop().startswith("Jeg kan ikke finde en tid med den kode lige nu.")
    await centre.later(minutes=11)
    await thief.press("book", "have")
    assert (await thief.write(code))[-1].startswith("Du har en tid")


async def test_the_codes_of_many_talks_together_are_limited(centre: Centre) -> None:
    owner = await centre.citizen()
    code = await owner.book()
    guesses = centre.talks.house.guesses
    for number in range(IN_A_TENANT):
        guesses.wrong(TENANT, f"talk {number}", centre.clock.now())
    one = await centre.citizen()
    await one.press("book", "have")
    assert (await one.write(code))[0].startswith("Jeg kan ikke finde en tid")
    await centre.later(minutes=1, seconds=1)
    assert (await one.write(code))[-1].startswith("Du har en tid")


# Reminders and what the centre does.


async def test_a_reminder_comes_once_through_the_citizens_channel_and_says_nothing(centre: Centre, url: str) -> None:
    one = await centre.citizen("telegram")
    times = await tuesday_mornings(one)
    await one.press(times[0], "yes")
    assert "Telegram" in (await one.asked())["text"]
    await one.press("yes")
    second = await open_store(url)
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
    [mine] = await week(centre)
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
    [mine] = await week(centre)

    async def mark(outcome: BookingState, revision: int = mine.revision) -> bool:
        return await centre.bookings.mark(TENANT, mine.booking, revision=revision, outcome=outcome)

    assert not await mark(BookingState.ATTENDED)
    await centre.later(days=1)
    assert not await mark(BookingState.ATTENDED, mine.revision + 1)
    assert await mark(BookingState.NO_SHOW)
    assert not await mark(BookingState.ATTENDED)
    with pytest.raises(ValueError, match="cancel"):
        await mark(BookingState.CANCELLED)
    [kept] = await week(centre)
    assert kept.booked is BookingState.NO_SHOW
    assert (await one.press("book"))[0].startswith("Du har ret til hjælp"), "that time is over"


async def test_plans_of_the_console_become_times_and_go_again(store: SqlStore) -> None:
    centre = Centre(store, demo=False)
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
    [mine] = await week(centre)
    assert (mine.state, mine.who) == (SlotState.OPEN, "Anna")
    another = await centre.citizen()
    assert (await another.press("book", "yes", "26_up"))[-1] != ""
    assert "none" not in await another.options(), "nothing is left to choose"


async def test_single_slots_are_added_and_closed(store: SqlStore) -> None:
    centre = Centre(store, demo=False)
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


# Forgetting.


@pytest.mark.parametrize("answer", ["keep_time", "yes"])
async def test_erasing_keeps_the_time_only_if_that_is_said(centre: Centre, answer: str) -> None:
    one = await centre.citizen()
    code = await one.book()
    await one.press("cmd.delete")
    handled = await centre.talks.handle(
        one.conversation,
        Incoming(id=secrets.token_hex(8), question=(await one.asked())["question"], option=answer),
    )
    assert handled.seq > 0
    [row] = await rows(centre.store)
    assert row.conversation_id is None
    another = await centre.citizen()
    await another.press("book", "have")
    said = await another.write(code)
    assert said[-1].startswith("Du har en tid" if answer == "keep_time" else "Skriv koden")
    if answer == "keep_time":
        assert (await another.press("cancel", "yes"))[0].startswith("Din tid er aflyst.")


async def test_retention_leaves_no_way_from_a_time_to_a_talk(centre: Centre) -> None:
    one = await centre.citizen()
    await one.book()
    [mine] = await rows(centre.store)
    assert mine.conversation_id == one.conversation
    centre.clock.advance(timedelta(days=31))
    await keep_no_longer(centre.store, centre.clock)
    [row] = await rows(centre.store)
    assert (row.conversation_id, row.code, row.state) == (None, None, "booked")
    centre.clock.advance(timedelta(days=1))
    await centre.bookings.keep_slots()
    assert await rows(centre.store) == []
