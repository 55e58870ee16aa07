from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.errors import (
    AddressTaken,
    ConversationErased,
    DuplicateInbound,
    LeaseLost,
    TurnTaken,
    UnknownConversation,
)
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.ports import (
    Alarm,
    Count,
    HandoffMove,
    HandoffState,
    InboxState,
    Loaded,
    NewHandoff,
    NewMessage,
    NewResume,
    Received,
    Sender,
    State,
    StateChange,
    TurnWrite,
)
from bot.storage.store import SqlStore

from .talk import NOON, TENANT, again, begin, new, turn

DANISH = "Æblegrød, østers og å – 👩‍👩‍👧 «nej» \x00 slut"


async def rows(store: SqlStore, row: type) -> int:
    return await store.read(lambda c: c.execute(select(func.count()).select_from(table(row))).scalar_one())


async def everything(store: SqlStore) -> dict[str, int]:
    return {name: await rows_of(store, name) for name in t.METADATA.tables}


async def rows_of(store: SqlStore, name: str) -> int:
    return await store.read(lambda c: c.execute(select(func.count()).select_from(t.METADATA.tables[name])).scalar_one())


async def test_a_conversation_is_loaded_as_it_was_made(store: SqlStore) -> None:
    made = new()
    await store.create(made)
    assert await store.load(made.id) == Loaded(
        id=made.id,
        tenant=TENANT,
        channel="web",
        state=State.BOT,
        turn=0,
        seq=0,
        severity=0,
        kid=made.kid,
        wrapped=made.wrapped,
        session=b"session 0",
        created_at=NOON,
        last_message_at=NOON,
    )
    assert await store.load("nobody") is None


async def test_a_turn_is_stored_whole(store: SqlStore) -> None:
    talk = await begin(store)
    later = NOON + dt.timedelta(minutes=5)
    await store.commit(
        turn(talk, at=later, says=2, state=State.WAITING, severity=2, crisis_said_at=later, session=b"new")
    )
    loaded = await again(store, talk.id)
    assert (loaded.turn, loaded.seq, loaded.state, loaded.severity) == (1, 3, State.WAITING, 2)
    assert (loaded.session, loaded.last_message_at, loaded.crisis_said_at) == (b"new", later, later)
    assert [(m.seq, m.sender, m.body, m.turn, m.inbound_id) for m in await store.messages(talk.id)] == [
        (1, Sender.CITIZEN, b"citizen 1", 1, "in1"),
        (2, Sender.BOT, b"bot 2", 1, None),
        (3, Sender.BOT, b"bot 3", 1, None),
    ]
    seen = await store.inbound(talk.id, "in1")
    assert seen is not None
    assert (seen.seq, seen.turn, seen.state) == (1, 1, InboxState.DONE)


async def test_a_conversation_can_begin_with_its_first_turn(store: SqlStore) -> None:
    made = new(resume_index=b"r" * 32, resume_code=b"sealed code")
    await store.commit(
        TurnWrite(
            conversation=made.id,
            tenant=TENANT,
            turn=1,
            at=NOON,
            state=State.BOT,
            seq=1,
            severity=0,
            session=b"greeted",
            new=made,
            messages=(NewMessage(seq=1, sender=Sender.BOT, body=b"hello"),),
        )
    )
    found = await store.by_resume([b"nothing", b"r" * 32])
    assert found is not None
    assert (found.id, found.turn, found.session) == (made.id, 1, b"greeted")
    assert await store.resume_code(made.id) == b"sealed code"


async def test_danish_letters_and_emoji_come_back(store: SqlStore) -> None:
    talk = await begin(store)
    body = DANISH.encode()
    said = (NewMessage(seq=1, sender=Sender.BOT, body=body),)
    alarm = Alarm(id="a", at=NOON, kind="prøve", detail="æøå 👩‍👩‍👧")
    await store.commit(turn(talk, inbound=None, says=0, seq=1, messages=said, session=body, alarms=(alarm,)))
    assert (await again(store, talk.id)).session == body
    assert (await store.messages(talk.id))[0].body == body
    assert await store.alarms() == [alarm]


