from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.channels.telegram.pacing import IN_ALL, PER_CHAT, Pace
from bot.clock import ManualClock


class Waiting:
    """A pace whose waiting moves the clock instead of taking time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = ManualClock(dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
        self.pace = Pace(self.clock.monotonic)
        monkeypatch.setattr("bot.channels.telegram.pacing.asyncio.sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.clock.advance(dt.timedelta(seconds=seconds))

    async def send(self, chat: int) -> float:
        await self.pace.turn(chat)
        return self.clock.monotonic()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Any:
    return Waiting(monkeypatch)


async def test_a_chat_gets_a_short_burst_and_then_one_a_second(waiting):
    times = [await waiting.send(1) for _ in range(PER_CHAT.burst + 3)]
    assert times == pytest.approx([0.0] * PER_CHAT.burst + [1.0, 2.0, 3.0])


async def test_chats_do_not_wait_for_each_other(waiting):
    for _ in range(PER_CHAT.burst):
        await waiting.send(1)
    assert await waiting.send(2) == 0.0


async def test_all_together_get_thirty_a_second(waiting):
    times = [await waiting.send(chat) for chat in range(120)]
    for start in range(len(times) - IN_ALL.burst - 1):
        assert times[start + IN_ALL.burst] - times[start] <= 1.001
    assert times[-1] == pytest.approx(3.0, abs=0.1)


async def test_a_chat_that_rests_is_left_in_peace_for_so_long(waiting):
    waiting.pace.rest(1, 30)
    waiting.pace.rest(1, 5)
    assert waiting.pace.rests(1)
    assert not waiting.pace.rests(2)
    waiting.pass_by(29.9)
    assert waiting.pace.rests(1)
    waiting.pass_by(0.2)
    assert not waiting.pace.rests(1)
