"""The webhook: nothing from anybody but Telegram is read, 200 means committed, and a replay has no second effect."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import text

from bot.channels.ports import Incoming
from bot.channels.telegram import webhook
from bot.conversations import Conversations
from bot.errors import SettingsError, StorageUnavailable
from bot.running import Running
from tests.support.bot_api import TOKEN, BotApi, Person, bot_api, post
from tests.support.player import understanding
from tests.support.whole import whole_program

PATH, SECRET = "sti-0123456789-abcdefgh", "hemmelig-0123456789-abcdefgh"
TABLES = ("conversation", "message", "inbox", "outbox", "turn", "channel_binding", "alarm")


@dataclass
class Hooked:
    """The service with its webhook, as Telegram sees it."""

    api: BotApi
    run: Running
    base: str

    @property
    def url(self) -> str:
        return f"{self.base}/telegram/kolding/{PATH}"

    async def post(self, update: Any, **more: Any) -> int:
        return await post(self.url, update, secret=SECRET, **more)

    async def rows(self) -> int:
        """All rows of all tables that a message could leave something in."""
        return await self.run.store.read(
            lambda c: sum(c.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES)
        )


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Hooked]:
    async with (
        bot_api() as api,
        whole_program(
            tmp_path,
            understanding=understanding,
            telegram_token=TOKEN,
            telegram_api=api.url,
            telegram_webhook_url="https://chat.example/",
            telegram_path_secret=PATH,
            telegram_webhook_secret=SECRET,
        ) as (base, run),
    ):
        await run.conversations.ready.wait()
        yield Hooked(api, run, base)


@pytest.fixture
def anna(hooked: Hooked) -> Person:
    return Person(hooked.api, 1001)


async def test_telegram_is_told_where_to_call_and_what_to_say(hooked):
    await hooked.api.until(lambda: hooked.api.webhook)
    assert hooked.api.webhook == {
        "url": f"https://chat.example/telegram/kolding/{PATH}",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    assert hooked.api.of("getUpdates", status=None) == []


async def test_a_talk_by_webhook(hooked, anna):
    assert await hooked.post(anna.writes("/start")) == 200
    await anna.asked()
    assert await hooked.post(anna.presses("Det handler om mig")) == 200
    await anna.asked(after=4)
    await hooked.api.until(lambda: not hooked.api.unanswered())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([""], 403),
        (["wrong"], 403),
        ([SECRET[:-1]], 403),
        ([SECRET + "x"], 403),
        ([SECRET.upper()], 403),
        ([SECRET, SECRET], 403),
        ([SECRET, "wrong"], 403),
        (["wrong", SECRET], 403),
        ([f"{SECRET}\t{SECRET}"], 403),
    ],
)
async def test_who_does_not_know_the_secret_is_not_read(hooked, anna, headers, status, monkeypatch):
    read = []
    monkeypatch.setattr(webhook, "_body", read.append)
    async with ClientSession() as http:
        update = json.dumps(anna.writes("/start"))
        given = [(webhook.HEADER, value) for value in headers]
        async with http.post(hooked.url, data=update, headers=given) as answer:
            assert answer.status == status
    assert read == []
    assert await hooked.rows() == 0


@pytest.mark.parametrize("path", ["kolding/x", "randers/" + PATH, "kolding/" + PATH + "x", "kolding/" + PATH.upper()])
async def test_another_path_is_not_there_whatever_the_header_says(hooked, anna, path):
    for secret in (SECRET, "wrong", None):
        assert await post(f"{hooked.base}/telegram/{path}", anna.writes("/start"), secret=secret) == 404
    async with ClientSession() as http, http.get(hooked.url, headers={webhook.HEADER: SECRET}) as answer:
        assert answer.status == 405
    assert await hooked.rows() == 0


async def test_more_than_an_update_can_be_is_refused(hooked, anna):
    headers = {webhook.HEADER: SECRET}
    fits = json.dumps(anna.writes("x" * 4096) | {"padding": ""}).encode()
    fits = fits.replace(b'"padding": ""', b'"padding": "' + b"x" * (webhook.LONGEST - len(fits)) + b'"')
    assert len(fits) == webhook.LONGEST

    async def in_parts(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536]

    async with ClientSession() as http:
        for data, more in (
            (fits + b" ", {}),
            (in_parts(fits + b" "), {}),
            (gzip.compress(fits + b" " * 1_000_000), {"Content-Encoding": "gzip"}),
        ):
            async with http.post(hooked.url, data=data, headers={**headers, **more}) as answer:
                assert answer.status == 413
        assert await hooked.rows() == 0
        async with http.post(hooked.url, data=fits, headers=headers) as answer:
            assert answer.status == 200
    assert await hooked.rows() > 0


NO_UPDATES = (
    *(b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b"[" * 9999),
    *(b'{"update_id": "7"}', b'{"update_id": true}'),
)


@pytest.mark.parametrize("body", NO_UPDATES)
async def test_what_is_no_update_is_refused(hooked, body):
    headers = {webhook.HEADER: SECRET}
    async with ClientSession() as http, http.post(hooked.url, data=body, headers=headers) as answer:
        assert answer.status == 400
    assert await hooked.rows() == 0


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"message": None},
        {"message": 7},
        {"message": {}},
        {"message": {"chat": {}}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": "x", "type": "private"}, "text": 7}},
        {"callback_query": {"id": "q"}},
        {"inline_query": {"id": "q", "query": "x"}},
        {"a_kind_of_next_year": {"chat": {"id": 1}}},
        {"my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    ],
)
async def test_an_update_that_means_nothing_to_us_is_taken_and_leaves_nothing(hooked, content):
    assert await hooked.post({"update_id": 5, **content}) == 200
    assert await hooked.rows() == 0


async def test_a_replay_a_hundred_times_at_once_has_one_effect(hooked, anna):
    await hooked.post(anna.writes("/start"))
    await anna.asked()
    update = anna.writes("det handler om mig")
    assert set(await asyncio.gather(*(hooked.post(update) for _ in range(100)))) == {200}
    await anna.asked(after=4)
    rows = await hooked.rows()
    assert await hooked.post(update) == 200
    assert await hooked.rows() == rows
    name = await hooked.run.conversations.at("1001", tenant="kolding", channel="telegram")
    told = [message.sender.value for message in await hooked.run.store.messages(name)]
    assert told.count("citizen") == 2


async def test_what_cannot_be_stored_is_not_confirmed_and_whoever_is_in_danger_is_told(hooked, anna, monkeypatch):
    await hooked.post(anna.writes("/start"))
    await anna.asked()
    handle, away = Conversations.handle, True

    async def handled(self: Conversations, conversation: str, incoming: Incoming) -> Any:
        if away:
            raise StorageUnavailable
        return await handle(self, conversation, incoming)

    monkeypatch.setattr(Conversations, "handle", handled)
    update = anna.writes("det handler om mig")
    assert [await hooked.post(update) for _ in range(3)] == [503, 503, 503]
    await hooked.api.until(lambda: len(hooked.api.texts(anna.id)) > 4)
    told = hooked.api.texts(anna.id)[4:]
    assert len(told) == 1  # and not once more with every try of Telegram's
    assert "112" in told[0]
    cry = anna.writes("min ven vågner ikke og hans læber er blå")
    assert [await hooked.post(cry) for _ in range(2)] == [503, 503]
    await hooked.api.until(lambda: len(hooked.api.texts(anna.id)) > 5)
    assert len(told := hooked.api.texts(anna.id)[5:]) == 1
    assert "Giv hjertemassage" in told[0]
    assert "ikke gemme" in told[0]
    away = False
    assert await hooked.post(update) == 200
    await anna.asked(after=6)


@pytest.mark.parametrize(
    "given",
    [
        {"telegram_webhook_url": "https://chat.example"},
        {"telegram_path_secret": PATH},
        {"telegram_webhook_secret": SECRET},
        {"telegram_path_secret": PATH, "telegram_webhook_secret": "short"},
        {"telegram_path_secret": "with/slash-and-more", "telegram_webhook_secret": SECRET},
    ],
)
async def test_secrets_that_do_not_fit_end_the_start_with_what_to_do(tmp_path, given):
    with pytest.raises(SettingsError, match=r"DOERTRIN_TELEGRAM_(PATH|WEBHOOK)_SECRET is not .* makes one"):
        async with whole_program(tmp_path, understanding=understanding, telegram_token=TOKEN, **given):
            raise AssertionError("it started")
