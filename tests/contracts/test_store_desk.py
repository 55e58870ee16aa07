"""What the store promises the desk, on every database."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.errors import DuplicateInbound, LeaseLost, TurnTaken
from bot.storage import desk as rows
from bot.storage.ports import (
    CounselorSend,
    Count,
    HandoffMove,
    HandoffState,
    Loaded,
    NewHandoff,
    NewMessage,
    NewTimer,
    OutboxState,
    Sender,
    State,
    StateChange,
)
from bot.storage.store import SqlStore

from .talk import NOON, TENANT, again, begin, turn

MINUTE = dt.timedelta(minutes=1)


async def waiting(store: SqlStore, name: str = "h", *, channel: str = "web", **more: object) -> Loaded:
    talk = await begin(store, channel=channel)
    handoff = NewHandoff(id=name, reason="none", severity=1, **more)  # type: ignore[arg-type]
    await store.commit(turn(talk, handoff=handoff, state=State.WAITING))
    return await again(store, talk.id)


def change(of: Loaded, **more: object) -> StateChange:
    values: dict[str, object] = {
        "conversation": of.id,
        "turn": of.turn + 1,
        "at": NOON,
        "state": of.state,
        "severity": of.severity,
    }
    return StateChange(**values | more)  # type: ignore[arg-type]


def claims(of: Loaded, counselor: str = "anne", *, name: str = "h", at: dt.datetime = NOON) -> StateChange:
    move = HandoffMove(handoff=name, to=HandoffState.CLAIMED, counselor=counselor)
    return change(of, state=State.HUMAN, handoff=move, at=at)


def line(of: Loaded, *, push: str | None = None) -> NewMessage:
    return NewMessage(seq=of.seq + 1, sender=Sender.COUNSELOR, body=b"sealed", push=push)


async def test_a_claim_is_fenced_by_the_turn_and_by_the_row(store: SqlStore) -> None:
    talk = await waiting(store)
    await store.change(claims(talk))
    with pytest.raises(TurnTaken):
        await store.change(claims(talk, "bent"))
    with pytest.raises(LeaseLost):
        await store.change(claims(await again(store, talk.id), "bent"))
    now = await again(store, talk.id)
    assert (now.state, now.turn) == (State.HUMAN, talk.turn + 1), "who came late changed nothing"
    handoff = await store.open_handoff(talk.id)
    assert handoff is not None
    assert handoff.counselor == "anne"


async def test_a_counselors_line_is_stored_once_by_its_mark(store: SqlStore) -> None:
    talk = await waiting(store)
    sends = CounselorSend(mark="m", counselor="anne")
    await store.change(change(talk, messages=(line(talk),), sends=sends))
    now = await again(store, talk.id)
    with pytest.raises(DuplicateInbound) as twice:
        await store.change(change(now, messages=(line(now),), sends=sends))
    assert twice.value.seq == talk.seq + 1
    assert (await again(store, talk.id)).seq == talk.seq + 1
    assert await store.read(lambda c: rows.sent_seq(c, talk.id, "m")) == talk.seq + 1


async def test_a_change_carries_session_timers_counts_and_what_is_pushed(store: SqlStore) -> None:
    talk = await waiting(store, channel="telegram")
    timer = NewTimer(id="t", kind="alert", subject=talk.id, revision=1, due_at=NOON)
    count = Count(tenant=TENANT, month="2026-11", name="desk.outcome", value="advice")
    await store.change(
        change(
            talk,
            session=b"session x",
            messages=(line(talk, push="telegram"),),
            timers=(timer,),
            counts=(count,),
            severity=0,
            lowers=True,
        )
    )
    assert (await again(store, talk.id)).session == b"session x"
    assert [due.subject for due in await store.claim_timers(owner="me", now=NOON, lease=MINUTE)] == [talk.id]
    assert await store.counts(TENANT) == [count]
    assert await store.outbox_counts() == {OutboxState.UNSENT: 1}
    [handoff] = await store.handoffs(TENANT, states=[HandoffState.WAITING])
    assert handoff.severity == 0


async def test_the_first_place_and_the_last_word_on_sharing_stand(store: SqlStore) -> None:
    talk = await waiting(store, since_seq=1, shared=False, deadline=NOON)
    told = [
        NewHandoff(id="x", reason="crisis", severity=3, since_seq=9, deadline=NOON + MINUTE),
        NewHandoff(id="y", reason="none", severity=1, since_seq=12, shared=True, deadline=NOON + 9 * MINUTE),
    ]
    for handoff in told:
        await store.commit(turn(await again(store, talk.id), handoff=handoff, state=State.WAITING))
    found = await store.open_handoff(talk.id)
    assert found is not None
    assert (found.id, found.since_seq, found.shared) == ("h", 1, True)
    assert (found.severity, found.deadline) == (3, NOON + MINUTE), "the deadline comes with the higher severity"


async def test_who_holds_a_talk_and_for_how_long_is_known(store: SqlStore) -> None:
    talk = await waiting(store)
    await store.change(claims(talk))
    look = {"alive_since": NOON - MINUTE, "finished_since": NOON - 60 * MINUTE, "last": 20}
    crew = await store.read(lambda c: rows.crew(c, TENANT, **look))
    assert (crew.talking, crew.minutes, crew.waiting, crew.present) == (1, (), (), 0)
    assert await store.read(lambda c: rows.may_read(c, talk.id, "anne", since=NOON))
    assert not await store.read(lambda c: rows.may_read(c, talk.id, "bent", since=NOON))
    back = HandoffMove(handoff="h", to=HandoffState.WAITING, counselor="anne")
    later = NOON + 30 * MINUTE
    await store.change(change(await again(store, talk.id), state=State.WAITING, handoff=back, at=later))
    crew = await store.read(lambda c: rows.crew(c, TENANT, **look))
    assert (crew.talking, crew.minutes) == (0, (30.0,))
    assert [one.conversation for one in crew.waiting] == [talk.id]
    assert await store.read(lambda c: rows.may_read(c, talk.id, "anne", since=later - MINUTE))
    assert not await store.read(lambda c: rows.may_read(c, talk.id, "anne", since=later))


async def test_presence_is_the_last_beat(store: SqlStore) -> None:
    came = [
        await store.run(partial(rows.beat, counselor="anne", tenant=TENANT, at=at, alive_since=at - MINUTE))
        for at in (NOON, NOON + MINUTE / 2, NOON + 2 * MINUTE)
    ]
    assert came == [True, False, True]
    assert await store.read(lambda c: rows.is_present(c, ["anne", "bent"], alive_since=NOON + MINUTE))
    await store.run(lambda c: rows.leave(c, "anne"))
    assert not await store.read(lambda c: rows.is_present(c, ["anne"], alive_since=NOON))


async def test_a_talk_is_left_alone_when_its_counselor_is_not_heard_of(store: SqlStore) -> None:
    talk = await waiting(store)
    await store.run(lambda c: rows.beat(c, "anne", TENANT, NOON, alive_since=NOON))
    await store.change(claims(talk))
    assert await store.read(lambda c: rows.left_alone(c, alive_since=NOON - MINUTE)) == []
    [left] = await store.read(lambda c: rows.left_alone(c, alive_since=NOON))
    assert (left.conversation, left.counselor) == (talk.id, "anne")


async def test_read_marks_never_go_back(store: SqlStore) -> None:
    talk = await waiting(store)
    mark = partial(rows.mark_read, conversation=talk.id, side="citizen")
    moved = [await store.run(partial(mark, seq=seq)) for seq in (2, 1, 2, 3)]
    assert moved == [True, False, False, True]
    assert await store.read(lambda c: rows.citizen_read(c, talk.id)) == 3


async def test_the_queue_is_found_by_its_index(store: SqlStore) -> None:
    def plan(c: Connection) -> str:
        sqlite = c.dialect.name == "sqlite"
        if not sqlite:
            c.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        asked = "SELECT * FROM handoff WHERE tenant = 'kolding' AND state = 'waiting' ORDER BY severity DESC"
        return " ".join(str(row) for row in c.execute(text(f"{explain} {asked}")))

    assert "ix_handoff_tenant_state_severity_deadline_created_at" in await store.read(plan)
