"""Erased is erased: nobody opens it any more, with any key, from any file."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.ports import Erased, Incoming, UnknownCode, UnknownQuestion
from bot.clock import ManualClock
from bot.errors import DecryptError
from bot.privacy.keys import Keyring
from bot.privacy.retention import keep_no_longer
from bot.privacy.sealing import Wrapped, unwrap
from bot.running import Running
from bot.storage.ports import State, StateChange, StoredMessage
from tests.support.markers import dump_of, files_below
from tests.support.whole import NOON, say, whole_runtime


async def moved_to(run: Running, name: str, state: State) -> None:
    """Put the conversation into a state, as a counselor's desk would."""
    loaded = await run.store.load(name)
    assert loaded is not None
    if state is not loaded.state:
        await run.store.change(
            StateChange(conversation=name, turn=loaded.turn + 1, at=NOON, state=state, severity=loaded.severity)
        )
    run.conversations.changed_elsewhere(name)


def opened(keyring: Keyring, conversation: str, wrapped: Wrapped, message: StoredMessage) -> bytes:
    return unwrap(keyring.tenant("kolding"), conversation, wrapped).open("message", "body", message.seq, message.body)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("state", [State.BOT, State.WAITING, State.HUMAN, State.CLOSED])
async def test_what_a_citizen_erases_can_be_opened_by_nobody(
    state: State, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/talk.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    keyring = Keyring(active="k2", keys={"k1": os.urandom(32), "k2": os.urandom(32)})
    async with whole_runtime(url, keyring) as run:
        talks, store = run.conversations, run.store
        kept, gone = [await talks.start(tenant="kolding", channel="web") for _ in range(2)]
        for one in (kept, gone):
            await talks.greet(one.conversation)
            await say(talks, one.conversation, "Jeg drikker for meget", "m1")
        await moved_to(run, gone.conversation, state)
        before = await store.load(gone.conversation)
        sealed = await store.messages(gone.conversation)
        code = await store.resume_code(gone.conversation)
        assert before is not None
        assert code is not None
        wrapped = Wrapped(kid=before.kid, blob=before.wrapped)
        assert any(b"drikker for meget" in opened(keyring, gone.conversation, wrapped, message) for message in sealed)

        await say(talks, gone.conversation, "slet alt om mig", "m2")
        asked = [json.loads(frame) for frame in await talks.history(gone.conversation, after=0)][-1]["question"]
        await talks.handle(gone.conversation, Incoming(id="m3", question=asked, option="yes"))

        assert [stone.conversation for stone in await store.tombstones()] == [gone.conversation]
        with pytest.raises(UnknownCode):
            await talks.resume(tenant="kolding", code=gone.code)
        for wanted in (talks.history(gone.conversation, after=0), talks.state(gone.conversation)):
            with pytest.raises(Erased):
                await wanted
        for late in (Incoming(id="m4", text="hej"), Incoming(id="m3", question=asked, option="yes")):
            with pytest.raises((Erased, UnknownQuestion)):
                await talks.handle(gone.conversation, late)
        # No key that is left in the database, under no key of the ring, opens what was his.
        after = await store.load(gone.conversation)
        assert after is not None
        assert (after.state, after.wrapped, after.session, after.severity) == (State.ERASED, b"", b"", 0)
        other = await store.load(kept.conversation)
        assert other is not None
        for conversation, blob in ((gone.conversation, other.wrapped), (kept.conversation, other.wrapped)):
            for kid in keyring.kids:
                with pytest.raises(DecryptError):
                    opened(keyring, conversation, Wrapped(kid=kid, blob=blob), sealed[0])
        left = {**await dump_of(store), **(files_below(tmp_path) if kind == "sqlite" else {})}
        for secret in (before.wrapped, before.session, code):
            assert [place for place, data in left.items() if secret in data] == []
        assert any(other.wrapped in data for data in left.values())
        assert gone.conversation.encode() in left["tombstone"]
        assert await talks.history(kept.conversation, after=0) != []


async def test_what_retention_destroys_is_no_longer_read_from_what_is_kept_in_memory(tmp_path: Path) -> None:
    """Also a second replica, or the chore that looks every hour, may erase what this process has just had in hand."""
    async with whole_runtime(f"sqlite:///{tmp_path}/talk.db") as run:
        started = await run.conversations.start(tenant="kolding", channel="web")
        await run.conversations.greet(started.conversation)
        await say(run.conversations, started.conversation, "Jeg drikker for meget", "m1")
        assert await run.conversations.history(started.conversation, after=0) != []
        done = await keep_no_longer(run.store, ManualClock(NOON + timedelta(days=31)))
        assert done.erased == 1
        for after in (0, 99):
            with pytest.raises(Erased):
                await run.conversations.history(started.conversation, after=after)
        with pytest.raises(Erased):
            await say(run.conversations, started.conversation, "er du der?", "m2")
