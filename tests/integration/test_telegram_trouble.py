"""What Telegram does wrong, and what then still holds: order in each chat, nothing lost, nobody else held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import poller, transport
from bot.channels.telegram.intake import Intake
from bot.running import Running
from bot.storage.ports import NewTimer, OutboxState, TimerState
from tests.support import bot_api_faults as faults
from tests.support.bot_api import TOKEN, BotApi
from tests.support.player import understanding
from tests.support.telegrams import write_as
from tests.support.whole import whole_program


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as short as a test can bear; their growth is tested with a clock in test_outbox.py."""
    monkeypatch.setattr(transport, "PATIENCE", 1.0)
    monkeypatch.setattr("bot.outbox.FIRST_WAIT", 0.1)
    monkeypatch.setattr("bot.outbox.LONGEST_WAIT", 0.5)
    monkeypatch.setattr(poller, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(poller, "LONGEST_WAIT", 0.1)


@pytest.fixture
async def run(api: BotApi, tmp_path: Path) -> AsyncIterator[Running]:
    async with whole_program(tmp_path, understanding=understanding, telegram_token=TOKEN, telegram_api=api.url) as (
        _,
        run,
    ):
        await run.conversations.ready.wait()
        yield run


async def states(run: Running) -> dict[OutboxState, int]:
    return await run.store.outbox_counts()


async def all_sent(api: BotApi, run: Running, count: int) -> None:
    """The last mark is written after the last call."""
    for _ in range(400):
        if await states(run) == {OutboxState.SENT: count}:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await states(run))


async def test_a_chat_that_is_slowed_down_waits_alone_and_for_as_long_as_told(api, run, anna, bo):
    api.fail(anna.id, faults.flood(2))
    api.put(anna.writes("/start"))
    await api.until(lambda: api.of("sendMessage", anna.id, status=429))
    refused = api.of("sendMessage", anna.id, status=429)[0].at
    api.put(bo.writes("/start"))
    await bo.asked()
    assert api.texts(anna.id) == []
    await anna.asked()
    assert api.of("sendMessage", anna.id)[0].at - refused >= 2.0
    assert api.texts(anna.id) == api.texts(bo.id)
    await all_sent(api, run, 8)


@pytest.mark.parametrize(
    "fault",
    [faults.Fault(500), faults.BROKEN, faults.GARBAGE, faults.DROPPED, faults.HANGS, faults.Fault(429, "slow down")],
    ids=["500", "502", "garbage", "dropped", "hangs", "429 without a time"],
)
async def test_what_did_not_arrive_is_sent_again_in_its_order(api, run, anna, bo, fault):
    api.fail(anna.id, fault, fault)
    api.put(anna.writes("/start"), bo.writes("/start"))
    await bo.asked()
    await anna.asked()
    assert api.texts(anna.id) == api.texts(bo.id)
    await all_sent(api, run, 8)


async def test_what_may_have_arrived_is_sent_once_more_and_not_lost(api, run, anna):
    api.fail(anna.id, faults.DROPPED_AFTER)
    api.put(anna.writes("/start"))
    await anna.asked()
    first, second, *_ = [shown.text for shown in api.shown[anna.id]]
    assert first == second
    assert len(api.shown[anna.id]) == 5


async def test_one_chat_that_hangs_holds_up_no_other(api, run, anna, bo):
    api.always(anna.id, faults.HANGS)
    api.put(anna.writes("/start"))
    await api.until(lambda: api.of("sendMessage", anna.id, status=None))
    api.put(bo.writes("/start"))
    await bo.asked()
    api.put(bo.presses("Det handler om mig"))
    await bo.asked(after=4)
    assert anna.id not in api.shown
    api.always(anna.id, None)
    await anna.asked()


