"""What of a talk a counselor may read, and that each reading is written down first; who may do what at the desk."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk.service import Desk
from bot.errors import Forbidden, SealedTalk, TextRefused
from bot.staff import Actor, Role
from bot.storage.store import SqlStore
from tests.support.markers import dump_of
from tests.support.office import ANNE, BENT, DONE, Office

from .desk_calls import CALLS, WITHOUT_A_TALK


async def test_without_leave_it_begins_where_the_human_was_asked_for(office: Office) -> None:
    await office.staffed(ANNE)
    for shares, whole in (("yes", True), ("no", False)):
        talk = await office.citizen()
        await office.writes(talk, "noget jeg sagde til robotten")
        await office.presses(talk, "cmd.human", shares)
        await office.desk.next(ANNE)
        await office.writes(talk, "og noget til dig")
        read = await office.desk.transcript(ANNE, talk)
        texts = [line.text for line in read.lines]
        assert read.shared is whole
        assert ("noget jeg sagde til robotten" in texts) is whole
        assert "og noget til dig" in texts
        assert [line.seq for line in read.lines] == list(range(read.first, read.seq + 1))
        if not whole:
            with pytest.raises(SealedTalk):
                await office.desk.reveal(ANNE, talk, read.first - 1)


@pytest.mark.parametrize(
    "way", [("cmd.human",), ("yes", "no", "cmd.skip", "talk")], ids=["in the middle", "through its door"]
)
async def test_results_of_screenings_are_seen_with_leave_only(office: Office, way: tuple[str, ...]) -> None:
    await office.staffed(ANNE)
    for shares, seen in (("no", []), ("yes", [("who5", 20, True)])):
        talk = await office.citizen()
        await office.presses(talk, "me", "wellbeing", "18_25", "1", "1", "2", "0", "1", *way, shares)
        await office.desk.next(ANNE)
        results = (await office.desk.transcript(ANNE, talk)).results
        assert [(result.instrument, result.total, result.positive) for result in results] == seen


async def test_what_is_read_in_pieces_is_what_is_there_without_gap_or_double(office: Office) -> None:
    talk = await office.with_human()
    pieces: list[int] = []

    async def reader() -> None:
        while len(pieces) < 40:
            read = await office.desk.transcript(ANNE, talk, after=pieces[-1] if pieces else 0)
            pieces.extend(line.seq for line in read.lines)
            await asyncio.sleep(0)

    async def writer() -> None:
        n = 0
        while len(pieces) < 40:
            await office.writes(talk, f"linje {n}")
            await office.desk.send(ANNE, talk, f"l{n}", f"svar {n}")
            n += 1

    await asyncio.gather(reader(), writer())
    assert pieces == list(range(1, len(pieces) + 1))


async def test_personal_data_is_masked_until_a_logged_click(office: Office) -> None:
    talk = await office.with_human()
    seq = await office.writes(talk, "ring til mig på 22334455 i aften")
    read = await office.desk.transcript(ANNE, talk, after=seq - 1)
    assert (read.lines[0].text, read.lines[0].masked) == ("ring til mig på [telefonnummer] i aften", 1)
    assert "reveal" not in office.audit.actions()
    assert await office.desk.reveal(ANNE, talk, seq) == "ring til mig på 22334455 i aften"
    assert office.audit.entries[-1] == ("kolding", "anne", "reveal", f"{talk}:{seq}")


async def test_every_call_that_hands_out_lines_is_one_entry(office: Office) -> None:
    talk = await office.with_human()
    office.audit.entries.clear()
    read = await office.desk.transcript(ANNE, talk)
    assert office.audit.entries == [("kolding", "anne", "read_talk", f"{talk}:1-{read.seq}")]
    assert (await office.desk.transcript(ANNE, talk, after=read.seq)).lines == ()
    assert len(office.audit.entries) == 1


async def test_nothing_is_handed_out_that_cannot_be_written_down(office: Office) -> None:
    talk = await office.with_human()

    async def broken(*_: str) -> None:
        raise OSError("the audit is full")

    office.audit.record = broken  # type: ignore[method-assign]
    for call in (office.desk.transcript(ANNE, talk), office.desk.reveal(ANNE, talk, 1)):
        with pytest.raises(OSError, match="full"):
            await call


async def test_a_talk_is_sealed_for_others_and_some_time_after(office: Office) -> None:
    talk = await office.with_human(ANNE)
    with pytest.raises(SealedTalk):
        await office.desk.transcript(BENT, talk)
    with pytest.raises(SealedTalk):
        async with office.desk.subscribe(BENT, talk):
            pass
    await office.desk.close(ANNE, talk, DONE)
    office.passes(minutes=29)
    assert (await office.desk.transcript(ANNE, talk)).lines
    office.passes(minutes=2)
    for call in (office.desk.transcript(ANNE, talk), office.desk.notes(ANNE, talk), office.desk.reveal(ANNE, talk, 1)):
        with pytest.raises(SealedTalk):
            await call


async def test_the_glass_is_broken_with_a_written_reason_for_half_an_hour(office: Office, store: SqlStore) -> None:
    talk = await office.with_human(ANNE, shares="no")
    with pytest.raises(TextRefused):
        await office.desk.break_glass(BENT, talk, "fordi")
    await office.desk.break_glass(BENT, talk, "anne blev syg midt i kryddersild")
    assert office.audit.entries[-1] == ("kolding", "bent", "break_glass", talk)
    assert (await office.desk.transcript(BENT, talk)).first == 1
    assert [(why.counselor, why.text) for why in await office.desk.reasons(ANNE, talk)] == [
        ("bent", "anne blev syg midt i kryddersild")
    ]
    assert b"kryddersild" not in b"".join((await dump_of(store, migrated=False)).values())
    office.passes(minutes=31)
    with pytest.raises(SealedTalk):
        await office.desk.transcript(BENT, talk)


async def test_manager_admin_and_another_municipality_have_no_way_in(office: Office) -> None:
    assert set(CALLS) == {name for name in dir(Desk) if not name.startswith("_")} - {"forms", "sweep"}
    talk = await office.with_human()
    entries = list(office.audit.entries)
    stranger = Actor(id="sys", tenant="randers", role=Role.COORDINATOR)
    outsiders = [Actor(id="boss", tenant="kolding", role=role) for role in (Role.MANAGER, Role.ADMIN)]
    for name, call in CALLS.items():
        for outsider in outsiders:
            with pytest.raises(Forbidden):
                await call(office.desk, outsider, talk)
        if name not in WITHOUT_A_TALK:
            with pytest.raises(Forbidden):
                await call(office.desk, stranger, talk)
    [item] = await office.desk.held(ANNE)
    with pytest.raises(Forbidden):
        await office.desk.claim(stranger, item.handoff)
    assert await office.desk.queue(stranger) == []
    assert office.audit.entries == entries
    assert (await office.state(talk))["state"] == "human"
