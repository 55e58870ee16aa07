from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.booking import BookingState
from bot.staff import Role
from tests.console.test_week import booked
from tests.support.console import House, Visitor

PLAN = {"days": "tue", "start": "17:00", "end": "19:00", "minutes": "30", "who": "Aftenrådgiver", "place": "Rum 9"}
"""Four times every Tuesday, for somebody whom no pack names."""


def own_plans(text: str) -> list[str]:
    return re.findall(r"/plans/([\w-]+)/end", text)


async def opened(visitor: Visitor) -> str:
    page = await visitor.get("/plans")
    assert page.status == 200
    return page.text


async def test_a_plan_makes_its_times_at_once_and_its_end_takes_the_free_ones(house: House) -> None:
    async with house.at_work("kim", role=Role.COORDINATOR) as kim:
        assert own_plans(await opened(kim)) == []
        assert (await kim.post("/plans", **PLAN)).location == "/plans?told=added"
        page = await opened(kim)
        assert "17.00–19.00, 30 minutter hver" in page
        assert "12 tider i de dage, der kan bookes; 0 er taget" in page  # three Tuesdays in 21 days
        week = (await kim.get("/bookings?week=2026-W49")).text
        assert week.count("Aftenrådgiver") == 4
        [plan] = own_plans(page)
        assert (await kim.post(f"/plans/{plan}/end")).location == "/plans?told=ended"
        assert "Aftenrådgiver" not in (await kim.get("/bookings?week=2026-W49")).text
        assert (await kim.post(f"/plans/{plan}/end")).location == "/plans?told=gone"
    actions = [entry.action for entry in await house.staffed.audit.newest("kolding")]
    assert [actions.count(one) for one in ("plan.added", "plan.ended")] == [1, 1]


async def test_what_somebody_has_stays_when_the_plan_ends(house: House) -> None:
    """It is Wednesday noon, so the plan has the first time that a citizen is offered."""
    async with house.at_work("kim", role=Role.COORDINATOR) as kim:
        await opened(kim)
        assert (await kim.post("/plans", **PLAN | {"days": "wed"})).location == "/plans?told=added"
        booking, _ = await booked(house)
        weeks = [await house.run.bookings.week("kolding", dt.date(2026, 11, 23) + dt.timedelta(n)) for n in (0, 7, 14)]
        [had] = [one for week in weeks for one in week if one.booking == booking]
        page = await opened(kim)
        [plan] = own_plans(page)
        assert had.who == "Aftenrådgiver"
        assert "1 er taget: de gælder stadig" in page
        await kim.post(f"/plans/{plan}/end")
        monday = had.starts_at.date() - dt.timedelta(days=had.starts_at.weekday())
        left = [one for one in await house.run.bookings.week("kolding", monday) if one.who == "Aftenrådgiver"]
        assert [one.booking for one in left if one.booked is BookingState.BOOKED] == [booking]


async def test_a_counselor_has_no_plans_and_another_town_s_plan_is_not_ended(house: House) -> None:
    async with (
        house.at_work("kim", role=Role.COORDINATOR) as kim,
        house.at_work("mette") as mette,
        house.at_work("ida", role=Role.COORDINATOR, tenant="randers") as ida,
    ):
        await opened(kim)
        await kim.post("/plans", **PLAN)
        [plan] = own_plans(await opened(kim))
        await mette.get("/bookings")
        assert (await mette.get("/plans")).status == 403
        assert "/plans" not in (await mette.get("/bookings")).text
        assert (await mette.post(f"/plans/{plan}/end")).status == 403
        assert own_plans(await opened(ida)) == []
        assert (await ida.post(f"/plans/{plan}/end")).location == "/plans?told=gone"
        kim.csrf = "0" * 64
        assert (await kim.post(f"/plans/{plan}/end")).status == 403
        assert own_plans(await opened(kim)) == [plan]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"days": ""}, "days", "mindst én dag"),
        ({"days": "blursday"}, "days", "mindst én dag"),
        ({"start": "25:00"}, "start", "fx 09.00"),
        ({"end": "16:00"}, "end", "Slut skal ligge efter start"),
        ({"end": "17:20"}, "end", "Slut skal ligge efter start"),
        ({"minutes": "5"}, "minutes", "10 til 240"),
        ({"minutes": "ti"}, "minutes", "10 til 240"),
        ({"who": "  "}, "who", "hvis tider"),
        ({"place": ""}, "place", "hvor borgeren"),
        ({"valid_from": "1/2"}, "valid_from", "Skriv en dato"),
        ({"valid_to": "9999-01-01"}, "valid_to", "Skriv en dato"),
        ({"valid_from": "2027-02-01", "valid_to": "2027-01-01"}, "valid_to", "før den første"),
        ({"valid_to": "2026-01-01"}, "valid_to", "allerede forbi"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(
    house: House, wrong: dict[str, str], field: str, words: str
) -> None:
    script = "<script>alert(1)</script>"
    async with house.at_work("kim", role=Role.COORDINATOR) as kim:
        await opened(kim)
        answer = await kim.post("/plans", **{**PLAN, "place": script, **wrong})
        assert answer.status == 422
        assert re.search(rf'id="{field}-problem">[^<]*{words}', answer.text)
        assert script not in answer.text
        assert ("&lt;script&gt;" in answer.text) == (wrong.get("place") is None)
        assert own_plans(await opened(kim)) == []


async def test_a_form_sent_twice_makes_one_plan(house: House) -> None:
    async with house.at_work("kim", role=Role.COORDINATOR) as kim:
        await opened(kim)
        await kim.post("/plans", **PLAN)
        again = await kim.post("/plans", **PLAN)
        assert (again.status, "har allerede en plan" in again.text) == (422, True)
        assert len(own_plans(await opened(kim))) == 1
