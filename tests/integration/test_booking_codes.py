"""A booked time afterwards, by its code from anywhere: moved, given up, guessed at in vain, and forgotten."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from bot.booking import BookingState
from bot.channels.ports import Incoming
from bot.guesses import IN_A_TENANT
from bot.privacy.retention import keep_no_longer
from tests.support.booker import TENANT, Centre, booking_rows, code_in, taken, tuesday_mornings


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
    [booked] = await taken(centre)
    assert (booked.booked, booked.slot) == (BookingState.BOOKED, times[0])


async def test_a_time_is_given_up_and_somebody_else_can_have_it(centre: Centre) -> None:
    one = await centre.citizen()
    code = await one.book()
    said = await one.press("book", "cancel", "yes")
    assert said[0] == "Din tid er aflyst. Du kan altid få en ny tid her."
    assert await centre.bookings.by_code(TENANT, code) is None
    assert await taken(centre) == []
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
    [row] = await booking_rows(centre)
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
    [mine] = await booking_rows(centre)
    assert mine.conversation_id == one.conversation
    centre.clock.advance(timedelta(days=31))
    await keep_no_longer(centre.store, centre.clock)
    [row] = await booking_rows(centre)
    assert (row.conversation_id, row.code, row.state) == (None, None, "booked")
    centre.clock.advance(timedelta(days=1))
    await centre.bookings.keep_slots()
    assert await booking_rows(centre) == []
