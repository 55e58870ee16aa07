"""What a counselor does to a talk, and what the citizen sees of it: on every store, with two replicas where there can
be two.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.channels.ports import Erased
from bot.desk.service import Desk
from bot.desk.values import CloseForm, EventKind, QueueItem
from bot.errors import Forbidden, NotHeld, SealedTalk, TalkGone, TalkTaken, TextRefused, UnknownLabel
from bot.staff import Actor, Role
from bot.storage.ports import Count, OutboxState, Sender, State
from bot.storage.store import SqlStore
from bot.storage.tables import METADATA
from tests.support.office import ANNE, BENT, DANGER, Office

DONE = CloseForm(reason="talked", outcome="advice")


@pytest.fixture
async def office(store: SqlStore) -> Office:
    return Office(store)


@pytest.fixture
async def branch(office: Office, another: SqlStore) -> Office:
    """The same desk, seen from a second replica."""
    return Office(another, office.clock)


async def tables_of(store: SqlStore) -> dict[str, bytes]:
    """Every table, its values one after another."""

    def read(connection: Connection) -> dict[str, bytes]:
        return {
            name: b"\n".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))
                for value in row
            )
            for name in METADATA.tables
        }

    return await store.read(read)


def question(frames: list[dict[str, Any]]) -> dict[str, Any]:
    """The last question."""
    return [frame for frame in frames if "question" in frame][-1]


# the queue, and taking from it


async def test_a_citizen_waits_is_taken_talks_and_is_handed_back_to_where_the_dialog_stood(office: Office) -> None:
    await office.staffed(ANNE)
    talk = await office.citizen()
    before = question(await office.reads(talk))
    await office.presses(talk, "cmd.human", "yes")
    await office.board.refresh()
    assert await office.state(talk) == {"type": "state", "state": "waiting", "position": 1}
    item = await office.desk.next(ANNE)
    assert item is not None
    assert (item.conversation, item.severity, item.reason.words) == (talk, 0, "Vil tale med et menneske")
    assert (await office.state(talk))["state"] == "human"
    assert await office.desk.queue(ANNE) == []
    assert [held.handoff for held in await office.desk.held(ANNE)] == [item.handoff]
    sent = await office.desk.send(ANNE, talk, "l1", "  Hej, jeg er Anne.  ")
    answered = await office.writes(talk, "hej anne")
    assert (await office.reads(talk))[sent.seq - 1]["from"] == "counselor"
    assert answered == sent.seq + 1
    assert len(await office.reads(talk)) == answered, "the bot is silent"
    await office.desk.release_to_bot(ANNE, talk)
    bridge, again = (await office.reads(talk))[answered:]
    assert bridge["text"].startswith("Rådgiveren har givet ordet tilbage")
    assert (again["text"], again["question"]) == (before["text"], before["question"])
    assert (await office.state(talk))["state"] == "bot"
    await office.presses(talk, "me")
    assert question(await office.reads(talk))["question"] != before["question"]


async def test_the_queue_is_by_severity_then_deadline_and_shows_no_content(office: Office) -> None:
    await office.staffed(ANNE)
    first = await office.waiting()
    office.passes(minutes=1)
    await office.staffed(ANNE)
    second = await office.citizen()
    await office.writes(second, DANGER)
    office.passes(minutes=1)
    await office.staffed(ANNE)
    third = await office.waiting()
    queue = await office.desk.queue(ANNE)
    assert [item.conversation for item in queue] == [second, first, third]
    assert [item.place for item in queue] == [1, 2, 3]
    assert queue[0].reason.words == "Selvmordsfare nu"
    assert queue[0].deadline == queue[0].since + timedelta(minutes=2)
    assert queue[1].deadline == queue[1].since + timedelta(days=1)
    assert set(QueueItem.__struct_fields__) == {
        *("handoff", "conversation", "place", "severity", "reason", "since", "deadline", "alert", "counselor")
    }


async def test_minutes_are_told_once_talks_have_shown_how_long_they_take(office: Office) -> None:
    for _ in range(5):
        talk = await office.with_human(ANNE)
        assert "wait_minutes" not in await office.state(talk)
        office.passes(minutes=30)
        await office.desk.close(ANNE, talk, DONE)
    for _ in range(2):
        await office.with_human(ANNE)
    waits = await office.waiting()
    assert await office.state(waits) == {"type": "state", "state": "waiting", "position": 1, "wait_minutes": 15}
    told = office.board.desk("kolding", office.clock.now())
    assert (told["state"], told["place"], told["minutes"]) == ("queue", 2, 30)


async def test_two_who_take_the_same_at_once_one_has_it(office: Office, branch: Office) -> None:
    await office.staffed()
    talk = await office.waiting()
    [item] = await office.desk.queue(ANNE)
    tries = [
        (office.desk, ANNE),
        (branch.desk, BENT),
        *(((office, branch)[n % 2].desk, Actor(id=f"c{n}", tenant="kolding", role=Role.COUNSELOR)) for n in range(6)),
    ]
    found = await asyncio.gather(*(desk.claim(actor, item.handoff) for desk, actor in tries), return_exceptions=True)
    won = [taken for taken in found if isinstance(taken, QueueItem)]
    assert len(won) == 1, found
    assert all(isinstance(lost, QueueItem | TalkTaken) for lost in found)
    lines = await office.reads(talk)
    assert sum(line["from"] == "system" for line in lines) == 1
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


async def test_take_the_next_never_gives_one_talk_twice(office: Office, branch: Office) -> None:
    await office.staffed()
    talks = {await office.waiting() for _ in range(3)}
    actors = [Actor(id=f"c{n}", tenant="kolding", role=Role.COUNSELOR) for n in range(5)]
    taken = await asyncio.gather(*((office, branch)[n % 2].desk.next(actor) for n, actor in enumerate(actors)))
    assert Counter(item.conversation for item in taken if item is not None) == Counter(talks)
    assert taken.count(None) == 2


async def test_given_back_to_the_queue_keeps_its_place(office: Office) -> None:
    await office.staffed()
    early = await office.waiting()
    office.passes(minutes=1)
    await office.waiting()
    await office.desk.next(ANNE)
    await office.desk.release_to_queue(ANNE, early)
    assert next(item.conversation for item in await office.desk.queue(BENT)) == early
    assert any(line["text"].startswith("Rådgiveren måtte gå") for line in await office.reads(early))
    with pytest.raises(NotHeld):
        await office.desk.send(ANNE, early, "l1", "endnu et")


# writing


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
    dumped = b"".join((await tables_of(store)).values())
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


# reading


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
    assert b"kryddersild" not in b"".join((await tables_of(store)).values())
    office.passes(minutes=31)
    with pytest.raises(SealedTalk):
        await office.desk.transcript(BENT, talk)


CALLS: dict[str, Callable[[Desk, Actor, str], Awaitable[object]]] = {
    "heartbeat": lambda desk, actor, talk: desk.heartbeat(actor),
    "leave": lambda desk, actor, talk: desk.leave(actor),
    "queue": lambda desk, actor, talk: desk.queue(actor),
    "held": lambda desk, actor, talk: desk.held(actor),
    "next": lambda desk, actor, talk: desk.next(actor),
    "claim": lambda desk, actor, talk: desk.claim(actor, "handoff"),
    "acknowledge": lambda desk, actor, talk: desk.acknowledge(actor, "handoff"),
    "transcript": lambda desk, actor, talk: desk.transcript(actor, talk),
    "reveal": lambda desk, actor, talk: desk.reveal(actor, talk, 1),
    "break_glass": lambda desk, actor, talk: desk.break_glass(actor, talk, "en lang og god grund"),
    "reasons": lambda desk, actor, talk: desk.reasons(actor, talk),
    "subscribe": lambda desk, actor, talk: desk.subscribe(actor, talk).__aenter__(),
    "subscribe_queue": lambda desk, actor, talk: desk.subscribe_queue(actor).__aenter__(),
    "send": lambda desk, actor, talk: desk.send(actor, talk, "l1", "hej"),
    "typing": lambda desk, actor, talk: desk.typing(actor, talk),
    "seen": lambda desk, actor, talk: desk.seen(actor, talk, 1),
    "save_draft": lambda desk, actor, talk: desk.save_draft(actor, talk, "hej"),
    "draft": lambda desk, actor, talk: desk.draft(actor, talk),
    "canned": lambda desk, actor, talk: desk.canned(actor, talk),
    "add_note": lambda desk, actor, talk: desk.add_note(actor, talk, "hej"),
    "notes": lambda desk, actor, talk: desk.notes(actor, talk),
    "release_to_bot": lambda desk, actor, talk: desk.release_to_bot(actor, talk),
    "release_to_queue": lambda desk, actor, talk: desk.release_to_queue(actor, talk),
    "close": lambda desk, actor, talk: desk.close(actor, talk, DONE),
    "lower_severity": lambda desk, actor, talk: desk.lower_severity(actor, talk, 0),
}
"""Every method that takes an actor."""


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
        if name not in {"heartbeat", "leave", "queue", "held", "next", "claim", "acknowledge", "subscribe_queue"}:
            with pytest.raises(Forbidden):
                await call(office.desk, stranger, talk)
    [item] = await office.desk.held(ANNE)
    with pytest.raises(Forbidden):
        await office.desk.claim(stranger, item.handoff)
    assert await office.desk.queue(stranger) == []
    assert office.audit.entries == entries
    assert (await office.state(talk))["state"] == "human"


# being there, and not


async def test_a_counselor_who_is_gone_for_a_minute_has_the_talk_no_longer(office: Office, branch: Office) -> None:
    talk = await office.with_human(ANNE)
    stood = question(await office.reads(talk))
    office.passes(seconds=59)
    assert await office.desk.sweep() == 0
    office.passes(seconds=2)
    assert sum(await asyncio.gather(office.desk.sweep(), branch.desk.sweep())) == 1, "two replicas look, one does it"
    assert office.audit.actions().count("heartbeat_lost") + branch.audit.actions().count("heartbeat_lost") == 1
    assert (await office.state(talk))["state"] == "waiting"
    lost, again = (await office.reads(talk))[-2:]
    assert lost["text"].startswith("Forbindelsen til rådgiveren røg")
    assert again["question"] == stood["question"]
    with pytest.raises(NotHeld):
        await office.desk.send(ANNE, talk, "late", "er du der?")
    await office.desk.heartbeat(ANNE)
    assert [item.conversation for item in await office.desk.queue(ANNE)] == [talk]


async def test_one_who_is_heard_of_in_time_keeps_it(office: Office) -> None:
    talk = await office.with_human(ANNE)
    for _ in range(5):
        office.passes(seconds=40)
        await office.desk.heartbeat(ANNE)
        assert await office.desk.sweep() == 0
    assert (await office.state(talk))["state"] == "human"


async def test_a_line_sent_while_the_heartbeat_is_lost_is_before_the_notice_or_refused(
    office: Office, branch: Office
) -> None:
    talk = await office.with_human(ANNE)
    office.passes(seconds=61)
    tried = await asyncio.gather(
        *(office.desk.send(ANNE, talk, f"a{n}", f"a{n}") for n in range(4)),
        branch.desk.sweep(),
        *(office.desk.send(ANNE, talk, f"b{n}", f"b{n}") for n in range(4)),
        return_exceptions=True,
    )
    assert all(not isinstance(one, Exception) or isinstance(one, NotHeld | TalkTaken) for one in tried), tried
    lines = await office.reads(talk)
    [notice] = [line["seq"] for line in lines if line["text"].startswith("Forbindelsen")]
    stored = {line["text"]: line["seq"] for line in lines if line["from"] == "counselor"}
    assert all(seq < notice for seq in stored.values())
    assert len(stored) == sum(not isinstance(one, Exception | int) for one in tried)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


async def test_who_signs_out_gives_the_talks_back_at_once(office: Office) -> None:
    talk = await office.with_human(ANNE)
    await office.desk.leave(ANNE)
    assert (await office.state(talk))["state"] == "waiting"
    await office.board.refresh()
    assert office.board.desk("kolding", office.clock.now())["state"] == "closed"


# danger, erasing, ending


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
        if name in {"heartbeat", "leave", "queue", "held", "next", "claim", "acknowledge", "subscribe_queue"}:
            continue
        with pytest.raises(TalkGone):
            await call(office.desk, ANNE, talk)
    assert await office.desk.held(ANNE) == []
    tables = await tables_of(store)
    kept = ("holding", "counselor_message", "read_mark", "draft", "note", "broken_glass")
    assert [name for name in kept if talk.encode() in tables.get(name, b"")] == []


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
