from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any, Literal

import pytest

from bot.clock import ManualClock
from bot.errors import RetryLater, StorageUnavailable, Undeliverable
from bot.outbox import Relay
from bot.privacy.sealing import new_key
from bot.storage.ports import NewMessage, OutboxState, Outgoing, Sender, StoredMessage
from bot.storage.store import SqlStore
from tests.contracts.talk import KEYRING, NOON, again, key_of, keys, new, turn


class FakePush:
    """A push channel that does as it is told, and remembers."""

    name = "telegram"
    tenant: str | None = None

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, str]] = []
        self.script: dict[str, list[Exception | asyncio.Event]] = {}
        self.trying = 0
        self.most_at_once = 0

    async def send(self, address: bytes, message: StoredMessage) -> None:
        who = address.decode()
        self.trying += 1
        self.most_at_once = max(self.most_at_once, self.trying)
        try:
            for step in self.script.get(who, [])[:1]:
                if isinstance(step, Exception):
                    self.script[who].pop(0)
                    raise step
                await step.wait()
                self.script[who].pop(0)
            await asyncio.sleep(0)
            self.sent.append((who, message.seq, message.body.decode()))
        finally:
            self.trying -= 1

    def seen_by(self, who: str) -> list[int]:
        return [seq for name, seq, _ in self.sent if name == who]


