"""Acknowledged before a turn could take it: while texts cannot be understood yet, after a crash, in an outage.

Each such message is answered once, in the order in which it was stored, and before whatever came later.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.channels.ports import Incoming, UnknownQuestion
from bot.clock import SystemClock
from bot.conversations import Conversations
from bot.errors import StorageUnavailable
from bot.house import House
from bot.live import Live, Subscription
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.storage.migrations import migrate
from bot.storage.store import SqlStore, open_store
from dialogs.registry import VersionMissing
from tests.support.audited import audit
from tests.support.player import understanding

Frame = dict[str, Any]
DEAF = make_house(overlay=None, keyring=Keyring(active="k1", keys={"k1": secrets.token_bytes(32)}))


@pytest.fixture
def house() -> House:
    return msgspec.structs.replace(DEAF, hear=understanding())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url: str = f"sqlite:///{tmp_path}/d.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    await migrate(url)
    return url


@pytest.fixture
async def store(database: str) -> AsyncIterator[SqlStore]:
    store = await open_store(database)
    yield store
    await store.close()


def process(store: SqlStore, house: House = DEAF) -> Conversations:
    """A server process on this database, before it can understand texts unless its house hears."""
    return Conversations(store=store, house=house, live=Live(), clock=SystemClock())


async def opened(talk: Conversations) -> str:
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    return started.conversation


async def frames(talk: Conversations, name: str) -> list[Frame]:
    return [msgspec.json.decode(frame) for frame in await talk.history(name, after=0)]


async def button(talk: Conversations, name: str, option: str | None = None) -> Incoming:
    """A button of the last question."""
    asked = [frame for frame in await frames(talk, name) if frame.get("question")][-1]
    return Incoming(id=secrets.token_hex(4), question=asked["question"], option=option or asked["choices"][0]["id"])


def text(words: str) -> Incoming:
    return Incoming(id=secrets.token_hex(4), text=words)


def told(said: list[Frame]) -> list[str]:
    return [f"{frame['seq']} {frame['from']}" for frame in said]


async def answered(store: SqlStore, talk: Conversations, name: str) -> None:
    """Wait until nothing is pending."""
    async with asyncio.timeout(30):
        while await store.pending_inbox(conversation=name):  # noqa: ASYNC110 - a table rings no bell
            await asyncio.sleep(0.01)


async def test_a_text_while_the_understanding_loads_is_acknowledged_and_answered_later(store, database, house):
    talk = process(store)
    name = await opened(talk)
    greeting = len(await frames(talk, name))
    first = await talk.handle(name, text("hej"))
    assert first.seq == greeting + 1
    assert (await frames(talk, name))[-1]["text"] == "hej"  # every device sees it, unanswered
    assert await talk.take_up() == 0
    talk.understand(house)
    await answered(store, talk, name)
    assert (await frames(talk, name))[-1]["from"] == "bot"
    assert await audit(database) == []


async def test_a_button_does_not_overtake_a_text(store, database, house):
    talk = process(store)
    name = await opened(talk)
    pressed = await button(talk, name)
    await talk.handle(name, text("hej"))
    assert not (await talk.handle(name, pressed)).duplicate
    said = await frames(talk, name)
    assert [frame["from"] for frame in said[-2:]] == ["citizen", "citizen"]
    labels = {choice["id"]: choice["label"] for frame in said for choice in frame.get("choices", ())}
    assert said[-1]["text"] == labels[str(pressed.option)]  # what stood on it, though no dialog has run
    talk.understand(house)
    await answered(store, talk, name)
    await talk.handle(name, text("hej igen"))
    assert await audit(database) == []  # among others: answered in their order


async def test_a_button_that_was_never_shown_is_refused_while_something_waits(store, database, house):
    talk = process(store)
    name = await opened(talk)
    await talk.handle(name, text("hej"))
    with pytest.raises(UnknownQuestion):
        await talk.handle(name, Incoming(id="x", question="never", option="me"))


async def test_after_a_crash_what_was_acknowledged_goes_before_what_comes(store, database, house):
    """The citizen writes on before the new process has looked at what the old one left."""
    name = await opened(process(store))
    dead = process(store)
    for words in ("hej", "det handler om mig", "ja"):
        await dead.handle(name, text(words))
    await dead.close()
    talk = process(store, house)
    await asyncio.gather(talk.handle(name, text("nej")), talk.take_up(), talk.take_up())
    assert await audit(database) == []
    assert (await frames(talk, name))[-1]["from"] == "bot"


async def test_two_replicas_take_up_the_same_and_answer_it_once(store, database, house):
    dead = process(store)
    names = [await opened(dead) for _ in range(4)]
    for name in names * 3:
        await dead.handle(name, text("hej"))
    await dead.close()
    other = await open_store(database)
    replicas = [process(store, house), process(other, house)]
    await asyncio.gather(*(replica.take_up() for replica in replicas for _ in range(2)))
    assert await store.pending_inbox() == []
    assert await audit(database) == []
    await other.close()


async def test_what_cannot_be_taken_in_an_outage_is_taken_after_it(store, database, house, monkeypatch):
    talk = process(store)
    name = await opened(talk)
    await talk.handle(name, text("hej"))
    commit = store.commit

    async def unavailable(_write: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(store, "commit", unavailable)
    talk.understand(house)
    with pytest.raises(StorageUnavailable):
        await talk.take_up()
    with pytest.raises(StorageUnavailable):  # nothing is taken before it, so this is not acknowledged
        await talk.handle(name, text("hallo?"))
    monkeypatch.setattr(store, "commit", commit)
    assert await talk.take_up() == 1
    assert await audit(database) == []


async def test_what_another_release_must_take_holds_up_nobody_else(store, database, house, monkeypatch):
    """A pending message that this replica cannot take stays; the other conversations are answered."""
    talk = process(store)
    names = [await opened(talk) for _ in range(2)]
    for name in names:
        await talk.handle(name, text("hej"))
    consume = talk._consume

    async def picky(pending: Any) -> None:
        if pending.conversation == names[0]:
            raise VersionMissing("welcome", 99)
        await consume(pending)

    monkeypatch.setattr(talk, "_consume", picky)
    talk.understand(house)
    await talk.take_up()
    assert [pending.conversation for pending in await store.pending_inbox()] == [names[0]]


async def test_many_devices_at_once_are_greeted_once(store, database, house):
    talk = process(store, house)
    started = await talk.start(tenant="kolding", channel="web")
    await asyncio.gather(*(talk.greet(started.conversation) for _ in range(4)))
    greeting = await frames(talk, started.conversation)
    assert told(greeting) == told(await frames(talk, await opened(talk)))


async def test_a_yes_delivered_twice_is_the_answer_to_one_question(store, database, house):
    """It was the answer to something else, and its acknowledgement got lost; now the bot asks whether to delete all."""
    talk = process(store, house)
    name = await opened(talk)
    yes = text("ja")
    first = await talk.handle(name, yes)
    await talk.handle(name, Incoming(id="delete", option="cmd.delete"))
    again = await talk.handle(name, yes)
    assert (again.duplicate, again.seq) == (True, first.seq)
    assert await talk.state(name) == {"type": "state", "state": "bot"}
    await talk.handle(name, text("ja"))
    assert await store.tombstones() != []


async def test_a_yes_to_a_question_that_another_replica_has_moved_on_from_deletes_nothing(store, database, house):
    other = await open_store(database)
    stale, fresh = process(store, house), process(other, house)
    name = await opened(stale)
    await stale.handle(name, Incoming(id="delete", option="cmd.delete"))
    await fresh.handle(name, text("nej"))
    await stale.handle(name, text("ja"))  # its kept row still waits for this word
    assert await store.tombstones() == []
    assert await audit(database) == []
    await other.close()


async def test_a_button_of_a_question_that_only_another_replica_knows_is_taken(store, database, house):
    one, two = process(store, house), process(store, house)
    name = await opened(one)
    await two.handle(name, await button(two, name, "me"))  # of which the first has not heard yet
    pressed = await button(two, name)
    handled = await one.handle(name, pressed)
    assert (await frames(one, name))[handled.seq - 1]["id"] == pressed.id
    assert (await frames(one, name))[-1]["from"] == "bot"
    with pytest.raises(UnknownQuestion):
        await one.handle(name, Incoming(id="never", question="999:nothing:1", option="me"))
    assert await audit(database) == []


async def test_a_wish_for_a_new_code_that_nobody_waits_for_leaves_the_old_one(store, database, house):
    talk = process(store)
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    await talk.handle(started.conversation, await button(talk, started.conversation, "cmd.code"))
    handled = await talk.handle(started.conversation, text("giv mig en ny kode"))
    assert handled.code is None
    talk.understand(house)
    await answered(store, talk, started.conversation)
    shown = [frame["text"] for frame in await frames(talk, started.conversation)]
    assert house.content.messages.text("code.not_now") in shown
    assert (await talk.resume(tenant="kolding", code=started.code)).conversation == started.conversation


async def test_erasing_leaves_nothing_pending(store, database, house):
    talk = process(store)
    name = await opened(talk)
    await talk.handle(name, text("hej"))
    assert await store.erase(name, on=SystemClock().now().date())
    assert await store.pending_inbox() == []


async def test_a_page_learns_by_itself_of_news_that_got_lost(store, database, house):
    other = await open_store(database)
    here, there = process(store, house), process(other, house)
    name = await opened(here)
    async with here._live.subscribe(name) as page:
        await here.look_around()
        with pytest.raises(asyncio.QueueEmpty):
            page.get_nowait()  # nothing new: nobody is disturbed
        await there.handle(name, text("hej"))
        await here.look_around()
        assert page.get_nowait() is None  # read the history again
        await here.history(name, after=0)
        await here.look_around()
        assert quiet(page)
    await other.close()


def quiet(page: Subscription) -> bool:
    try:
        page.get_nowait()
    except asyncio.QueueEmpty:
        return True
    return False
