"""Two replicas with one webhook, on PostgreSQL: whichever Telegram calls, and if it calls both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.running import Running
from tests.support.audited import audit
from tests.support.bot_api import TOKEN, BotApi, Person, post
from tests.support.player import understanding
from tests.support.telegrams import bodies
from tests.support.whole import whole_program

PATH, SECRET = "sti-0123456789-abcdefgh", "hemmelig-0123456789-abcdefgh"
Replicas = list[tuple[str, Running]]


@pytest.fixture
async def replicas(api: BotApi, tmp_path: Path, postgres_url: str) -> AsyncIterator[Replicas]:
    given: dict[str, Any] = {
        "understanding": understanding,
        "database_url": postgres_url,
        "telegram_token": TOKEN,
        "telegram_api": api.url,
        "telegram_path_secret": PATH,
        "telegram_webhook_secret": SECRET,
    }
    async with whole_program(tmp_path, **given) as one, whole_program(tmp_path, **given) as two:
        for _, run in (one, two):
            await run.conversations.ready.wait()
        yield [one, two]


async def give(replicas: Replicas, update: dict[str, Any]) -> list[int]:
    """The same update to both at once."""
    urls = [f"{base}/telegram/kolding/{PATH}" for base, _ in replicas]
    return await asyncio.gather(*(post(url, update, secret=SECRET) for url in urls))


async def test_an_update_that_both_get_has_one_effect(api, replicas, postgres_url):
    people = [Person(api, 1000 + n) for n in range(6)]
    for text in ("hej", "det handler om mig", "/kode"):
        answers = await asyncio.gather(*(give(replicas, person.writes(text)) for person in people))
        assert {status for both in answers for status in both} == {200}
    for person in people:
        await api.until(lambda person=person: any("ikke bruge en kode" in text for text in api.texts(person.id)))
        stored = await bodies(replicas[0][1], person)
        assert [text for sender, text in stored if sender == "citizen"] == ["hej", "det handler om mig", "/kode"]
        assert api.texts(person.id) == [text for sender, text in stored if sender == "bot"]
    assert await audit(postgres_url) == []


async def test_a_button_shown_by_one_is_read_by_the_other(api, replicas):
    anna = Person(api, 1001)
    one, two = (f"{base}/telegram/kolding/{PATH}" for base, _ in replicas)
    assert await post(one, anna.writes("/start"), secret=SECRET) == 200
    await anna.asked()
    assert await post(two, anna.presses("Det handler om mig"), secret=SECRET) == 200
    await anna.asked(after=4)
    assert await post(one, anna.presses("Mine rettigheder"), secret=SECRET) == 200
    await api.until(lambda: any("dine rettigheder" in text for text in api.texts(anna.id)))
