"""Whoever writes a button's own words has pressed it: only what is not ours is understood, and what nobody pressed."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from bot.channels.ports import Incoming
from bot.clock import SystemClock
from bot.conversations import Conversations
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.storage.ports import StateChange
from bot.storage.store import SqlStore
from dialogs.heard import NOTHING_HEARD, Expect, Heard
from dialogs.lifecycle import State

KEYRING = Keyring(active="k1", keys={"k1": bytes(32)})


class Listening:
    """Understands nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        self.texts.append(text)
        return NOTHING_HEARD


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def talk(store: SqlStore, listening: Listening) -> Conversations:
    house = make_house(overlay=None, keyring=KEYRING, hear=listening)
    return Conversations(store=store, house=house, live=Live(), clock=SystemClock())


@pytest.fixture
async def conversation(talk: Conversations) -> str:
    started = await talk.start(tenant="kolding", channel="web")
    await talk.greet(started.conversation)
    return started.conversation


async def asked(talk: Conversations, conversation: str) -> dict[str, Any]:
    """The last question, as a device is shown it."""
    frames = [msgspec.json.decode(frame) for frame in await talk.history(conversation, after=0)]
    found: dict[str, Any] = next(frame for frame in reversed(frames) if "question" in frame)
    return found


async def label_of(talk: Conversations, conversation: str, option: str) -> str:
    choices = (await asked(talk, conversation))["choices"]
    return str(next(choice["label"] for choice in choices if choice["id"] == option))


@pytest.mark.parametrize("written", [str, str.upper, "  {}! 🙂".format])
async def test_they_are_taken_as_pressed_and_need_no_understanding(
    talk: Conversations, conversation: str, listening: Listening, written: Any
) -> None:
    before = await asked(talk, conversation)
    label = await label_of(talk, conversation, "me")
    handled = await talk.handle(conversation, Incoming(id="a", text=written(label)))
    assert (await asked(talk, conversation))["question"] != before["question"]
    stored = await talk.shown(conversation, handled.seq)
    assert stored is not None
    assert stored.text == written(label)
    assert listening.texts == []


async def test_other_words_are_understood_also_when_they_begin_like_a_button(
    talk: Conversations, conversation: str, listening: Listening
) -> None:
    label = await label_of(talk, conversation, "me")
    longer = f"{label}, jeg vil ikke leve mere"
    await talk.handle(conversation, Incoming(id="a", text=longer))
    await talk.handle(conversation, Incoming(id="b", text=await label_of(talk, conversation, "cmd.human")))
    assert [longer] == listening.texts[:1]
    assert len(listening.texts) == 2, "a command's words are not among the question's answers"


async def test_what_answers_no_question_is_understood(
    talk: Conversations, conversation: str, listening: Listening
) -> None:
    label = await label_of(talk, conversation, "me")
    before = await asked(talk, conversation)
    await talk.handle(conversation, Incoming(id="a", text=label, remark="telegram.edited"))
    assert listening.texts == [label]
    assert (await asked(talk, conversation))["question"] == before["question"]


async def test_beside_a_human_all_is_understood(
    talk: Conversations, conversation: str, listening: Listening, store: SqlStore
) -> None:
    label = await label_of(talk, conversation, "me")
    row = await talk.loaded(conversation)
    await store.change(
        StateChange(conversation=conversation, turn=row.turn + 1, at=talk.now(), state=State.HUMAN, severity=0)
    )
    talk.changed_elsewhere(conversation)
    await talk.handle(conversation, Incoming(id="a", text=label))
    assert listening.texts == [label]
