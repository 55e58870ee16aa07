from __future__ import annotations

import asyncio
from typing import Any

from bot.staff import Role
from tests.support.console import House


async def until(socket: Any, kind: str) -> dict[str, Any]:
    """The next frame of a kind."""
    async with asyncio.timeout(10):
        while (frame := await socket.receive_json())["type"] != kind:
            pass
    return frame  # type: ignore[no-any-return]


async def test_the_queue_is_shown_most_severe_first_and_without_a_word_that_was_written(house: House) -> None:
    await house.citizen("jeg drikker for meget hver weekend")
    worst = await house.citizen("jeg tænker på at tage mit eget liv")
    async with house.at_work() as mette, mette.live("/queue/live") as socket:
        await socket.send_json({"type": "hello"})
        shown = await until(socket, "queue")
        assert [row["severity"] for row in shown["waiting"]] == sorted(
            (row["severity"] for row in shown["waiting"]), reverse=True
        )
        assert shown["waiting"][0]["conversation"] == worst
        assert shown["mine"] == []
        assert "drikker" not in str(shown)
        assert set(shown["waiting"][0]) == {
            *("handoff", "conversation", "place", "severity", "reason", "since", "deadline")
        }
        await house.citizen("hej igen")
        assert len((await until(socket, "queue"))["waiting"]) == 3


async def test_take_the_next_and_then_there_is_nobody(house: House) -> None:
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with house.at_work() as mette:
        await mette.get("/queue")
        taken = await mette.post("/queue/next")
        assert (taken.status, taken.location) == (303, f"/talk/{talk}")
        assert (await mette.post("/queue/next")).location == "/queue?told=nobody"
        assert "Ingen venter lige nu" in (await mette.get("/queue?told=nobody")).text
        assert (await house.reads(talk))[-1][0] == "system"


async def test_of_two_who_press_at_once_one_has_the_talk_and_the_other_is_told(house: House) -> None:
    talk = await house.citizen("jeg vil gerne tale med nogen")
    handoff = await house.handoff(talk)
    async with house.at_work("mette") as mette, house.at_work("ole") as ole:
        for visitor in (mette, ole):
            await visitor.get("/queue")
        both = await asyncio.gather(*(one.post(f"/queue/{handoff}/claim") for one in (mette, ole)))
        assert sorted(answer.location for answer in both) == ["/queue?told=taken", f"/talk/{talk}"]
        loser = mette if both[1].location.startswith("/talk") else ole
        assert "En anden var hurtigere" in (await loser.get("/queue?told=taken")).text


async def test_a_strange_word_in_the_address_is_not_shown(house: House) -> None:
    async with house.at_work() as mette:
        page = await mette.get("/queue?told=<script>alert(1)</script>")
        assert page.status == 200
        assert "alert(1)" not in page.text


async def test_an_alert_is_seen_only_when_the_person_shows_a_sign(house: House) -> None:
    async with house.at_work() as mette, mette.live("/queue/live") as socket:
        await socket.send_json({"type": "hello"})
        assert (await until(socket, "danger"))["waiting"] is False
        talk = await house.citizen("jeg har taget 40 panodiler nu")
        assert (await until(socket, "danger"))["waiting"] is True
        handoff = await house.handoff(talk)
        assert (await until(socket, "alert"))["handoff"] == handoff
        assert "alert.seen" not in [entry.action for entry in await house.staffed.audit.newest("kolding")]
        await socket.send_json({"type": "noticed", "handoff": handoff})
        async with mette.live("/queue/live") as second:
            await second.send_json({"type": "hello"})
            await until(second, "queue")
        await mette.get("/queue")
        await mette.post("/queue/next")
        assert (await until(socket, "danger"))["waiting"] is False
        assert "alert.seen" in [entry.action for entry in await house.staffed.audit.newest("kolding")]


async def test_a_page_that_comes_later_is_alerted_too(house: House) -> None:
    talk = await house.citizen("jeg har taget 40 panodiler nu")
    async with house.at_work() as mette, mette.live("/queue/live") as socket:
        await socket.send_json({"type": "hello"})
        assert (await until(socket, "alert"))["handoff"] == await house.handoff(talk)


async def test_signing_out_gives_the_talks_back_and_the_page_is_closed(house: House) -> None:
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with house.at_work() as mette, mette.live("/queue/live") as socket:
        await socket.send_json({"type": "hello"})
        await until(socket, "queue")
        await mette.get("/queue")
        await mette.post("/queue/next")
        assert (await house.run.conversations.state(talk))["state"] == "human"
        await mette.post("/sign-out")
        assert (await house.run.conversations.state(talk))["state"] == "waiting"
        await until(socket, "signed_out")


async def test_a_page_of_another_origin_gets_no_socket(house: House) -> None:
    async with house.at_work() as mette:
        for origin in ("https://elsewhere.example", "null", ""):
            answer = await mette.get("/queue/live", {"Origin": origin, "Upgrade": "websocket"})
            assert answer.status == 403


async def test_a_manager_has_no_queue(house: House) -> None:
    async with house.at_work("lis", role=Role.MANAGER) as lis:
        assert (await lis.get("/")).location == "/audit"
        assert (await lis.get("/queue")).status == 403
