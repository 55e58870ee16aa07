"""A turn that breaks is kept, alarmed and apologised for; a cry for help in it is answered all the same."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from bot.channels.ports import Incoming
from bot.clock import SystemClock
from bot.conversations import Conversations
from bot.house import House
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.storage.store import SqlStore
from dialogs.registry import Registry
from dialogs.steps import Json
from tests.support.player import understanding

KEYRING = Keyring(active="k1", keys={"k1": bytes(32)})


def talking(store: SqlStore, house: House) -> Conversations:
    return Conversations(store=store, house=house, live=Live(), clock=SystemClock())


def broken_desk(_tenant: str, _at: datetime) -> Json:
    raise LookupError("the desk is on fire, and so is Bente Hansen")


async def said(talk: Conversations, conversation: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(frame) for frame in await talk.history(conversation, after=0)]


@pytest.mark.parametrize(("text", "helped"), [("jeg vil ikke leve mere", True), ("tal med et menneske", False)])
async def test_the_message_is_kept_the_operator_alarmed_and_the_citizen_told(
    store: SqlStore, text: str, *, helped: bool
) -> None:
    talk = talking(store, make_house(overlay=None, keyring=KEYRING, hear=understanding(), desk=broken_desk))
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    handled = await talk.handle(started.conversation, Incoming(id="a", text=text))
    frames = await said(talk, started.conversation)
    assert frames[handled.seq - 1]["text"] == text
    answer = [frame["text"] for frame in frames[handled.seq :]]
    assert answer[-1].startswith("Undskyld")
    assert any("112" in line for line in answer) == helped
    alarms = await store.alarms()
    assert [(alarm.kind, alarm.detail) for alarm in alarms] == [("turn_failed", "LookupError")]
    assert bool(await store.open_handoff(started.conversation)) == helped
    again = await talk.handle(started.conversation, Incoming(id="a", text=text))
    assert again.duplicate


async def test_a_session_that_cannot_be_read_is_set_aside_and_a_fresh_one_begun(store: SqlStore) -> None:
    house = make_house(overlay=None, keyring=KEYRING, hear=understanding())
    talk = talking(store, house)
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    await store.run(lambda connection: connection.exec_driver_sql("UPDATE conversation SET session = x'01'").rowcount)
    talk = talking(store, house)
    await talk.handle(started.conversation, Incoming(id="a", text="hej"))
    session = await talk.session(started.conversation)
    assert session.aside == [b"\x01"]
    await talk.handle(started.conversation, Incoming(id="b", text="hej igen"))
    frames = await said(talk, started.conversation)
    assert frames[-1]["question"]


async def test_a_replica_without_a_dialogs_version_keeps_the_message_for_another(store: SqlStore) -> None:
    whole = make_house(overlay=None, keyring=KEYRING, hear=understanding())
    old = Registry()
    for script in whole.registry.scripts():
        if script.name != "welcome":
            old.add(script)
    talk = talking(store, whole)
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    lacking = talking(store, msgspec.structs.replace(whole, registry=old))
    handled = await lacking.handle(started.conversation, Incoming(id="a", text="det handler om mig"))
    assert [pending.seq for pending in await store.pending_inbox()] == [handled.seq]
    assert await talking(store, whole).take_up() == 1
    frames = await said(talk, started.conversation)
    assert frames[-1]["question"].split(".", 1)[1] == "menu.what.1"


async def test_a_button_of_a_talk_that_is_over_is_stored_with_its_label(store: SqlStore) -> None:
    talk = talking(store, make_house(overlay=None, keyring=KEYRING, hear=understanding()))
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    question = (await said(talk, started.conversation))[-1]["question"]
    await talk.handle(started.conversation, Incoming(id="a", question=question, option="me"))
    handled = await talk.handle(started.conversation, Incoming(id="b", question=question, option="other"))
    frames = await said(talk, started.conversation)
    assert frames[handled.seq - 1]["text"] == "Det handler om en, jeg kender"


async def test_a_pending_message_that_cannot_be_opened_holds_up_nothing(store: SqlStore) -> None:
    house = make_house(overlay=None, keyring=KEYRING, hear=None)
    waiting = talking(store, house)
    started = await waiting.start(tenant="kolding", channel="web")
    await waiting.greet(started.conversation)
    first = await waiting.handle(started.conversation, Incoming(id="a", text="det handler om mig"))
    second = await waiting.handle(started.conversation, Incoming(id="b", text="det handler om mig"))
    spoil = f"UPDATE message SET body = x'01' WHERE seq = {first.seq}"
    await store.run(lambda connection: connection.exec_driver_sql(spoil).rowcount)
    awake = talking(store, msgspec.structs.replace(house, hear=understanding()))
    assert await awake.take_up() == 2
    assert await store.pending_inbox() == []
    restored = f"DELETE FROM message WHERE seq = {first.seq}"
    await store.run(lambda connection: connection.exec_driver_sql(restored).rowcount)
    frames = await said(awake, started.conversation)
    assert frames[-1]["question"].split(".", 1)[1] == "menu.what.1"
    assert [frame["seq"] for frame in frames if frame["from"] == "citizen"] == [second.seq]
    await waiting.close()
