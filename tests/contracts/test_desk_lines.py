"""What counselor and citizen write to each other while a counselor has the talk, and what both pages are told of it."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.desk.values import EventKind
from bot.errors import NotHeld, TextRefused
from bot.storage.ports import OutboxState
from bot.storage.store import SqlStore
from tests.support.markers import dump_of
from tests.support.office import ANNE, BENT, Office


async def test_a_line_sent_twice_is_one(office: Office, branch: Office) -> None:
    talk = await office.with_human()
    sent = await asyncio.gather(*((office, branch)[n % 2].desk.send(ANNE, talk, "same", "hej") for n in range(8)))
    assert len({one.seq for one in sent}) == 1
    assert sum(not one.duplicate for one in sent) == 1
    assert [line["text"] for line in await office.reads(talk) if line["from"] == "counselor"] == ["hej"]
    await office.desk.release_to_bot(ANNE, talk)
    assert (await office.desk.send(ANNE, talk, "same", "hej")).duplicate, "also when the talk is no longer held"


async def test_only_the_holder_writes_and_only_what_is_a_line(office: Office) -> None:
    talk = await office.with_human(ANNE)
    with pytest.raises(NotHeld):
        await office.desk.send(BENT, talk, "l1", "hej")
    for line in ("", "  \n ", "x" * 4001):
        with pytest.raises(TextRefused):
            await office.desk.send(ANNE, talk, "l1", line)
    for name in ("", "æ", "x" * 65):
        with pytest.raises(TextRefused):
            await office.desk.send(ANNE, talk, name, "hej")


async def test_citizen_and_counselor_writing_at_once_lose_nothing_and_keep_one_order(
    office: Office, branch: Office
) -> None:
    talk = await office.with_human()
    await asyncio.gather(
        *(branch.desk.send(ANNE, talk, f"l{n}", f"anne {n}") for n in range(6)),
        *(office.writes(talk, f"borger {n}") for n in range(6)),
    )
    lines = await office.reads(talk)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    texts = Counter(line["text"] for line in lines)
    assert all(texts[f"{who} {n}"] == 1 for who in ("anne", "borger") for n in range(6))


async def test_drafts_and_notes_are_kept_sealed(office: Office, store: SqlStore) -> None:
    talk = await office.with_human()
    await office.desk.save_draft(ANNE, talk, "halvtskrevet blåbærgrød")
    note = await office.desk.add_note(ANNE, talk, "ring til hindbærsnitte")
    await office.desk.send(ANNE, talk, "l1", "sendt jordbærtærte")
    assert await office.desk.draft(ANNE, talk) == "", "what is sent is no draft"
    await office.desk.save_draft(ANNE, talk, "halvtskrevet blåbærgrød")
    assert await office.desk.draft(ANNE, talk) == "halvtskrevet blåbærgrød"
    assert await office.desk.draft(BENT, talk) == ""
    assert await office.desk.notes(ANNE, talk) == [note]
    dumped = b"".join((await dump_of(store, migrated=False)).values())
    assert all(word.encode() not in dumped for word in ("blåbærgrød", "hindbærsnitte", "jordbærtærte"))
    await office.desk.save_draft(ANNE, talk, "")
    assert await office.desk.draft(ANNE, talk) == ""


async def test_ready_replies_are_in_the_citizens_own_words(office: Office) -> None:
    talk = await office.with_human()
    plain = {one.id: one.text for one in await office.desk.canned(ANNE, talk)}
    await office.desk.release_to_bot(ANNE, talk)
    await office.presses(talk, "cmd.easy", "cmd.language", "cmd.human", "yes")
    await office.desk.next(ANNE)
    easy = {one.id: one.text for one in await office.desk.canned(ANNE, talk)}
    assert plain["safe"] == "Er du et sted, hvor du er i sikkerhed lige nu?"
    assert easy["safe"] == "Are you in danger now?"
    assert all(one.title for one in await office.desk.canned(ANNE, talk))


async def test_on_a_channel_that_is_sent_to_every_line_of_the_desk_is_sent(office: Office, store: SqlStore) -> None:
    await office.staffed(ANNE)
    talk = (await office.talks.start(tenant="kolding", channel="telegram")).conversation
    await office.talks.greet(talk)
    await office.presses(talk, "cmd.human", "yes")
    await office.desk.next(ANNE)
    await office.desk.send(ANNE, talk, "l1", "hej")
    await office.desk.release_to_queue(ANNE, talk)
    lines = await office.reads(talk)
    ours = [line["seq"] for line in lines if line["from"] != "citizen"]
    assert await store.outbox_counts() == {OutboxState.UNSENT: len(ours)}
    assert {line["from"] for line in lines} == {"citizen", "bot", "system", "counselor"}


# what pages are told


async def test_pages_of_the_console_are_told_that_something_happened_and_nothing_of_it(office: Office) -> None:
    talk = await office.with_human(ANNE)
    async with office.desk.subscribe(ANNE, talk) as events, office.desk.subscribe_queue(ANNE) as queue:
        seq = await office.writes(talk, "hej")
        assert (await asyncio.wait_for(anext(events), 5)).kind is EventKind.TALK
        await office.talks.typing(talk)
        assert (await asyncio.wait_for(anext(events), 5)).kind is EventKind.TYPING
        await office.talks.seen(talk, seq)
        seen = await asyncio.wait_for(anext(events), 5)
        assert (seen.kind, seen.seq) == (EventKind.SEEN, seq)
        assert (await office.desk.transcript(ANNE, talk)).citizen_seen == seq
        await office.talks.seen(talk, seq - 1)
        assert (await office.desk.transcript(ANNE, talk)).citizen_seen == seq, "never back"
        await office.desk.typing(ANNE, talk)
        await office.desk.send(ANNE, talk, "l1", "hej du")
        assert (await asyncio.wait_for(anext(events), 5)).kind is EventKind.TALK, "one's own typing is no news"
        await office.desk.release_to_queue(ANNE, talk)
        assert (await asyncio.wait_for(anext(queue), 5)).kind is EventKind.QUEUE


async def test_the_citizens_page_is_told_that_a_counselor_writes(office: Office) -> None:
    talk = await office.with_human(ANNE)
    async with office.live.subscribe(talk) as page:
        await office.desk.typing(ANNE, talk)
        assert page.get_nowait() == b'{"type":"typing"}'
