from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.errors import LeaseLost
from bot.storage.ports import (
    CancelTimer,
    Follows,
    HandoffState,
    NewHandoff,
    NewTimer,
    OutboxState,
    Outgoing,
    State,
    Timer,
    TimerState,
)
from bot.storage.store import SqlStore, open_store

from .talk import NOON, TENANT, again, begin, turn

MINUTE = dt.timedelta(minutes=1)


async def claim(store: SqlStore, owner: str = "me", *, now: dt.datetime = NOON, limit: int = 50) -> list[Outgoing]:
    return await store.claim_outbox(owner=owner, now=now, lease=MINUTE, limit=limit)


async def due(store: SqlStore, owner: str = "me", *, now: dt.datetime = NOON) -> list[Timer]:
    return await store.claim_timers(owner=owner, now=now, lease=MINUTE)


def timer(name: str = "t", *, revision: int = 1, at: dt.datetime = NOON, **more: object) -> NewTimer:
    return NewTimer(id=f"{name}-{revision}", kind="nudge", subject=name, revision=revision, due_at=at, **more)  # type: ignore[arg-type]


async def push(store: SqlStore, says: int = 3) -> str:
    talk = await begin(store, channel="telegram", address_index=None)
    await store.commit(turn(talk, says=says, push="telegram"))
    return talk.id


# Handoffs.


async def test_of_a_hundred_claims_one_wins(store: SqlStore, another: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, handoff=NewHandoff(id="h", reason="wish", severity=1), state=State.WAITING))
    won = await asyncio.gather(
        *((store, another)[n % 2].claim_handoff("h", counselor=f"c{n}", at=NOON) for n in range(100))
    )
    assert sum(won) == 1
    handoff = await store.open_handoff(talk.id)
    assert handoff is not None
    assert (handoff.state, handoff.counselor) == (HandoffState.CLAIMED, f"c{won.index(True)}")
    assert not await store.release_handoff("h", counselor="somebody else", at=NOON)
    assert await store.release_handoff("h", counselor=f"c{won.index(True)}", at=NOON)
    assert await store.claim_handoff("h", counselor="late", at=NOON)
    assert await store.close_handoff("h", at=NOON)
    assert not await store.close_handoff("h", at=NOON)
    assert await store.open_handoff(talk.id) is None


async def test_a_need_told_twice_is_one_handoff_with_the_higher_severity(store: SqlStore) -> None:
    talk = await begin(store)
    steps = [("h1", "wish", 1), ("h2", "crisis", 3), ("h3", "wish", 0)]
    for name, reason, severity in steps:
        loaded = await again(store, talk.id)
        await store.commit(turn(loaded, handoff=NewHandoff(id=name, reason=reason, severity=severity)))
    handoff = await store.open_handoff(talk.id)
    assert handoff is not None
    assert (handoff.id, handoff.reason, handoff.severity, handoff.created_at) == ("h1", "crisis", 3, NOON)
    await store.commit(turn(await again(store, talk.id), close_handoff=True))
    assert await store.open_handoff(talk.id) is None
    await store.commit(turn(await again(store, talk.id), handoff=NewHandoff(id="h4", reason="wish", severity=0)))
    closed = await store.handoffs(TENANT, states=[HandoffState.CLOSED])
    waiting = await store.handoffs(TENANT, states=[HandoffState.WAITING])
    assert [[h.id for h in rows] for rows in (closed, waiting)] == [["h1"], ["h4"]]


async def test_the_queue_has_the_most_severe_first_then_the_oldest(store: SqlStore) -> None:
    for name, severity, minutes in (("a", 0, 0), ("b", 3, 9), ("c", 3, 5), ("d", 1, 1)):
        talk = await begin(store)
        handoff = NewHandoff(id=name, reason="wish", severity=severity)
        await store.commit(turn(talk, at=NOON + minutes * MINUTE, handoff=handoff))
    queue = await store.handoffs(TENANT, states=[HandoffState.WAITING, HandoffState.CLAIMED])
    assert [handoff.id for handoff in queue] == ["c", "b", "d", "a"]
    assert await store.handoffs("randers", states=list(HandoffState)) == []


