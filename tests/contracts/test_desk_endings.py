"""Danger while a counselor has the talk, and how talks end: stopped, withdrawn, erased, closed."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.ports import Erased
from bot.desk.values import CloseForm
from bot.errors import NotHeld, TalkGone, UnknownLabel
from bot.storage.ports import Count, Sender, State
from bot.storage.store import SqlStore
from tests.support.markers import dump_of
from tests.support.office import ANNE, BENT, DANGER, DONE, Office

from .desk_calls import CALLS, WITHOUT_A_TALK


async def test_danger_while_a_counselor_has_the_talk_raises_the_banner_and_says_112_once(office: Office) -> None:
    talk = await office.with_human(ANNE)
    await office.writes(talk, DANGER)
    await office.writes(talk, DANGER)
    told = [line["text"] for line in await office.reads(talk) if line["text"].startswith("Et ord fra chatbotten")]
    assert len(told) == 1
    assert "112" in told[0]
    read = await office.desk.transcript(ANNE, talk)
    assert (read.severity, read.state, read.reason and read.reason.code) == (3, "human", "suicide_imminent")
    with pytest.raises(ValueError, match="lowered"):
        await office.desk.lower_severity(ANNE, talk, 3)
    await office.desk.lower_severity(ANNE, talk, 1)
    assert (await office.desk.transcript(ANNE, talk)).severity == 1
    assert [item.severity for item in await office.desk.held(ANNE)] == [1]
    assert (await office.talks.session(talk)).severity == 1
    await office.desk.release_to_bot(ANNE, talk)
    await office.presses(talk, "me")
    assert (await office.talks.crisis(talk))[1] == 1, "it does not come back by itself"


async def test_danger_puts_a_talk_in_the_queue_though_the_citizen_stops(office: Office) -> None:
    await office.staffed(ANNE)
    talk = await office.citizen()
    await office.writes(talk, DANGER)
    assert (await office.state(talk))["state"] == "waiting"
    await office.presses(talk, "yes", "continue", "cmd.stop")
    assert [item.conversation for item in await office.desk.queue(ANNE)] == [talk]
    item = await office.desk.next(ANNE)
    assert item is not None
    assert any(line.text == DANGER for line in (await office.desk.transcript(ANNE, talk)).lines)


async def test_a_wish_is_withdrawn_when_the_citizen_stops(office: Office) -> None:
    await office.staffed(ANNE)
    talk = await office.waiting()
    await office.presses(talk, "cmd.stop")
    assert await office.desk.queue(ANNE) == []
    assert (await office.state(talk))["state"] == "closed"
    assert await office.desk.next(ANNE) is None


async def test_the_bot_goes_on_helping_while_one_waits(office: Office) -> None:
    await office.staffed(ANNE)
    talk = await office.waiting()
    before = len(await office.reads(talk))
    await office.presses(talk, "me")
    assert "question" in (await office.reads(talk))[-1]
    assert len(await office.reads(talk)) > before
    assert (await office.state(talk))["state"] == "waiting"
    await office.presses(talk, "cmd.human")
    assert any(line["text"].startswith("Du er allerede i kø") for line in await office.reads(talk))
    assert len(await office.desk.queue(ANNE)) == 1


async def test_erasing_while_a_counselor_has_the_talk_leaves_nothing(office: Office, store: SqlStore) -> None:
    talk = await office.with_human(ANNE)
    await office.desk.save_draft(ANNE, talk, "halv")
    await office.desk.add_note(ANNE, talk, "en note")
    await office.desk.break_glass(BENT, talk, "en lang og god grund")
    await office.desk.seen(ANNE, talk, 1)
    await office.desk.send(ANNE, talk, "l1", "hej")
    await office.presses(talk, "cmd.delete", "yes")
    with pytest.raises(Erased):
        await office.reads(talk)
    for name, call in CALLS.items():
        if name in WITHOUT_A_TALK:
            continue
        with pytest.raises(TalkGone):
            await call(office.desk, ANNE, talk)
    assert await office.desk.held(ANNE) == []
    tables = await dump_of(store, migrated=False)
    kept = ("holding", "counselor_message", "read_mark", "draft", "note", "broken_glass")
    assert [name for name in kept if talk.encode() in tables[name]] == []


async def test_a_line_sent_while_the_citizen_erases_is_refused_or_gone_with_the_rest(
    office: Office, branch: Office
) -> None:
    talk = await office.with_human(ANNE)
    await office.presses(talk, "cmd.delete")
    tried = await asyncio.gather(
        *(branch.desk.send(ANNE, talk, f"l{n}", "er du der?") for n in range(4)),
        office.presses(talk, "yes"),
        return_exceptions=True,
    )
    assert all(not isinstance(one, Exception) or isinstance(one, TalkGone | NotHeld) for one in tried), tried
    loaded = await office.store.load(talk)
    assert loaded is not None
    assert (loaded.state, loaded.wrapped) == (State.ERASED, b"")


async def test_a_closed_talk_is_counted_without_it_and_opens_with_the_next_message(
    office: Office, store: SqlStore
) -> None:
    talk = await office.with_human(ANNE)
    with pytest.raises(UnknownLabel):
        await office.desk.close(ANNE, talk, CloseForm(reason="bored", outcome="advice"))
    assert {label.code for label in office.desk.forms().outcomes} >= {"advice", "intake", "nothing"}
    await office.desk.close(ANNE, talk, DONE)
    assert (await office.state(talk))["state"] == "closed"
    assert await store.counts("kolding") == [
        Count(tenant="kolding", month="2026-11", name="desk.closed_because", value="talked", n=1),
        Count(tenant="kolding", month="2026-11", name="desk.outcome", value="advice", n=1),
    ]
    await office.writes(talk, "hej igen")
    assert (await office.state(talk))["state"] == "bot"
    assert (await office.reads(talk))[-1]["from"] == Sender.BOT.value