class Watched(asyncio.Event):
    """Tells when it is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.waited.set()
        return await super().wait()


@pytest.fixture
def push() -> FakePush:
    return FakePush()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def relay(store: SqlStore, push: FakePush, clock: ManualClock) -> Relay:
    return Relay(store, clock, KEYRING, push, owner="me", jitter=lambda: 0.0)


async def talk(store: SqlStore, address: str, says: int = 3) -> str:
    made = new(channel="telegram")
    key, wrapped = new_key(keys(), made.id)
    sealed = key.seal("channel_binding", "address", made.id, address.encode())
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    fields |= {"kid": wrapped.kid, "wrapped": wrapped.blob, "address_index": address.encode(), "address": sealed}
    await store.create(type(made)(**fields))
    messages = tuple(
        NewMessage(
            seq=seq,
            sender=Sender.BOT,
            body=key.seal("message", "body", seq, f"hej {seq}".encode()),
            push="telegram",
        )
        for seq in range(1, says + 1)
    )
    loaded = await again(store, made.id)
    await store.commit(turn(loaded, inbound=None, says=0, messages=messages, seq=says))
    return made.id


async def test_messages_arrive_opened_and_in_order(store: SqlStore, relay: Relay, push: FakePush) -> None:
    await talk(store, "anna")
    await relay.drain()
    assert push.sent == [("anna", 1, "hej 1"), ("anna", 2, "hej 2"), ("anna", 3, "hej 3")]
    assert await store.outbox_counts() == {OutboxState.SENT: 3}


async def test_one_slow_citizen_delays_no_other(store: SqlStore, relay: Relay, push: FakePush) -> None:
    for name in ("slow", "fast", "quick"):
        await talk(store, name)
    hang = asyncio.Event()
    push.script["slow"] = [hang]
    relay.start()
    for _ in range(200):
        await asyncio.sleep(0.01)
        if len(push.sent) == 6:
            break
    assert [push.seen_by(name) for name in ("slow", "fast", "quick")] == [[], [1, 2, 3], [1, 2, 3]]
    hang.set()
    for _ in range(200):
        await asyncio.sleep(0.01)
        if len(push.sent) == 9:
            break
    await relay.stop()
    assert push.seen_by("slow") == [1, 2, 3]


async def test_it_waits_as_long_as_the_channel_says(
    store: SqlStore, relay: Relay, push: FakePush, clock: ManualClock
) -> None:
    await talk(store, "anna")
    await talk(store, "bo")
    push.script["anna"] = [RetryLater(after=30.0)]
    await relay.drain()
    assert (push.seen_by("anna"), push.seen_by("bo")) == ([], [1, 2, 3])
    clock.advance(dt.timedelta(seconds=29.9))
    await relay.drain()
    assert push.seen_by("anna") == []
    clock.advance(dt.timedelta(seconds=0.1))
    await relay.drain()
    assert push.seen_by("anna") == [1, 2, 3]


async def test_it_backs_off_up_to_a_minute_and_keeps_trying(
    store: SqlStore, relay: Relay, push: FakePush, clock: ManualClock
) -> None:
    await talk(store, "anna", says=1)
    push.script["anna"] = [*(ConnectionError("out") for _ in range(5)), *(RetryLater() for _ in range(5))]
    waits = []
    while not push.sent:
        await relay.drain()
        began = clock.now()
        while not push.sent and len(push.script["anna"]) == 10 - len(waits) - 1:
            clock.advance(dt.timedelta(seconds=1))
            await relay.drain()
        waits.append((clock.now() - began).total_seconds())
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


async def test_a_blocked_address_ends_it_and_a_refused_message_does_not(
    store: SqlStore, relay: Relay, push: FakePush
) -> None:
    await talk(store, "blocked")
    await talk(store, "refused")
    push.script["blocked"] = [Undeliverable()]
    push.script["refused"] = [Undeliverable(gone=False)]
    await relay.drain()
    assert (push.seen_by("blocked"), push.seen_by("refused")) == ([], [2, 3])
    assert await store.outbox_counts() == {OutboxState.SENT: 2, OutboxState.UNDELIVERABLE: 4}


async def test_what_cannot_be_opened_is_held_not_lost(store: SqlStore, push: FakePush, clock: ManualClock) -> None:
    from bot.privacy.keys import Keyring

    await talk(store, "anna")
    wrong = Keyring(active="k1", keys={"k1": b"w" * 32})
    await Relay(store, clock, wrong, push, owner="me").drain()
    assert await store.outbox_counts() == {OutboxState.HELD: 1, OutboxState.UNSENT: 2}
    await store.release()
    await Relay(store, clock, KEYRING, push, owner="me").drain()
    assert push.seen_by("anna") == [1, 2, 3]


async def test_two_relays_send_everything_once_and_in_order(
    store: SqlStore, push: FakePush, clock: ManualClock
) -> None:
    names = [f"n{n}" for n in range(12)]
    for name in names:
        await talk(store, name, says=4)
    relays = [Relay(store, clock, KEYRING, push, owner=f"o{n}", at_once=5) for n in range(2)]
    for _ in range(3):
        await asyncio.gather(*(relay.drain() for relay in relays))
    assert [push.seen_by(name) for name in names] == [[1, 2, 3, 4]] * 12
    assert push.most_at_once > 1


async def test_one_that_stopped_in_the_middle_sends_one_message_twice_at_most(
    store: SqlStore, push: FakePush, clock: ManualClock
) -> None:
    await talk(store, "anna")
    hang = asyncio.Event()
    push.script["anna"] = [hang]
    stopped = Relay(store, clock, KEYRING, push, owner="stopped")
    stopped.start()
    for _ in range(500):
        await asyncio.sleep(0.01)
        if push.trying:
            break
    clock.advance(dt.timedelta(seconds=61))
    push.script.pop("anna")
    await Relay(store, clock, KEYRING, push, owner="other").drain()
    assert push.seen_by("anna") == [1, 2, 3]
    push.script["anna"] = [hang]
    hang.set()
    await stopped.stop()
    assert push.seen_by("anna") == [1, 2, 3, 1]  # and its late mark changed nothing
    assert await store.outbox_counts() == {OutboxState.SENT: 3}


async def test_what_cannot_be_marked_is_marked_later_and_not_sent_again(
    store: SqlStore, relay: Relay, push: FakePush, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk(store, "anna")
    working, tries = store.sent_and_due, 0

    async def failing_once(sent: list[Outgoing], **more: Any) -> list[Outgoing]:
        nonlocal tries
        tries += bool(sent)
        if sent and tries == 1:
            raise StorageUnavailable
        return await working(sent, **more)

    monkeypatch.setattr(store, "sent_and_due", failing_once)
    with pytest.raises(StorageUnavailable):
        await relay.drain()
    assert push.seen_by("anna") == [1]
    assert await store.outbox_counts() == {OutboxState.LEASED: 1, OutboxState.UNSENT: 2}
    await relay.drain()
    assert push.seen_by("anna") == [1, 2, 3]
    assert await store.outbox_counts() == {OutboxState.SENT: 3}


@pytest.mark.parametrize("steps", range(6))
async def test_a_relay_that_is_woken_and_stopped_at_once_stops(store: SqlStore, relay: Relay, steps: int) -> None:
    waits = relay._woken = Watched()
    relay.start()
    async with asyncio.timeout(10):
        await waits.waited.wait()
        relay.wake()
        for _ in range(steps):  # somewhere between being woken and going on
            await asyncio.sleep(0)
        await relay.stop()


async def test_nothing_is_sent_after_erasure(store: SqlStore, relay: Relay, push: FakePush) -> None:
    name = await talk(store, "anna")
    assert await key_of(store, name)
    await store.erase(name, on=NOON.date())
    await relay.drain()
    assert push.sent == []