# Outbox.


async def test_messages_leave_in_order_one_at_a_time(store: SqlStore) -> None:
    name = await push(store, says=3)
    sent = []
    while claimed := await claim(store):
        assert len(claimed) == 1
        assert await claim(store, "other") == []
        assert claimed[0].message.conversation == name
        sent.append((claimed[0].message.seq, claimed[0].message.body, claimed[0].attempts))
        await store.mark_sent(claimed)
    assert sent == [(2, b"bot 2", 1), (3, b"bot 3", 1), (4, b"bot 4", 1)]
    assert await store.outbox_counts() == {OutboxState.SENT: 3}


async def test_one_commit_marks_what_was_sent_and_leases_what_follows(store: SqlStore, another: SqlStore) -> None:
    talks = [await push(store, says=3) for _ in range(3)]

    async def round_of(sent: list[Outgoing], owner: str = "me", limit: int = 50) -> list[Outgoing]:
        return await store.sent_and_due(sent, owner=owner, now=NOON, lease=MINUTE, limit=limit)

    first = await round_of([])
    assert sorted(o.message.conversation for o in first) == sorted(talks)
    slow, *quick = first
    second = await round_of(quick)
    assert sorted((o.message.conversation, o.message.seq) for o in second) == sorted(
        (o.message.conversation, 3) for o in quick
    )
    assert await round_of(quick, "late") == []  # told twice, it changes nothing
    assert await claim(another, "other") == []
    await another.hold_all()  # their leases are void
    assert await round_of([slow, *second]) == []
    assert await store.outbox_counts() == {OutboxState.SENT: 2, OutboxState.HELD: 7}


async def test_the_relay_looks_at_what_waits_and_not_at_all_that_was_ever_sent() -> None:
    """By SQLite's own plan. If it does not see the partial index, a claim takes longer with every message sent."""
    store = await open_store("sqlite://")
    statements: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        statements.append((statement, given))

    await push(store)
    event.listen(Engine, "before_cursor_execute", heard)
    try:
        assert await claim(store)
    finally:
        event.remove(Engine, "before_cursor_execute", heard)

    def plan(connection: Any) -> list[str]:
        cursor = connection.connection.cursor()
        steps = []
        for statement, given in [one for one in statements if "outbox" in one[0]]:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            steps += [row[3] for row in cursor.fetchall()]
        return steps

    steps = await store.run(plan)
    await store.close()
    assert steps.count("SCAN outbox USING INDEX ix_outbox_waiting") == 2  # to lease, and to read what is leased
    assert "SCAN outbox" not in steps


async def test_two_claimers_never_have_the_same_message(store: SqlStore, another: SqlStore) -> None:
    names = [await push(store, says=1) for _ in range(20)]
    found = await asyncio.gather(*(claim((store, another)[n % 2], f"o{n}", limit=7) for n in range(8)))
    claimed = [out.message.conversation for outs in found for out in outs]
    assert sorted(claimed) == sorted(set(claimed))
    assert set(claimed) <= set(names)
    rest = await claim(store, limit=50)
    assert sorted(claimed + [out.message.conversation for out in rest]) == sorted(names)


async def test_a_bot_takes_the_messages_of_its_own_tenant_only(store: SqlStore) -> None:
    own, others = await push(store, says=1), await begin(store, channel="telegram", tenant="randers")
    await store.commit(turn(others, says=1, push="telegram"))

    async def claimed(tenant: str | None) -> list[str]:
        found = await store.claim_outbox(owner="o", now=NOON, lease=MINUTE, channel="telegram", tenant=tenant)
        return [out.message.conversation for out in found]

    assert await claimed("aabenraa") == []
    assert await claimed("kolding") == [own]
    assert await claimed(None) == [others.id]