@pytest.mark.parametrize("fault", [faults.BLOCKED, faults.GONE], ids=["blocked", "chat not found"])
async def test_who_has_blocked_us_is_written_to_no_more_until_they_write_again(api, run, anna, fault):
    api.put(anna.writes("/start"))
    await anna.asked()
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    await run.store.add_timer(
        "kolding",
        NewTimer(id="t", kind="nudge", subject=name, revision=1, due_at=run.clock.now().replace(year=2036)),
        conversation=name,
    )
    api.always(anna.id, fault)
    api.put(anna.writes("/kode"), anna.writes("/hjaelp"))
    await api.until(lambda: api.of("sendMessage", anna.id, status=fault.status))
    for _ in range(400):
        if (await states(run)).get(OutboxState.UNDELIVERABLE, 0) == 2:
            break
        await asyncio.sleep(0.02)
    assert await states(run) == {OutboxState.SENT: 4, OutboxState.UNDELIVERABLE: 2}
    assert await run.store.timer_counts("kolding") == {("nudge", TimerState.CANCELLED): 1}
    tries = len(api.of("sendMessage", anna.id, status=fault.status))
    assert tries <= 2
    api.always(anna.id, None)
    api.put(anna.writes("/kode"))
    await api.until(lambda: len(api.texts(anna.id)) == 5)


async def test_a_message_that_is_refused_does_not_hold_up_the_next(api, run, anna):
    api.fail(anna.id, faults.REFUSED)
    api.put(anna.writes("/start"))
    await anna.asked()
    assert len(api.texts(anna.id)) == 3
    for _ in range(400):
        if await states(run) == {OutboxState.SENT: 3, OutboxState.UNDELIVERABLE: 1}:
            break
        await asyncio.sleep(0.02)
    assert await states(run) == {OutboxState.SENT: 3, OutboxState.UNDELIVERABLE: 1}


async def test_parts_of_a_long_message_that_arrived_are_not_repeated(api, run, anna):
    api.put(anna.writes("/start"))
    await anna.asked()
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    sentences = [f"Sætning nummer {n} er her." for n in range(500)]
    sent = len(api.texts(anna.id))
    await write_as(run, name, " ".join(sentences))
    await api.until(lambda: len(api.texts(anna.id)) > sent)
    api.fail(anna.id, faults.flood(1))
    await api.until(lambda: sentences[-1] in api.texts(anna.id)[-1])
    said = " ".join(api.texts(anna.id)[sent:]).removeprefix("Rådgiveren skriver:\n").replace("\n", " ")
    assert said == " ".join(sentences)


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageText"])
async def test_a_press_is_stored_whatever_becomes_of_its_ornaments(api, run, anna, method):
    api.put(anna.writes("/start"))
    await anna.asked()
    api.always(method, faults.Fault(400, "Bad Request: query is too old"))
    api.put(anna.presses("Det handler om mig"))
    await anna.asked(after=4)


@pytest.mark.parametrize(
    "fault",
    [faults.BROKEN, faults.GARBAGE, faults.DROPPED, faults.flood(1), faults.Fault(409, "Conflict"), faults.Fault(401)],
    ids=["502", "garbage", "dropped", "429", "409", "401"],
)
async def test_polling_goes_on_after_whatever_telegram_answers(api, run, anna, fault):
    api.fail("getUpdates", fault, fault)
    api.put(anna.writes("/start"))
    await anna.asked()
    await api.until(lambda: not api.waiting)


async def test_an_update_that_breaks_us_is_given_up_and_holds_up_nobody(api, run, anna, bo, monkeypatch):
    take = Intake.take

    async def taken(self: Intake, raw: dict[str, Any]) -> None:
        if raw["update_id"] == 13:
            raise RuntimeError("a fault of ours")
        await take(self, raw)

    monkeypatch.setattr(Intake, "take", taken)
    broken = anna.writes("hej")
    broken["update_id"] = 13
    api.put(broken, bo.writes("/start"))
    await api.until(lambda: not api.waiting)
    await bo.asked()
    await api.until(lambda: api.texts(anna.id))
    assert "Undskyld" in api.texts(anna.id)[0]
    assert [alarm.kind for alarm in await run.store.alarms()] == ["telegram_update_lost"]
    assert sum("chatbot fra" in text for text in api.texts(bo.id)) == 1
