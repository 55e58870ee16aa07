from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.staff import Role
from tests.console.test_queue import until
from tests.support.console import House, Visitor

NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} \N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.fixture
async def mette(house: House) -> AsyncIterator[Visitor]:
    async with house.at_work("mette") as visitor:
        yield visitor


async def taken(house: House, visitor: Visitor, *lines: str) -> str:
    talk = await house.citizen(*(lines or ("jeg vil gerne tale med nogen",)))
    await visitor.get("/queue")
    await visitor.post(f"/queue/{await house.handoff(talk)}/claim")
    return talk


async def lines(socket: Any, last_seq: int = 0) -> list[dict[str, Any]]:
    await socket.send_json({"type": "hello", "last_seq": last_seq})
    return (await until(socket, "talk"))["lines"]  # type: ignore[no-any-return]


async def test_two_people_write_to_each_other(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    assert (await mette.get(f"/talk/{talk}")).status == 200
    async with mette.live(f"/talk/{talk}/live") as socket:
        before = await lines(socket)
        assert [line["seq"] for line in before] == list(range(before[0]["seq"], before[-1]["seq"] + 1))
        sent = await mette.tell(f"/talk/{talk}/lines", {"id": "a1", "text": "Hej, jeg er Mette"})
        assert sent.status == 200
        mine = (await until(socket, "talk"))["lines"]
        assert [(line["sender"], line["text"]) for line in mine] == [("counselor", "Hej, jeg er Mette")]
        await house.writes(talk, "tak fordi du svarer")
        theirs = (await until(socket, "talk"))["lines"]
        assert [(line["sender"], line["text"]) for line in theirs] == [("citizen", "tak fordi du svarer")]
    assert (await house.reads(talk))[-2:] == [("counselor", "Hej, jeg er Mette"), ("citizen", "tak fordi du svarer")]


async def test_sending_the_same_twice_says_it_once(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    body = {"id": "same", "text": "én gang"}
    answers = await asyncio.gather(*(mette.tell(f"/talk/{talk}/lines", body) for _ in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert [text for _, text in await house.reads(talk)].count("én gang") == 1


async def test_coming_back_shows_what_was_missed_without_a_gap_or_a_double(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    async with mette.live(f"/talk/{talk}/live") as socket:
        last = (await lines(socket))[-1]["seq"]
    for n in range(5):
        await house.writes(talk, f"linje {n}")
    async with mette.live(f"/talk/{talk}/live") as socket:
        assert [line["text"] for line in await lines(socket, last)] == [f"linje {n}" for n in range(5)]


async def test_the_citizen_is_shown_typing_and_the_counselor_what_was_read(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    async with house.run.live.subscribe(talk) as citizen, mette.live(f"/talk/{talk}/live") as socket:
        await lines(socket)
        await socket.send_json({"type": "typing"})
        async with asyncio.timeout(10):
            assert await citizen.get() == b'{"type":"typing"}'
        sent = await mette.tell(f"/talk/{talk}/lines", {"id": "a", "text": "er du der?"})
        await house.run.conversations.seen(talk, int(sent.text.split(":")[1].strip(" }")))
        assert (await until(socket, "seen"))["seq"] > 0


async def test_personal_data_is_masked_until_a_logged_click(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    seq = await house.writes(talk, "mit nummer er 20 30 40 50")
    async with mette.live(f"/talk/{talk}/live") as socket:
        shown = (await lines(socket, seq - 1))[0]
        assert "20 30 40 50" not in shown["text"]
        assert shown["masked"] == 1
    revealed = await mette.tell(f"/talk/{talk}/lines/{seq}/reveal", {})
    assert "20 30 40 50" in revealed.text
    newest = (await house.staffed.audit.newest("kolding", limit=1))[0]
    assert (newest.action, newest.object) == ("reveal", f"{talk}:{seq}")
    for wrong in ("99999", "x", "1e3", "9" * 30):
        assert (await mette.tell(f"/talk/{talk}/lines/{wrong}/reveal", {})).status in {404, 409}


async def test_a_draft_is_there_again_after_the_page_is_closed(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    await mette.tell(f"/talk/{talk}/draft", {"text": "jeg tænker på, at <b>du</b>"})
    assert "jeg tænker på, at &lt;b&gt;du&lt;/b&gt;</textarea>" in (await mette.get(f"/talk/{talk}")).text
    await mette.tell(f"/talk/{talk}/lines", {"id": "d", "text": "færdig"})
    assert "jeg tænker på" not in (await mette.get(f"/talk/{talk}")).text


async def test_notes_are_for_colleagues_and_never_for_the_citizen(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    note = await mette.tell(f"/talk/{talk}/notes", {"text": NASTY})
    assert note.status == 200
    page = (await mette.get(f"/talk/{talk}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page
    assert all("alert(1)" not in text for _, text in await house.reads(talk))


async def test_a_colleague_s_note_comes_by_itself_and_is_read_once(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    await mette.tell(f"/talk/{talk}/notes", {"text": "min egen"})
    async with mette.live(f"/talk/{talk}/live") as socket, house.at_work("kim", role=Role.COORDINATOR) as kim:
        await socket.send_json({"type": "hello", "notes": 1})  # the page has its own
        await until(socket, "talk")
        await kim.get("/queue")
        await kim.post(f"/talk/{talk}/open", reason="jeg har aftalt med Mette at se med")
        note = await kim.tell(f"/talk/{talk}/notes", {"text": NASTY})
        assert note.status == 200
        [shown] = (await until(socket, "notes"))["notes"]
        assert (shown["text"], shown["counselor"]) == (NASTY, "Kim")
        await house.writes(talk, "en linje")
        while True:
            frame = await socket.receive_json(timeout=10)
            assert frame["type"] != "notes", "it was shown already"
            if any(line["text"] == "en linje" for line in frame.get("lines", ())):
                break


@pytest.mark.parametrize(
    ("path", "state", "told"),
    [("to-bot", "bot", "released_bot"), ("to-queue", "waiting", "released_queue")],
)
async def test_it_is_given_back_and_then_it_is_nobody_elses_to_write(
    house: House, mette: Visitor, path: str, state: str, told: str
) -> None:
    talk = await taken(house, mette)
    await mette.get(f"/talk/{talk}")
    assert (await mette.post(f"/talk/{talk}/{path}")).location == f"/queue?told={told}"
    assert (await house.run.conversations.state(talk))["state"] == state
    late = await mette.tell(f"/talk/{talk}/lines", {"id": "late", "text": "for sent"})
    assert (late.status, late.text.count("not_held")) == (409, 1)
    assert (await mette.post(f"/talk/{talk}/{path}")).location == "/queue?told=not_held"  # a stale form
    assert (await mette.get(f"/talk/{talk}")).status == 200  # for half an hour


async def test_a_talk_is_closed_with_the_short_form_and_no_other(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    await mette.get(f"/talk/{talk}")
    for form in (
        {},
        {"reason": "talked"},
        {"reason": "x", "outcome": "advice"},
        {"reason": "talked", "outcome": NASTY},
    ):
        assert (await mette.post(f"/talk/{talk}/close", **form)).location == f"/talk/{talk}?told=form"
    closed = await mette.post(f"/talk/{talk}/close", reason="talked", outcome="advice")
    assert closed.location == "/queue?told=closed"
    assert (await house.run.conversations.state(talk))["state"] == "closed"


async def test_danger_is_lowered_by_the_holder_and_only_down(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette, "jeg tænker på at tage mit eget liv")
    await mette.get(f"/talk/{talk}")
    _, before = await house.run.conversations.crisis(talk)
    assert before >= 2
    for wrong in ("3", "-1", "x", ""):
        assert (await mette.post(f"/talk/{talk}/severity", severity=wrong)).location.endswith("?told=form")
    assert (await mette.post(f"/talk/{talk}/severity", severity="1")).location == f"/talk/{talk}"
    assert (await house.run.conversations.crisis(talk))[1] == 1
    assert (await mette.post(f"/talk/{talk}/severity", severity="1")).location.endswith("?told=stale")


async def test_somebody_elses_talk_opens_only_with_a_reason_that_stands_in_the_audit(
    house: House, mette: Visitor
) -> None:
    talk = await taken(house, mette, "noget meget privat")
    async with house.at_work("ole") as ole:
        closed = await ole.get(f"/talk/{talk}")
        assert (closed.status, "privat" in closed.text) == (403, False)
        async with ole.live(f"/talk/{talk}/live") as socket:
            await socket.send_json({"type": "hello"})
            assert (await until(socket, "refused"))["error"] == "sealed"
        assert (await ole.tell(f"/talk/{talk}/lines", {"id": "x", "text": "hej"})).status == 409
        assert (await ole.post(f"/talk/{talk}/open", reason="kort")).status == 422
        opened = await ole.post(f"/talk/{talk}/open", reason="borgeren ringede til os om samtalen")
        assert opened.location == f"/talk/{talk}"
        assert "borgeren ringede til os" in (await ole.get(f"/talk/{talk}")).text
        actions = [entry.action for entry in await house.staffed.audit.newest("kolding")]
        assert any("break_glass" in action for action in actions)
        assert (await ole.tell(f"/talk/{talk}/lines", {"id": "x", "text": "hej"})).status == 409


async def test_a_counselor_of_another_municipality_has_no_way_in(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    handoff = await house.handoff(talk)
    async with house.at_work("ida", tenant="randers") as ida:
        await ida.get("/queue")
        assert (await ida.get(f"/talk/{talk}")).status == 403
        for path in (f"/talk/{talk}/open", f"/talk/{talk}/close", f"/talk/{talk}/to-bot", f"/queue/{handoff}/claim"):
            answer = await ida.post(path, reason="jeg er meget nysgerrig", outcome="advice")
            assert (answer.status, answer.location) == (403, "")
        assert (await ida.tell(f"/talk/{talk}/lines", {"id": "x", "text": "hej"})).status == 403


async def test_what_the_citizen_erased_is_gone_from_the_console(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    async with mette.live(f"/talk/{talk}/live") as socket:
        await lines(socket)
        day = house.staffed.clock.now().date()
        await house.run.store.erase(talk, on=day)
        house.run.conversations.forget(talk)
        house.run.live.missed(talk)
        assert (await until(socket, "refused"))["error"] == "gone"
    assert (await mette.get(f"/talk/{talk}")).status == 409


@pytest.mark.parametrize(
    "body",
    [{}, {"id": "x"}, {"id": "", "text": "a"}, {"id": "x y", "text": "a"}, {"id": "x", "text": ""},
     {"id": "x", "text": " \n "}, {"id": "x", "text": "a" * 4001}, {"id": 1, "text": 2}, [], "text", None],
)  # fmt: skip
async def test_what_is_no_line_is_refused_and_says_nothing(house: House, mette: Visitor, body: Any) -> None:
    talk = await taken(house, mette)
    before = await house.reads(talk)
    refused = await mette.tell(f"/talk/{talk}/lines", body)
    assert (refused.status, '"error"' in refused.text) == (422, True)
    assert await house.reads(talk) == before


async def test_a_page_that_sends_nonsense_is_closed_and_can_come_again(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    for nonsense in ("", "{", "[]", '{"type":"shout"}', '{"type":"seen","seq":"x"}'):
        async with mette.live(f"/talk/{talk}/live") as socket:
            await lines(socket)
            await socket.send_str(nonsense)
            async with asyncio.timeout(10):
                async for _ in socket:
                    pass
            assert socket.closed


async def test_a_lost_heartbeat_returns_the_talk_and_both_are_told(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette)
    before = await house.reads(talk)
    house.staffed.pass_time(seconds=61)
    await house.run.desk.sweep()
    assert (await house.run.conversations.state(talk))["state"] == "waiting"
    told = (await house.reads(talk))[len(before) :]
    assert told
    assert {who for who, _ in told} <= {"system", "bot"}
    assert (await mette.tell(f"/talk/{talk}/lines", {"id": "x", "text": "er du der"})).status == 409


async def test_guides_stand_beside_the_talk_and_the_one_for_danger_first_and_open(house: House, mette: Visitor) -> None:
    calm = (await mette.get(f"/talk/{await taken(house, mette)}")).text
    assert calm.index("Spørg direkte om selvmord") < calm.index("Motiverende samtale")
    assert "<details open><summary>Spørg direkte om selvmord" not in calm
    danger = (await mette.get(f"/talk/{await taken(house, mette, 'jeg har lyst til at dø')}")).text
    assert "<details open><summary>Spørg direkte om selvmord" in danger


async def test_a_sheet_for_colleagues_hides_who_it_is_and_when(house: House, mette: Visitor) -> None:
    talk = await taken(house, mette, "jeg vil gerne tale med nogen")
    await house.writes(talk, "mit nummer er 22 33 44 55")
    sheet = (await mette.get(f"/talk/{talk}/sparring")).text
    assert "22 33 44 55" not in sheet
    assert "mit nummer er" in sheet
    assert "<time" not in sheet
    async with house.at_work("bo") as colleague:
        assert (await colleague.get(f"/talk/{talk}/sparring")).status == 403