async def test_times_keep_their_zone_and_naive_ones_are_refused(store: SqlStore) -> None:
    night = dt.datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=ZoneInfo("Europe/Copenhagen"), fold=1)
    moment = dt.datetime(2026, 10, 25, 1, 30, 0, 123456, tzinfo=dt.UTC)  # the second half past two of that night
    talk = await begin(store, at=night)
    assert talk.created_at == moment
    assert talk.created_at.utcoffset() == dt.timedelta(0)
    await store.commit(turn(talk, at=night))
    read = (await store.messages(talk.id))[0].at
    assert (read, read.utcoffset()) == (moment, dt.timedelta(0))
    with pytest.raises(ValueError, match="time zone"):
        await store.commit(turn(await again(store, talk.id), at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(Exception, match="time zone"):
        await store.touch(talk.id, dt.datetime(2026, 1, 1))  # noqa: DTZ001
    assert (await again(store, talk.id)).turn == 1


async def test_the_same_inbound_twice_is_one_row(store: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, inbound="x"))
    with pytest.raises(DuplicateInbound) as stale:
        await store.commit(turn(talk, inbound="x"))
    with pytest.raises(DuplicateInbound) as fresh:
        await store.commit(turn(await again(store, talk.id), inbound="x"))
    assert [(e.value.seq, e.value.turn) for e in (stale, fresh)] == [(1, 1), (1, 1)]
    assert await rows(store, t.Inbox) == 1
    assert await rows(store, t.Message) == 2


async def test_one_hundred_of_the_same_at_once_have_one_effect(store: SqlStore, another: SqlStore) -> None:
    talk = await begin(store)
    outcomes = await asyncio.gather(
        *((store, another)[n % 2].commit(turn(talk, inbound="x")) for n in range(100)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DuplicateInbound) for outcome in outcomes) == 99
    assert (await again(store, talk.id)).turn == 1


async def test_a_lost_update_is_refused(store: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, inbound="first"))
    before = await everything(store)
    with pytest.raises(TurnTaken):
        await store.commit(turn(talk, inbound="second", session=b"lost"))
    assert (await again(store, talk.id)).session == b"session 1"
    assert await everything(store) == before


async def test_in_a_batch_the_loser_alone_fails(store: SqlStore) -> None:
    talks = [await begin(store) for _ in range(30)]
    await store.commit(turn(talks[7], inbound="winner"))
    await store.commit(turn(talks[19], inbound="again"))
    wrong = {
        7: turn(talks[7], inbound="loser"),
        19: turn(await again(store, talks[19].id), inbound="again"),
        23: turn(talks[23], conversation="nobody", received=None),
    }
    outcomes = await asyncio.gather(
        *(store.commit(wrong.get(n) or turn(talk)) for n, talk in enumerate(talks)), return_exceptions=True
    )
    failed = {n: type(outcome) for n, outcome in enumerate(outcomes) if outcome is not None}
    assert failed == {7: TurnTaken, 19: DuplicateInbound, 23: UnknownConversation}
    assert [(await again(store, talk.id)).turn for talk in talks] == [0 if n == 23 else 1 for n in range(30)]


async def test_a_turn_that_cannot_be_stored_harms_no_other(store: SqlStore) -> None:
    talks = [await begin(store) for _ in range(5)]
    outcomes = await asyncio.gather(
        *(
            store.commit(turn(talk, **({"severity": "much" * 2**4, "turn": None} if n == 2 else {})))
            for n, talk in enumerate(talks)
        ),
        return_exceptions=True,
    )
    assert [outcome is None for outcome in outcomes] == [True, True, False, True, True]
    assert [(await again(store, talk.id)).turn for talk in talks] == [1, 1, 0, 1, 1]


async def test_turns_of_one_conversation_queued_together_are_both_told(store: SqlStore) -> None:
    talk = await begin(store)
    second = turn(Loaded(**{f: getattr(talk, f) for f in talk.__struct_fields__} | {"turn": 1, "seq": 2}))
    await asyncio.gather(store.commit(turn(talk)), store.commit(second))
    assert (await again(store, talk.id)).turn == 2
    assert [m.seq for m in await store.messages(talk.id)] == [1, 2, 3, 4]


async def test_eight_writers_on_two_replicas_leave_no_gap(store: SqlStore, another: SqlStore) -> None:
    talk = await begin(store)

    async def writer(number: int) -> None:
        mine = (store, another)[number % 2]
        for n in range(5):
            while True:
                try:
                    await mine.commit(turn(await again(mine, talk.id), inbound=f"w{number}-{n}"))
                    break
                except TurnTaken:
                    await asyncio.sleep(0)

    await asyncio.gather(*(writer(number) for number in range(8)))
    last = await again(another, talk.id)
    assert (last.turn, last.seq, last.session) == (40, 80, b"session 40")
    messages = await store.messages(talk.id)
    assert [m.seq for m in messages] == list(range(1, 81))
    assert [m.turn for m in messages] == [n for n in range(1, 41) for _ in range(2)]
    assert len({m.inbound_id for m in messages if m.inbound_id}) == 40


