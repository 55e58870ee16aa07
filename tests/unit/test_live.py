"""What crosses to other replicas: that something changed, and that somebody writes; never a frame."""

from __future__ import annotations

import asyncio

import pytest

from bot.live import CITIZEN_TYPES, COUNSELOR_TYPES, CROSSES_EVERY, Live, desk_topic


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(told: list[str], clock: Clock) -> Live:
    made = Live(monotonic=clock)
    made.tell = told.append
    return made


async def test_that_somebody_writes_reaches_the_pages_of_another_replica(live: Live, told: list[str]) -> None:
    elsewhere = Live()
    async with elsewhere.subscribe("talk") as citizen, elsewhere.subscribe(desk_topic("talk")) as desk:
        live.whisper("talk", [COUNSELOR_TYPES])
        live.whisper(desk_topic("talk"), [CITIZEN_TYPES])
        assert all(elsewhere.heard(one) for one in told)
        assert (citizen.get_nowait(), desk.get_nowait()) == (COUNSELOR_TYPES, CITIZEN_TYPES)
        for page in (citizen, desk):
            with pytest.raises(asyncio.QueueEmpty):
                page.get_nowait()


def test_it_crosses_at_most_once_in_a_while_for_each_talk(live: Live, told: list[str], clock: Clock) -> None:
    for _ in range(50):
        live.whisper("talk", [COUNSELOR_TYPES])
    live.whisper("other", [COUNSELOR_TYPES])
    assert [one.rsplit(":", 1)[1] for one in told] == ["talk", "other"]
    clock.now += CROSSES_EVERY
    live.whisper("talk", [COUNSELOR_TYPES])
    assert len(told) == 3


def test_no_other_whisper_crosses_and_no_frame_ever(live: Live, told: list[str]) -> None:
    live.whisper("talk", [b'{"type":"state","state":"waiting"}'])
    assert told == []
    live.whisper("talk", [COUNSELOR_TYPES, b'{"type":"message","text":"hemmeligt"}'])
    assert told == ["whisper:counselor:talk"]


def test_a_change_is_no_whisper_and_what_a_later_release_whispers_is_let_go(live: Live) -> None:
    assert not live.heard("talk")
    assert live.heard("whisper:thinks:talk")
