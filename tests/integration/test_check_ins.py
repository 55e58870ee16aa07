"""The day after a danger, through the whole runtime: asked once, and only where it was wished."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import check_ins
from bot.channels.ports import Erased
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore
from content.hours import COPENHAGEN
from tests.support.booker import TENANT, Centre, Citizen

HOW = "Hej. Du bad mig spørge til dig i dag. Hvordan har du det nu?"
FORBIDDEN = ("selvmord", "alkohol", "stof", "rusmiddel", "kommune", "chat", "krise", "fare")


async def asks_for_tomorrow(centre: Centre) -> Citizen:
    """Somebody who has told of danger, is safe, and asks to be asked."""
    one = await centre.citizen()
    await one.write("jeg har lyst til at dø")
    await one.press("no", "yes")
    said = await one.press("tomorrow")
    assert "Du hører fra mig torsdag den 26. november klokken 10" in said[0]
    return one


async def pending(store: SqlStore) -> int:
    return (await store.timer_counts(TENANT)).get((check_ins.KIND, TimerState.PENDING), 0)


async def test_who_wished_it_is_asked_once_on_the_next_day_and_then_the_talk_goes_on(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    before = await one.asked()
    assert await centre.later(hours=23) == 0
    assert await centre.later(hours=1) == 1
    assert [frame["text"] for frame in await one.frames()].count(HOW) == 1
    assert await one.options() == ["better", "same", "worse"]
    await one.press("better", "continue")
    assert (await one.asked())["text"] == before["text"]
    assert await centre.later(days=1) == 0


def test_the_first_words_tell_nobody_what_it_is_about() -> None:
    assert [word for word in FORBIDDEN if word in HOW.casefold()] == []


async def test_who_did_not_wish_it_is_left_alone(centre: Centre) -> None:
    one = await centre.citizen()
    await one.write("jeg har lyst til at dø")
    await one.press("no", "yes", "continue")
    assert await pending(centre.store) == 0


async def test_worse_is_asked_about_as_on_the_day_before(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    await centre.later(days=1)
    said = await one.press("worse")
    assert "Tænker du på at tage dit liv lige nu?" in said[0]


async def test_it_comes_also_where_the_talk_was_ended(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    await one.write("stop")
    await centre.later(days=1)
    assert (await one.asked())["text"] == HOW
    assert "Tak, fordi du svarer" in (await one.press("same"))[0]


async def test_nothing_is_asked_in_the_middle_of_another_danger(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    await centre.later(hours=23)
    await one.write("jeg har taget en overdosis nu")
    await centre.later(hours=1)
    assert HOW not in [frame["text"] for frame in await one.frames()]
    assert await pending(centre.store) == 0


async def test_what_was_erased_is_not_asked_about(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    await one.press("cmd.delete")
    with pytest.raises(Erased):
        await one.press("yes")
    assert await pending(centre.store) == 0
    assert await centre.later(days=1) == 0


async def test_half_a_day_too_late_it_is_missed(centre: Centre) -> None:
    one = await asks_for_tomorrow(centre)
    await centre.later(days=1, hours=13)
    assert HOW not in [frame["text"] for frame in await one.frames()]
    assert (await centre.store.timer_counts(TENANT))[check_ins.KIND, TimerState.MISSED] == 1


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-25T09:59", "2026-11-26T10:00"),
        ("2026-11-25T22:00", "2026-11-26T10:00"),
        ("2026-11-26T02:00", "2026-11-26T10:00"),
        ("2026-11-26T03:30", "2026-11-27T10:00"),
        ("2027-03-27T22:00", "2027-03-28T10:00"),  # the night with an hour less
    ],
)
def test_tomorrow_is_after_a_nights_sleep(now: str, at: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=COPENHAGEN)
    assert check_ins.next_at(moment, 10) == datetime.fromisoformat(at).replace(tzinfo=COPENHAGEN)