async def test_batches_of_two_replicas_on_the_same_conversations_end(store: SqlStore, another: SqlStore) -> None:
    talks = [await begin(store) for _ in range(40)]
    count = Count(tenant=TENANT, month="2026-11", name="turns", value="all")

    async def race(mine: SqlStore, who: str) -> int:
        won = 0
        for number in range(1, 6):
            loaded = await mine.load_many([talk.id for talk in talks])
            outcomes = await asyncio.gather(
                *(mine.commit(turn(talk, inbound=f"{who}{number}", counts=(count,))) for talk in loaded.values()),
                return_exceptions=True,
            )
            assert all(outcome is None or isinstance(outcome, TurnTaken) for outcome in outcomes), outcomes
            won += sum(outcome is None for outcome in outcomes)
        return won

    won = sum(await asyncio.gather(race(store, "a"), race(another, "b")))
    turns = sum([(await again(store, talk.id)).turn for talk in talks])
    assert turns == won
    assert [c.n for c in await store.counts(TENANT)] == [won]


async def test_received_first_and_consumed_later(store: SqlStore) -> None:
    talk = await begin(store)
    await store.receive(Received(conversation=talk.id, inbound_id="a", seq=1, body=b"one", at=NOON))
    await store.receive(Received(conversation=talk.id, inbound_id="b", seq=2, body=b"two", at=NOON))
    with pytest.raises(DuplicateInbound) as twice:
        await store.receive(Received(conversation=talk.id, inbound_id="a", seq=3, body=b"one", at=NOON))
    assert (twice.value.seq, twice.value.turn) == (1, None)
    with pytest.raises(TurnTaken):
        await store.receive(Received(conversation=talk.id, inbound_id="c", seq=2, body=b"late", at=NOON))
    with pytest.raises(TurnTaken):
        await store.commit(turn(talk))  # computed before they came
    with pytest.raises(UnknownConversation):
        await store.receive(Received(conversation="nobody", inbound_id="c", seq=1, body=b"", at=NOON))
    pending = await store.pending_inbox()
    assert [(p.conversation, p.inbound_id, p.seq) for p in pending] == [(talk.id, "a", 1), (talk.id, "b", 2)]
    loaded = await again(store, talk.id)
    assert (loaded.seq, loaded.turn) == (2, 0)
    await store.commit(turn(loaded, inbound=None, consumes=("a",)))
    with pytest.raises(DuplicateInbound):
        await store.commit(turn(await again(store, talk.id), inbound=None, consumes=("a",)))
    await store.commit(turn(await again(store, talk.id), inbound=None, consumes=("b",), failed=True))
    assert await store.pending_inbox() == []
    a, b = await store.inbound(talk.id, "a"), await store.inbound(talk.id, "b")
    assert a is not None
    assert b is not None
    assert [(a.state, a.turn), (b.state, b.turn)] == [(InboxState.DONE, 1), (InboxState.FAILED, 2)]


async def test_two_consumers_of_one_message(store: SqlStore, another: SqlStore) -> None:
    talk = await begin(store)
    await store.receive(Received(conversation=talk.id, inbound_id="a", seq=1, body=b"one", at=NOON))
    loaded = await again(store, talk.id)
    outcomes = await asyncio.gather(
        *(s.commit(turn(loaded, inbound=None, consumes=("a",))) for s in (store, another)), return_exceptions=True
    )
    assert sorted(type(o).__name__ for o in outcomes) in (["NoneType", "TurnTaken"], ["DuplicateInbound", "NoneType"])
    assert (await again(store, talk.id)).turn == 1


async def test_an_address_has_one_conversation(store: SqlStore, another: SqlStore) -> None:
    first = new(channel="telegram", address_index=b"i" * 32, address=b"sealed")
    rivals = [new(channel="telegram", address_index=b"i" * 32, address=b"sealed") for _ in range(6)]
    outcomes = await asyncio.gather(
        *((store, another)[n % 2].create(made) for n, made in enumerate([first, *rivals])), return_exceptions=True
    )
    assert sum(o is None for o in outcomes) == 1
    assert all(o is None or isinstance(o, AddressTaken) for o in outcomes)
    bound = await store.by_binding(TENANT, "telegram", [b"old", b"i" * 32])
    assert bound is not None
    assert await store.by_binding("randers", "telegram", [b"i" * 32]) is None
    late = new(channel="telegram", address_index=b"i" * 32, address=b"s")
    with pytest.raises(AddressTaken):
        await store.commit(turn(Loaded(**_fields(bound) | {"id": late.id, "turn": 0, "seq": 0}), new=late))
    assert await rows(store, t.Conversation) == 1


