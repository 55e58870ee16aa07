"""Builders for the store's values, with everything that does not matter filled in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bot.privacy.keys import Keyring, TenantKeys
from bot.privacy.pseudonyms import new_id
from bot.privacy.sealing import DataKey, Wrapped, new_key, unwrap
from bot.storage.ports import Loaded, NewConversation, NewMessage, Received, Sender, State, Store, TurnWrite

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TENANT = "kolding"
KEYRING = Keyring(active="k1", keys={"k1": bytes(range(32))})


def keys() -> TenantKeys:
    return KEYRING.tenant(TENANT)


def new(name: str | None = None, *, at: dt.datetime = NOON, **more: Any) -> NewConversation:
    name = name or new_id()
    _, wrapped = new_key(keys(), name)
    values: dict[str, Any] = {
        "id": name,
        "tenant": TENANT,
        "channel": "web",
        "kid": wrapped.kid,
        "wrapped": wrapped.blob,
        "session": b"session 0",
        "at": at,
    }
    return NewConversation(**values | more)


async def begin(store: Store, name: str | None = None, **more: Any) -> Loaded:
    made = new(name, **more)
    await store.create(made)
    loaded = await store.load(made.id)
    assert loaded is not None
    return loaded


async def again(store: Store, name: str) -> Loaded:
    loaded = await store.load(name)
    assert loaded is not None
    return loaded


def turn(of: Loaded, *, inbound: str | None = "auto", says: int = 1, at: dt.datetime = NOON, **more: Any) -> TurnWrite:
    """The next turn of what was loaded: the citizen writes, the bot answers `says` messages."""
    seq = of.seq
    received = None
    if inbound is not None:
        seq += 1
        name = f"in{seq}" if inbound == "auto" else inbound
        received = Received(conversation=of.id, inbound_id=name, seq=seq, body=f"citizen {seq}".encode(), at=at)
    push = more.pop("push", None)
    messages = []
    for _ in range(says):
        seq += 1
        messages.append(NewMessage(seq=seq, sender=Sender.BOT, body=f"bot {seq}".encode(), push=push))
    values: dict[str, Any] = {
        "conversation": of.id,
        "tenant": of.tenant,
        "turn": of.turn + 1,
        "at": at,
        "state": State.BOT,
        "seq": seq,
        "severity": 0,
        "session": f"session {of.turn + 1}".encode(),
        "received": received,
        "messages": tuple(messages),
    }
    return TurnWrite(**values | more)


async def key_of(store: Store, name: str) -> DataKey:
    loaded = await again(store, name)
    return unwrap(keys(), name, Wrapped(kid=loaded.kid, blob=loaded.wrapped))


def files_of(url: str) -> bytes:
    """Everything that lies on disk for a SQLite database."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