async def test_one_slow_conversation_delays_no_other(store: SqlStore) -> None:
    slow, fast = await push(store), await push(store)
    first = {out.message.conversation: out for out in await claim(store)}
    await store.retry(first[slow], not_before=NOON + 10 * MINUTE)
    await store.mark_sent([first[fast]])
    assert [(o.message.conversation, o.message.seq) for o in await claim(store)] == [(fast, 3)]
    late = await claim(store, now=NOON + 10 * MINUTE)
    assert (slow, 2, 2) in [(o.message.conversation, o.message.seq, o.attempts) for o in late]


async def test_whoever_lost_the_lease_changes_nothing(store: SqlStore, another: SqlStore) -> None:
    await push(store, says=1)
    (stale,) = await claim(store, "stopped")
    assert await claim(another, "other", now=NOON + MINUTE / 2) == []
    (fresh,) = await claim(another, "other", now=NOON + MINUTE)
    for act in (
        store.retry(stale, not_before=NOON),
        store.hold(stale),
        store.undeliverable(stale),
    ):
        with pytest.raises(LeaseLost):
            await act
    await store.mark_sent([stale])
    assert await store.outbox_counts() == {OutboxState.LEASED: 1}
    await another.mark_sent([fresh])
    with pytest.raises(LeaseLost):
        await another.retry(fresh, not_before=NOON)
    assert await store.outbox_counts() == {OutboxState.SENT: 1}


async def test_a_process_that_is_alone_takes_over_what_its_forerunner_had_leased(store: SqlStore) -> None:
    await push(store, says=1)
    (stale,) = await claim(store, "gone")
    assert await store.void_leases() == 1
    (fresh,) = await claim(store, "alone")
    assert fresh.attempts == 2
    await store.mark_sent([stale])
    assert await store.outbox_counts() == {OutboxState.LEASED: 1}
    await store.mark_sent([fresh])
    assert await store.void_leases() == 0


async def test_a_dead_address_ends_the_rest_and_the_timers(store: SqlStore) -> None:
    name = await push(store, says=3)
    await store.add_timer(TENANT, timer(at=NOON + MINUTE), conversation=name)
    (out,) = await claim(store)
    await store.undeliverable(out)
    assert await store.outbox_counts() == {OutboxState.UNDELIVERABLE: 3}
    assert await due(store, now=NOON + MINUTE) == []


async def test_a_refused_message_lets_the_next_go(store: SqlStore) -> None:
    await push(store, says=2)
    (out,) = await claim(store)
    await store.undeliverable(out, gone=False)
    assert [o.message.seq for o in await claim(store)] == [3]


async def test_held_messages_wait_and_nothing_overtakes_them(store: SqlStore) -> None:
    name = await push(store, says=2)
    (out,) = await claim(store)
    await store.hold(out)
    assert await claim(store) == []
    assert await store.release(name) == 1
    assert [o.message.seq for o in await claim(store)] == [2]
    assert await store.hold_all() == 2  # after a restore; the lease is void too
    assert await claim(store, now=NOON + 5 * MINUTE) == []
    assert await store.release() == 2
    assert [o.message.seq for o in await claim(store)] == [2]


async def test_a_message_may_have_to_wait_for_its_hour(store: SqlStore) -> None:
    talk = await begin(store, channel="telegram")
    write = turn(talk, says=0)
    said = turn(talk, says=1, push="telegram").messages[0]
    later = type(said)(seq=said.seq, sender=said.sender, body=said.body, push="telegram", not_before=NOON + MINUTE)
    fields = {name: getattr(write, name) for name in write.__struct_fields__} | {"messages": (later,), "seq": later.seq}
    await store.commit(type(write)(**fields))
    assert await claim(store) == []
    assert len(await claim(store, now=NOON + MINUTE)) == 1


# Timers.