async def test_a_new_code_replaces_the_old(store: SqlStore) -> None:
    talk = await begin(store, resume_index=b"1" * 32, resume_code=b"one")
    other = await begin(store, resume_index=b"9" * 32, resume_code=b"nine")
    await store.set_resume(talk.id, index=b"2" * 32, sealed=b"two")
    assert await store.by_resume([b"1" * 32]) is None
    found = await store.by_resume([b"2" * 32])
    assert found is not None
    assert found.id == talk.id
    with pytest.raises(AddressTaken):
        await store.set_resume(other.id, index=b"2" * 32, sealed=b"two")
    with pytest.raises(UnknownConversation):
        await store.set_resume("nobody", index=b"3" * 32, sealed=b"three")
    assert await store.touch(talk.id, NOON) is None
    assert await store.touch(talk.id, NOON + dt.timedelta(hours=1)) == NOON


async def test_a_turn_may_replace_the_code_and_a_turn_that_lost_replaces_nothing(store: SqlStore) -> None:
    talk = await begin(store, resume_index=b"1" * 32, resume_code=b"one")
    await store.commit(turn(talk, resume=NewResume(index=b"2" * 32, sealed=b"two")))
    with pytest.raises(TurnTaken):
        await store.commit(turn(talk, inbound="late", resume=NewResume(index=b"3" * 32, sealed=b"three")))
    found = [await store.by_resume([bytes([digit]) * 32]) for digit in b"123"]
    assert [None if one is None else one.id for one in found] == [None, talk.id, None]
    assert await store.resume_code(talk.id) == b"two"


async def test_a_counselor_and_a_turn_at_once_one_is_told(store: SqlStore, another: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, handoff=NewHandoff(id="h", reason="wish", severity=1), state=State.WAITING))
    loaded = await again(store, talk.id)
    claim = StateChange(
        conversation=talk.id,
        turn=loaded.turn + 1,
        at=NOON,
        state=State.HUMAN,
        severity=loaded.severity,
        messages=(NewMessage(seq=loaded.seq + 1, sender=Sender.COUNSELOR, body=b"hello"),),
        handoff=HandoffMove(handoff="h", to=HandoffState.CLAIMED, counselor="anna"),
    )
    outcomes = await asyncio.gather(another.change(claim), store.commit(turn(loaded)), return_exceptions=True)
    assert sorted(type(o).__name__ for o in outcomes) == ["NoneType", "TurnTaken"]
    now = await again(store, talk.id)
    assert now.turn == 2
    handoff = await store.open_handoff(talk.id)
    assert handoff is not None
    assert (now.state is State.HUMAN) == (handoff.state is HandoffState.CLAIMED)  # both or neither
    with pytest.raises((TurnTaken, LeaseLost)):
        await store.change(claim)


async def test_a_change_needs_a_conversation(store: SqlStore) -> None:
    with pytest.raises(UnknownConversation):
        await store.change(StateChange(conversation="nobody", turn=1, at=NOON, state=State.CLOSED, severity=0))
    talk = await begin(store)
    await store.erase(talk.id, on=NOON.date())
    with pytest.raises(ConversationErased):
        await store.change(StateChange(conversation=talk.id, turn=2, at=NOON, state=State.CLOSED, severity=0))


async def test_counters_add_up(store: SqlStore) -> None:
    talks = [await begin(store) for _ in range(3)]
    count = Count(tenant=TENANT, month="2026-11", name="audit_band", value="II")
    await asyncio.gather(*(store.commit(turn(talk, counts=(count, count))) for talk in talks))
    await store.commit(
        turn(
            await again(store, talks[0].id),
            counts=(Count(tenant=TENANT, month="2026-12", name="audit_band", value="I"),),
        )
    )
    assert [(c.month, c.value, c.n) for c in await store.counts(TENANT)] == [("2026-11", "II", 6), ("2026-12", "I", 1)]
    assert await store.counts(TENANT, month="2026-10") == []


async def test_messages_are_read_in_pages(store: SqlStore) -> None:
    talk = await begin(store)
    await store.commit(turn(talk, says=9))
    assert [m.seq for m in await store.messages(talk.id, after=3, limit=4)] == [4, 5, 6, 7]


def _fields(of: Loaded) -> dict[str, object]:
    return {name: getattr(of, name) for name in of.__struct_fields__}
