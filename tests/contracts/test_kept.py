"""What a citizen keeps: sealed, shown by any replica, shown to a counselor with leave only, gone with the talk."""

from __future__ import annotations

import pytest

from bot.privacy.retention import keep_no_longer
from bot.storage.ports import State
from bot.storage.store import SqlStore
from tests.support.markers import Markers, dump_of
from tests.support.office import ANNE, DANGER, Office

from .talk import again

MARKS = Markers()
PEOPLE = f"Min søster {MARKS('people')}"


@pytest.fixture
async def office(store: SqlStore) -> Office:
    office = Office(store)
    await office.staffed(ANNE)
    return office


async def with_plan(office: Office) -> str:
    """Somebody who has written a plan, and is back at the menu."""
    talk = await office.citizen()
    await office.presses(talk, "me", "read", "self_help", "plan")
    await office.writes(talk, "Jeg vil have mere ro")
    await office.writes(talk, PEOPLE)
    await office.presses(talk, "cmd.skip", "cmd.skip", "cmd.skip", "done")
    return talk


async def texts(office: Office, talk: str, after: int = 0) -> str:
    return "\n".join(line["text"] for line in await office.reads(talk, after) if line["from"] == "bot")


async def test_a_plan_is_shown_by_any_replica_days_later(office: Office, another: SqlStore) -> None:
    talk = await with_plan(office)
    office.passes(days=9)
    branch = Office(another, office.clock)
    said = await branch.writes(talk, "vis min plan")
    assert PEOPLE in await texts(branch, talk, said)


async def test_it_is_sealed_and_named_among_what_is_known(office: Office, store: SqlStore) -> None:
    talk = await with_plan(office)
    assert MARKS.found_in(await dump_of(store, migrated=False)) == []
    said = await office.writes(talk, "hvad ved du om mig")
    assert "din plan" in await texts(office, talk, said)


async def test_it_goes_with_the_talk(office: Office, store: SqlStore) -> None:
    for erased_by in ("the citizen", "time"):
        talk = await with_plan(office)
        if erased_by == "time":
            office.passes(days=31)
            await keep_no_longer(store, office.clock)
        else:
            await office.presses(talk, "cmd.delete", "yes")
        gone = await again(store, talk)
        assert (gone.state, gone.session, gone.wrapped) == (State.ERASED, b"", b"")


async def test_a_plan_can_be_erased_by_itself(office: Office) -> None:
    talk = await with_plan(office)
    await office.presses(talk, "mine", "plan", "erase", "yes")
    assert "mine" not in {choice["id"] for choice in (await office.reads(talk))[-1]["choices"]}
    said = await office.writes(talk, "hvad ved du om mig")
    assert "din plan" not in await texts(office, talk, said)


@pytest.mark.parametrize(("shows", "seen"), [("yes", True), ("no", False)])
async def test_a_counselor_sees_the_plan_only_where_the_citizen_shows_it(
    office: Office, shows: str, seen: bool
) -> None:
    talk = await with_plan(office)
    office.passes(hours=1)
    await office.staffed(ANNE)
    await office.presses(talk, "cmd.human", "no", shows)
    await office.board.refresh()
    await office.desk.next(ANNE)
    read = await office.desk.transcript(ANNE, talk)
    assert any(PEOPLE in line.text for line in read.lines) is seen
    assert read.shared is False


async def test_nobody_in_danger_is_asked_about_a_plan(office: Office) -> None:
    talk = await with_plan(office)
    await office.writes(talk, DANGER)
    await office.presses(talk, "cmd.human")
    assert "plan" not in (await office.reads(talk))[-1]["text"].lower()


async def test_who_comes_back_another_day_is_reminded_of_a_goal_once(office: Office) -> None:
    talk = await office.citizen()
    await office.presses(talk, "me", "read", "self_help", "goals")
    await office.writes(talk, "To dage uden alkohol om ugen")
    await office.presses(talk, "week", "menu")
    reminder = "Du satte dig et mål"
    assert reminder not in await texts(office, talk)
    for days, reminded in ((2, True), (0, False), (9, True)):
        office.passes(days=days)
        said = await office.writes(talk, "menu")
        await office.presses(talk, "me")
        assert (reminder in await texts(office, talk, said)) is reminded
    assert "Det var til 2. december 2026" in await texts(office, talk, said)


async def test_all_that_is_kept_is_named_when_asked(office: Office) -> None:
    talk = await with_plan(office)
    await office.presses(talk, "mine", "diary", "26_up", "today", "nothing", "menu", "mine", "think", "weigh")
    await office.writes(talk, "Ro")
    await office.presses(talk, "cmd.skip", "cmd.skip", "cmd.skip", "cmd.skip", "goals")
    await office.writes(talk, "Sove bedre")
    await office.presses(talk, "none", "menu")
    said = await office.writes(talk, "hvad ved du om mig")
    shown = await texts(office, talk, said)
    for thing in ("din plan", "din dagbog", "dine mål", "for og imod"):
        assert thing in shown