async def test_a_timer_fires_once_however_late(store: SqlStore, another: SqlStore) -> None:
    await store.add_timer(TENANT, timer())
    assert await due(store, now=NOON - MINUTE) == []
    late = NOON + dt.timedelta(days=20)
    claims = await asyncio.gather(*(due((store, another)[n % 2], f"o{n}", now=late) for n in range(8)))
    (mine,) = [timer for claimed in claims for timer in claimed]
    assert (mine.kind, mine.subject, mine.revision, mine.due_at, mine.attempts) == ("nudge", "t", 1, NOON, 1)
    await store.finish_timer(mine)
    with pytest.raises(LeaseLost):
        await store.finish_timer(mine)
    await store.add_timer(TENANT, timer())  # the same revision again, by a replay: it has fired
    assert await due(store, now=late) == []
    assert await store.timer_counts(TENANT) == {("nudge", TimerState.FIRED): 1}


async def test_a_new_revision_replaces_the_timer(store: SqlStore) -> None:
    await store.add_timer(TENANT, timer(revision=1))
    (old,) = await due(store)
    await store.add_timer(TENANT, timer(revision=2, at=NOON + MINUTE))
    with pytest.raises(LeaseLost):
        await store.finish_timer(old)
    assert await due(store) == []
    assert [t.revision for t in await due(store, now=NOON + MINUTE)] == [2]


async def test_a_timer_of_an_old_turn_is_cancelled_not_fired(store: SqlStore) -> None:
    talk = await begin(store)
    nudge = timer(talk.id, revision=1, at=NOON, follows=Follows.TURN)
    await store.commit(turn(talk, timers=(nudge,)))
    stays = await begin(store)
    await store.commit(turn(stays, timers=(timer(stays.id, revision=1, at=NOON, follows=Follows.TURN),)))
    await store.commit(turn(await again(store, talk.id)))
    assert [t.subject for t in await due(store)] == [stays.id]
    assert (await store.timer_counts(TENANT))["nudge", TimerState.CANCELLED] == 1


async def test_what_is_too_late_is_counted_as_missed(store: SqlStore) -> None:
    await store.add_timer(TENANT, timer("late", not_after=NOON + MINUTE))
    await store.add_timer(TENANT, timer("fine", not_after=NOON + 3 * MINUTE))
    assert [t.subject for t in await due(store, now=NOON + 2 * MINUTE)] == ["fine"]
    assert (await store.timer_counts(TENANT))["nudge", TimerState.MISSED] == 1


async def test_a_cancelled_timer_does_not_fire(store: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, timers=(timer("a"), timer("b"))))
    await store.commit(turn(await again(store, talk.id), cancel_timers=(CancelTimer(kind="nudge", subject="a"),)))
    assert await store.cancel_timer(TENANT, CancelTimer(kind="nudge", subject="b"))
    assert not await store.cancel_timer(TENANT, CancelTimer(kind="nudge", subject="b"))
    assert await due(store) == []


async def test_a_timer_whose_owner_died_is_claimed_again(store: SqlStore) -> None:
    await store.add_timer(TENANT, timer())
    (dead,) = await due(store, "dead")
    assert await due(store, "alive", now=NOON + MINUTE / 2) == []
    (again_,) = await due(store, "alive", now=NOON + MINUTE)
    assert again_.attempts == 2
    with pytest.raises(LeaseLost):
        await store.finish_timer(dead)
    await store.retry_timer(again_, not_before=NOON + 9 * MINUTE)
    assert await due(store, now=NOON + 8 * MINUTE) == []
    assert len(await due(store, now=NOON + 9 * MINUTE)) == 1


async def test_a_timer_and_its_turn_are_one_transaction(store: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, timers=(timer(talk.id),)))
    (mine,) = await due(store, "stopped")
    (theirs,) = await due(store, "other", now=NOON + MINUTE)
    loaded = await again(store, talk.id)
    with pytest.raises(LeaseLost):
        await store.commit(turn(loaded, inbound=None, fires=mine))
    assert (await again(store, talk.id)).turn == 1
    await store.commit(turn(loaded, inbound=None, fires=theirs))
    assert (await store.timer_counts(TENANT)) == {("nudge", TimerState.FIRED): 1}
    with pytest.raises(LeaseLost):
        await store.finish_timer(theirs)
