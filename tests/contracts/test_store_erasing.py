from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3

import pytest

from bot.clock import ManualClock
from bot.errors import ConversationErased, DecryptError
from bot.privacy.keys import Keyring
from bot.privacy.retention import keep_no_longer, replay_tombstones
from bot.privacy.rotation import rewrap_all
from bot.privacy.sealing import Wrapped, unwrap
from bot.storage import tables as t
from bot.storage.ports import NewHandoff, NewTimer, Received, State, Tombstone
from bot.storage.store import SqlStore

from .talk import NOON, TENANT, again, begin, files_of, key_of, keys, new, turn
from .test_store_turns import rows

TODAY = NOON.date()
MARK = b"a-mark-that-is-not-sealed-0123456789"


async def full(store: SqlStore) -> str:
    """A conversation with something in every table."""
    made = new(
        channel="telegram",
        session=b"session " + MARK,
        resume_index=b"resume index " + MARK,
        resume_code=b"code " + MARK,
        address_index=b"address index " + MARK,
        address=b"address " + MARK,
    )
    await store.create(made)
    timer = NewTimer(id="t", kind="nudge", subject="s", revision=1, due_at=NOON)
    await store.commit(
        turn(
            await again(store, made.id),
            push="telegram",
            timers=(timer,),
            handoff=NewHandoff(id="h", reason="wish", severity=1),
            session=b"session " + MARK,
        )
    )
    return made.id


async def test_erased_is_unreachable_and_unreadable_at_once(store: SqlStore) -> None:
    name = await full(store)
    key = await key_of(store, name)
    sealed = key.seal("message", "body", 3, b"min hemmelighed")
    before = await again(store, name)
    assert await store.erase(name, on=TODAY)
    assert not await store.erase(name, on=TODAY)
    gone = await again(store, name)
    assert (gone.state, gone.kid, gone.wrapped, gone.session) == (State.ERASED, "", b"", b"")
    assert gone.created_at == dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    with pytest.raises(DecryptError):
        unwrap(keys(), name, Wrapped(kid="k1", blob=gone.wrapped)).open("message", "body", 3, sealed)
    assert await store.by_resume([b"resume index " + MARK]) is None
    assert await store.by_binding(TENANT, "telegram", [b"address index " + MARK]) is None
    assert await store.resume_code(name) is None
    assert await store.open_handoff(name) is None
    assert await store.claim_outbox(owner="o", now=NOON, lease=dt.timedelta(minutes=1)) == []
    assert await store.claim_timers(owner="o", now=NOON, lease=dt.timedelta(minutes=1)) == []
    assert await store.tombstones() == [Tombstone(conversation=name, erased_on=TODAY)]
    for late in (turn(before), turn(gone)):
        with pytest.raises(ConversationErased):
            await store.commit(late)
    with pytest.raises(ConversationErased):
        await store.receive(Received(conversation=name, inbound_id="x", seq=gone.seq + 1, body=b"", at=NOON))


async def test_a_turn_under_way_loses_to_erasure(store: SqlStore, another: SqlStore) -> None:
    for _ in range(5):
        talk = await begin(store)
        outcomes = await asyncio.gather(
            store.commit(turn(talk)), another.erase(talk.id, on=TODAY), return_exceptions=True
        )
        assert outcomes[1] is True
        gone = await again(store, talk.id)
        assert (gone.state, gone.session, gone.wrapped) == (State.ERASED, b"", b"")


async def test_the_rows_are_swept_the_day_after_and_the_tombstone_stays(store: SqlStore) -> None:
    name, kept = await full(store), await begin(store)
    await store.erase(name, on=TODAY)
    assert await store.sweep(before=TODAY) == 0
    assert await store.sweep(before=TODAY + dt.timedelta(days=1)) == 1
    assert await store.load(name) is None
    for row in (t.Message, t.Inbox, t.Outbox, t.Timer, t.Handoff, t.ChannelBinding):
        assert await rows(store, row) == 0
    assert await rows(store, t.Conversation) == 1
    assert [stone.conversation for stone in await store.tombstones()] == [name]
    assert (await again(store, kept.id)).turn == 0


