"""While a counselor has the conversation: the bot is silent on Telegram too, but for what the counselor cannot see and
for danger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.running import Running
from bot.storage.ports import StateChange
from dialogs.lifecycle import State
from tests.support.bot_api import TOKEN, BotApi, Person
from tests.support.player import understanding
from tests.support.telegrams import bodies
from tests.support.whole import whole_program


@pytest.fixture
async def run(api: BotApi, tmp_path: Path) -> AsyncIterator[Running]:
    given = {"telegram_token": TOKEN, "telegram_api": api.url}
    async with whole_program(tmp_path, understanding=understanding, **given) as (_, run):
        await run.conversations.ready.wait()
        yield run


@pytest.fixture
async def anna(api: BotApi, run: Running) -> Person:
    """Somebody a counselor talks with."""
    anna = Person(api, 1001)
    api.put(anna.writes("/start"))
    await anna.asked()
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    assert name is not None
    loaded = await run.store.load(name)
    assert loaded is not None
    taken = StateChange(
        conversation=name, turn=loaded.turn + 1, at=run.clock.now(), state=State.HUMAN, severity=loaded.severity
    )
    await run.store.change(taken)
    run.conversations.changed_elsewhere(name)
    return anna


async def test_words_and_edits_are_the_counselors_to_answer(api, run, anna):
    wrote = anna.writes("det går bedre i dag")
    api.put(wrote, anna.edits(wrote, "det går lidt bedre i dag"))
    await api.until(lambda: not api.waiting)
    assert (await bodies(run, anna))[-2:] == [
        ("citizen", "det går bedre i dag"),
        ("citizen", "(rettet) det går lidt bedre i dag"),
    ]


async def test_what_cannot_be_shown_to_the_counselor_is_said(api, run, anna):
    api.put(anna.sends(voice={"file_id": "f", "file_unique_id": "u", "duration": 3}))
    await api.until(lambda: "Jeg kan kun læse tekst" in api.texts(anna.id)[-1])
    assert (await bodies(run, anna))[-2] == ("citizen", "(en lydbesked)")


async def test_danger_in_an_edited_message_shows_who_can_help(api, run, anna):
    wrote = anna.writes("hej")
    api.put(wrote, anna.edits(wrote, "jeg tager livet af mig i nat"))
    await api.until(lambda: any("112" in text for text in api.texts(anna.id)[4:]))


async def test_a_button_says_that_there_is_a_human(api, run, anna):
    api.put(anna.presses("Det handler om mig"))
    await api.until(lambda: "Du skriver med en rådgiver nu" in api.texts(anna.id)[-1])
    assert api.unanswered() == []
