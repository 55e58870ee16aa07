"""The queue of the desk: who is taken when, by whom, and what happens when a counselor is gone; on every store, with
two replicas where there can be two.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.desk.values import QueueItem
from bot.errors import NotHeld, TalkTaken
from bot.staff import Actor, Role
from tests.support.office import ANNE, BENT, DANGER, DONE, Office, last_question


async def test_a_citizen_waits_is_taken_talks_and_is_handed_back_to_where_the_dialog_stood(office: Office) -> None:
    await office.staffed(ANNE)
    talk = await office.citizen()
    before = last_question(await office.reads(talk))
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
    assert last_question(await office.reads(talk))["question"] != before["question"]


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


# being there, and not


async def test_a_counselor_who_is_gone_for_a_minute_has_the_talk_no_longer(office: Office, branch: Office) -> None:
    talk = await office.with_human(ANNE)
    stood = last_question(await office.reads(talk))
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
