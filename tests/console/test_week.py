from __future__ import annotations

import datetime as dt

import pytest

from bot.booking import BookingState
from bot.channels.ports import Incoming
from bot.privacy.pseudonyms import new_id
from bot.staff import Role
from tests.support.console import House

MONDAY = dt.date(2026, 11, 23)


async def booked(house: House) -> tuple[str, int]:
    """A citizen books the first time that is offered; gives the booking and its revision."""
    conversations = house.run.conversations
    talk = (await conversations.start(tenant="kolding", channel="web")).conversation
    await conversations.greet(talk)
    await house.press(talk, "me")
    await conversations.handle(talk, Incoming(id=new_id(), text="jeg vil gerne booke en tid"))
    for _ in range(6):
        week = [one for n in (0, 7, 14) for one in await house.run.bookings.week("kolding", MONDAY + dt.timedelta(n))]
        found = [one for one in week if one.booked is BookingState.BOOKED]
        if found:
            return found[0].booking, found[0].revision
        await house.press_first(talk)
    raise AssertionError(await house.reads(talk))


async def test_the_week_shows_what_is_free_and_what_is_booked_without_a_name(house: House) -> None:
    await house.run.bookings.keep_slots()
    booking, _ = await booked(house)
    [when] = [
        one.starts_at
        for n in (0, 7, 14)
        for one in await house.run.bookings.week("kolding", MONDAY + dt.timedelta(n))
        if one.booking == booking
    ]
    year, week, _ = when.isocalendar()
    async with house.at_work() as mette:
        page = await mette.get(f"/bookings?week={year}-W{week:02}")
        assert (page.status, f"Uge {week}" in page.text, "booket" in page.text) == (200, True, True)
        assert "Luk tiden" not in page.text  # a counselor plans no times
        for odd in ("x", "2026-W99", "9999-W01", "-W", "<script>"):
            assert "Uge 48" in (await mette.get(f"/bookings?week={odd}")).text


async def test_a_booking_is_cancelled_once_and_a_stale_form_changes_nothing(house: House) -> None:
    await house.run.bookings.keep_slots()
    booking, revision = await booked(house)
    async with house.at_work() as mette, house.at_work("ida", tenant="randers") as ida:
        await mette.get("/bookings")
        await ida.get("/bookings")
        assert (await ida.post(f"/bookings/{booking}/cancel", revision=str(revision))).location.endswith("told=changed")
        for old in (str(revision + 7), "-1", "x", ""):
            answer = await mette.post(f"/bookings/{booking}/cancel", revision=old)
            assert answer.location.endswith(("told=changed", "told=form"))
        done = await mette.post(f"/bookings/{booking}/cancel", revision=str(revision), week="2026-W49")
        assert done.location == "/bookings?week=2026-W49&told=cancelled"
        assert (await mette.post(f"/bookings/{booking}/cancel", revision=str(revision))).location.endswith("changed")
        actions = [entry.action for entry in await house.staffed.audit.newest("kolding")]
        assert actions.count("booking.cancelled") == 1


async def test_who_came_is_noted_when_the_time_has_begun_and_not_before(house: House) -> None:
    await house.run.bookings.keep_slots()
    booking, revision = await booked(house)
    async with house.at_work() as mette:
        await mette.get("/bookings")
        early = await mette.post(f"/bookings/{booking}/mark", revision=str(revision), outcome="attended")
        assert early.location.endswith("told=changed")
        house.staffed.pass_time(days=21)
        mette.sign_in_with(await house.staffed.sign_in("mette"))
        await mette.get("/bookings")
        for outcome in ("", "cancelled", "held"):
            assert (await mette.post(f"/bookings/{booking}/mark", revision="1", outcome=outcome)).location.endswith(
                "form"
            )
        done = await mette.post(f"/bookings/{booking}/mark", revision=str(revision), outcome="no_show")
        assert done.location.endswith("told=marked")


async def test_a_coordinator_adds_and_closes_times_and_a_counselor_does_not(house: House) -> None:
    new = {"day": "2026-11-27", "time": "13:15", "minutes": "45", "who": "Mette", "place": "Rum 2 <b>"}
    async with house.at_work("kim", role=Role.COORDINATOR) as kim, house.at_work("mette") as mette:
        await kim.get("/bookings")
        await mette.get("/bookings")
        assert (await mette.post("/slots", **new)).status == 403
        assert (await kim.post("/slots", **new)).location.endswith("told=added")
        page = await kim.get("/bookings?week=2026-W48")
        assert "13.15–14.00" in page.text
        assert "Rum 2 &lt;b&gt;" in page.text
        [slot] = [one.slot for one in await house.run.bookings.week("kolding", MONDAY) if one.place == "Rum 2 <b>"]
        assert (await mette.post(f"/slots/{slot}/close")).status == 403
        assert (await kim.post(f"/slots/{slot}/close")).location.endswith("told=closed_now")
        assert "Luk tiden, Fredag 13.15" not in (await kim.get("/bookings?week=2026-W48")).text


@pytest.mark.parametrize(
    "wrong",
    [{"day": ""}, {"day": "27/11"}, {"time": "25:00"}, {"minutes": "0"}, {"minutes": "1000"}, {"who": " "},
     {"place": ""}, {"day": "2026-10-25", "time": "02:30"}, {"day": "0001-01-01"}, {"time": "13:15+02:00"}],
)  # fmt: skip
async def test_what_is_no_time_is_not_added(house: House, wrong: dict[str, str]) -> None:
    new = {"day": "2026-11-27", "time": "13:15", "minutes": "45", "who": "Mette", "place": "Rum 2"}
    async with house.at_work("kim", role=Role.COORDINATOR) as kim:
        await kim.get("/bookings")
        assert (await kim.post("/slots", **new | wrong)).location.endswith("told=form")