async def test_kept_thirty_days_after_the_last_message_and_no_longer(store: SqlStore) -> None:
    day = dt.timedelta(days=1)
    old, fresh = await begin(store), await begin(store)
    await store.commit(turn(old))
    await store.commit(turn(fresh))
    await store.commit(turn(await again(store, fresh.id), at=NOON + 10 * day))
    clock = ManualClock(NOON + 30 * day - dt.timedelta(seconds=1))
    assert (await keep_no_longer(store, clock)).erased == 0
    clock.advance(dt.timedelta(seconds=1))
    assert (await keep_no_longer(store, clock)).erased == 1
    assert (await again(store, old.id)).state is State.ERASED
    assert (await again(store, fresh.id)).state is State.BOT
    clock.advance(day)
    assert (await keep_no_longer(store, clock, days=lambda tenant: {TENANT: 21}[tenant])).swept == 1
    assert (await again(store, fresh.id)).state is State.ERASED


async def test_a_message_in_time_saves_a_conversation_from_retention(store: SqlStore) -> None:
    talk = await begin(store)
    late = NOON + dt.timedelta(days=31)
    assert await store.idle(TENANT, since=NOON) == [talk.id]
    await store.commit(turn(talk, at=late))
    assert not await store.erase(talk.id, on=late.date(), idle_since=NOON)
    assert await store.idle(TENANT, since=NOON) == []


async def test_a_restored_backup_is_told_what_is_gone(store: SqlStore) -> None:
    talk = await begin(store)
    assert await replay_tombstones(store, [talk.id, "never here"], now=NOON) == 1
    assert (await again(store, talk.id)).state is State.ERASED


async def test_nothing_of_it_stays_in_the_files(store: SqlStore, store_url: str) -> None:
    """SQLite: deleted bytes stay in the write-ahead log until it is truncated (SECURITY conclusion 6)."""
    if not store_url.startswith("sqlite:///"):
        return
    name = await full(store)
    wrapped = (await again(store, name)).wrapped
    assert MARK in files_of(store_url)
    assert wrapped in files_of(store_url)
    await store.erase(name, on=TODAY)
    assert MARK not in files_of(store_url)
    assert wrapped not in files_of(store_url)


async def test_a_reader_in_the_way_only_delays_it(store: SqlStore, store_url: str) -> None:
    if not store_url.startswith("sqlite:///"):
        return
    name = await full(store)
    reader = sqlite3.connect(store_url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM message").fetchone()
    await store.erase(name, on=TODAY)
    assert MARK in files_of(store_url)
    other = await begin(store)
    await store.commit(turn(other))  # nobody waits for that reader
    reader.execute("COMMIT")
    reader.close()
    for _ in range(50):
        await asyncio.sleep(0.1)
        if MARK not in files_of(store_url):
            break
    assert MARK not in files_of(store_url)


async def test_rotation_wraps_every_key_anew_and_all_still_opens(store: SqlStore) -> None:
    rotated = Keyring(active="k2", keys={"k1": bytes(range(32)), "k2": b"2" * 32})
    names = [(await begin(store)).id for _ in range(5)]
    sealed = {name: (await key_of(store, name)).seal("message", "body", 1, b"hej") for name in names}
    await store.erase(names[4], on=TODAY)
    assert await rewrap_all(store, rotated) == 4
    assert await rewrap_all(store, rotated) == 0
    newest = Keyring(active="k2", keys={"k2": b"2" * 32}).tenant(TENANT)
    for name in names[:4]:
        loaded = await again(store, name)
        key = unwrap(newest, name, Wrapped(kid=loaded.kid, blob=loaded.wrapped))
        assert key.open("message", "body", 1, sealed[name]) == b"hej"


async def test_a_key_erased_during_rotation_stays_gone(store: SqlStore) -> None:
    talk = await begin(store)
    (stale,) = await store.stale_keys(["k2"])
    await store.erase(talk.id, on=TODAY)
    assert await store.replace_keys([(stale, stale)]) == 0
    assert (await again(store, talk.id)).wrapped == b""
