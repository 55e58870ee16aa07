"""Telegram: who writes too fast, what piles up there, and a last word after an erasure that had to wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.channels.limits import Rules
from bot.channels.telegram import backlog
from bot.channels.telegram.transport import AiohttpRequest, Api
from bot.running import Running
from bot.storage.ports import Alarm
from dialogs.heard import Understanding
from tests.support.bot_api import TOKEN, BotApi, post
from tests.support.bot_api_faults import BROKEN
from tests.support.player import understanding
from tests.support.telegrams import bodies, greeted
from tests.support.whole import whole_program

KIND = "så hurtigt"
PATH, SECRET = "sti-0123456789-abcdefgh", "hemmelig-0123456789-abcdefgh"
BURST = Rules().messages.burst


def settings(api: BotApi) -> dict[str, Any]:
    return {"telegram_token": TOKEN, "telegram_api": api.url}


@pytest.fixture
async def run(api: BotApi, tmp_path: Path) -> AsyncIterator[Running]:
    async with whole_program(tmp_path, understanding=understanding, **settings(api)) as (_, run):
        await run.conversations.ready.wait()
        yield run


async def test_a_flood_is_kept_to_the_last_line_and_answered_with_kind_words_once(api, run, anna, bo):
    await greeted(api, anna)
    lines = [f"hallo {n}" for n in range(2 * BURST)]
    api.put(*(anna.writes(line) for line in lines), bo.writes("/start"))
    await bo.asked()  # nobody else is held up
    await api.until(lambda: not api.waiting)
    stored = await bodies(run, anna)
    assert [text for sender, text in stored if sender == "citizen"] == ["/start", *lines]
    assert sum(KIND in text for sender, text in stored if sender == "bot") == 1
    assert KIND not in "".join(api.texts(bo.id))


async def test_danger_in_a_flood_is_heard_and_a_human_and_erasure_are_never_put_off(api, run, anna):
    await greeted(api, anna)
    api.put(*(anna.writes(f"hallo {n}") for n in range(2 * BURST)), anna.writes("jeg har taget 40 panodiler nu"))
    await api.until(lambda: not api.waiting)
    name = await run.conversations.at(str(anna.id), tenant="kolding", channel="telegram")
    assert name is not None
    assert (await run.conversations.loaded(name)).severity == 3
    api.put(anna.writes("/slet"))
    await api.until(lambda: not api.waiting)
    stored = await bodies(run, anna)
    assert ("slet" in stored[-1][1].lower(), "112" in stored[-1][1]) == (True, True)  # asked once, 112 shown


async def test_a_button_pressed_too_fast_says_so_and_another_chat_presses_on(api, run, anna, bo):
    for person in (anna, bo):
        await greeted(api, person)
    api.put(*(anna.presses("Det handler om mig") for _ in range(2 * BURST)))
    await api.until(lambda: not api.waiting and not api.unanswered())
    toasts = [call.parameters.get("text", "") for call in api.of("answerCallbackQuery")]
    assert any("lidt for hurtigt" in toast for toast in toasts)
    before = len(api.of("answerCallbackQuery"))
    api.put(bo.presses("Det handler om mig"))
    await bo.asked(after=4)
    assert "text" not in api.of("answerCallbackQuery")[before].parameters


async def test_who_is_erased_by_a_message_that_waited_is_told_once(api, tmp_path, anna):
    loads = threading.Event()

    def slowly() -> Understanding:
        loads.wait(30)
        return understanding()

    async with whole_program(tmp_path, understanding=slowly, **settings(api)) as (_, run):
        await greeted(api, anna)
        api.put(anna.writes("/slet"))
        await api.until(lambda: "Ja" in "".join(anna.last().buttons))
        api.put(anna.writes("ja"))
        await api.until(lambda: not api.waiting)
        assert "Det er slettet" not in api.texts(anna.id)[-1]
        loads.set()
        await api.until(lambda: "Det er slettet hos os" in api.texts(anna.id)[-1])
        assert await run.conversations.at(str(anna.id), tenant="kolding", channel="telegram") is None
    assert sum("Det er slettet hos os" in text for text in api.texts(anna.id)) == 1


async def alarms_of(run: Running) -> list[Alarm]:
    """As soon as there is one."""
    for _ in range(400):
        found = await run.store.alarms()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("no alarm")


async def test_what_waits_at_telegram_is_counted_and_too_much_is_an_alarm_once(api, tmp_path, anna, monkeypatch):
    monkeypatch.setattr(backlog, "MOST", 3)
    hook = {"telegram_path_secret": PATH, "telegram_webhook_secret": SECRET}
    api.put(*(anna.writes(f"hallo {n}") for n in range(5)))  # Telegram does not reach our address
    async with (
        whole_program(tmp_path, understanding=understanding, **settings(api), **hook) as (url, run),
        ClientSession() as http,
    ):
        assert [alarm.kind for alarm in await alarms_of(run)] == ["telegram_updates_wait"]
        async with http.get(f"{url}/metrics") as answer:
            assert "doertrin_telegram_updates_waiting 5" in await answer.text()
        assert await post(f"{url}/telegram/kolding/{PATH}", anna.writes("/start"), secret=SECRET) == 200


async def test_the_alarm_comes_again_only_after_there_were_few(api, anna):
    alarms: list[str] = []

    async def alarm() -> None:
        alarms.append("alarm")

    requests = AiohttpRequest(), AiohttpRequest()
    for one in requests:
        await one.initialize()
    bot = Api(TOKEN, base_url=f"{api.url}/bot", request=requests[0], get_updates_request=requests[1])
    watch = backlog.Backlog(bot, alarm=alarm, most=1)
    try:
        for waiting in (2, 3, 0, 1, 2):
            api.waiting[:] = [anna.writes("hej") for _ in range(waiting)]
            await watch.look()
            assert watch.waiting == waiting
        api.fail("getWebhookInfo", BROKEN)
        await watch.look()
        assert watch.waiting == 2  # as last told
    finally:
        for one in requests:
            await one.shutdown()
    assert alarms == ["alarm", "alarm"]
