"""Somebody in danger waits: who is told, when, how often, and what is not said."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.desk.alerts import Alerts, Exit, Told
from bot.desk.values import EventKind
from bot.errors import AlertFailed
from bot.storage.ports import TimerState
from bot.storage.store import SqlStore
from bot.timers import Timers
from tests.support.office import ANNE, DANGER, Office, content_with


class Outside:
    """A way out; set `broken` for one that does not work."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.broken = False

    async def tell(self, told: Told) -> None:
        if self.broken:
            raise AlertFailed
        self.told.append(told)


class Duty:
    """An office whose alerts go to a console and to one way out."""

    def __init__(self, store: SqlStore, exits: dict[str, Exit] | None = None) -> None:
        self.office = Office(store)
        self.outside = Outside()
        self.timers = Timers(store, self.office.clock, owner="me")
        alerts = Alerts(
            store=store,
            live=self.office.live,
            clock=self.office.clock,
            content=content_with(channels=("sound", "webhook", "email")),
            audit=self.office.audit,
            exits=exits or {"webhook": Exit(self.outside)},
        )
        alerts.add_to(self.timers)

    async def after(self, minutes: float) -> int:
        """Time goes by, and the timers are knocked at; how often word has gone out by now."""
        self.office.clock.advance(timedelta(minutes=minutes))
        await self.timers.run_due()
        return len(self.outside.told)

    async def danger(self) -> str:
        """Somebody in danger writes."""
        talk = await self.office.citizen()
        await self.office.writes(talk, DANGER)
        return talk


@pytest.fixture
async def duty(store: SqlStore) -> Duty:
    return Duty(store)


async def test_at_once_and_again_after_two_and_ten_minutes_and_then_no_more(duty: Duty) -> None:
    async with duty.office.desk.subscribe_queue(ANNE) as events:
        await duty.danger()
        assert (await asyncio.wait_for(anext(events), 5)).kind is EventKind.QUEUE
        assert await duty.after(0) == 1
        assert (await asyncio.wait_for(anext(events), 5)).kind is EventKind.ALERT
    assert [await duty.after(minutes) for minutes in (1.9, 0.1, 7.9, 0.1, 60, 600)] == [1, 2, 2, 3, 3, 3]
    assert duty.outside.told[2] == Told(tenant="kolding", municipality="Kolding Kommune", stage=2)
    assert set(Told.__struct_fields__) == {"tenant", "municipality", "stage"}, "nothing else leaves the house"
    assert duty.office.audit.actions() == ["alert.webhook"] * 3, "no console is open to be heard"


async def test_one_who_writes_on_is_one_alert(duty: Duty) -> None:
    talk = await duty.danger()
    await duty.after(0)
    for _ in range(5):
        await duty.office.writes(talk, DANGER)
        await duty.after(0.1)
    assert len(duty.outside.told) == 1
    assert await duty.after(2) == 2


async def test_whoever_takes_the_talk_ends_it(duty: Duty) -> None:
    await duty.danger()
    await duty.after(0)
    assert await duty.office.desk.next(ANNE) is not None
    assert await duty.after(20) == 1


async def test_whoever_has_seen_it_and_is_still_there_stops_the_escalation(duty: Duty) -> None:
    await duty.danger()
    await duty.after(0)
    await duty.office.desk.heartbeat(ANNE)
    [item] = await duty.office.desk.queue(ANNE)
    assert item.alert
    await duty.office.desk.acknowledge(ANNE, item.handoff)
    await duty.office.desk.acknowledge(ANNE, item.handoff)
    [item] = await duty.office.desk.queue(ANNE)
    assert not item.alert
    assert [entry for entry in duty.office.audit.entries if entry[2] == "alert.seen"] == [
        ("kolding", "anne", "alert.seen", item.handoff)
    ]
    duty.office.clock.advance(timedelta(minutes=1.5))
    await duty.office.desk.heartbeat(ANNE)
    assert await duty.after(0.5) == 1
    assert await duty.after(8) == 2, "she saw it and went: the others are told"


async def test_a_talk_whose_counselor_is_gone_is_told_anew(duty: Duty) -> None:
    await duty.danger()
    await duty.after(0)
    await duty.office.desk.next(ANNE)
    await duty.after(5)
    assert await duty.office.desk.sweep() == 1
    assert await duty.after(0) == 2
    assert await duty.after(2) == 3


async def test_erased_is_nothing_to_tell(duty: Duty) -> None:
    talk = await duty.danger()
    await duty.office.presses(talk, "cmd.delete", "yes")
    assert await duty.after(20) == 0


async def test_less_than_danger_to_life_is_no_alert(duty: Duty) -> None:
    await duty.office.staffed(ANNE)
    await duty.office.waiting()
    assert await duty.after(20) == 0


async def test_a_way_that_fails_is_tried_again_for_an_hour_and_alarms(duty: Duty, store: SqlStore) -> None:
    await duty.office.staffed(ANNE)
    await duty.danger()
    duty.outside.broken = True
    assert await duty.after(0) == 0
    assert [(alarm.kind, alarm.detail) for alarm in await store.alarms()] == [("timer_failed", "alert.webhook")]
    duty.outside.broken = False
    assert await duty.after(0.1) == 1
    assert duty.office.audit.actions() == ["alert.sound", "alert.webhook"], "the sound is not made again"


async def test_a_sound_is_in_the_audit_only_while_a_console_is_open_to_be_heard(duty: Duty) -> None:
    await duty.office.staffed(ANNE)
    await duty.danger()
    await duty.after(0)
    assert duty.office.audit.actions().count("alert.sound") == 1
    await duty.after(2)  # Anne's console was not heard of for a minute
    assert duty.office.audit.actions().count("alert.sound") == 1


async def test_each_address_is_told_and_tried_again_by_itself_and_an_own_one_stands_for_the_common(
    store: SqlStore,
) -> None:
    first, second, common, elsewhere = Outside(), Outside(), Outside(), Outside()
    exits = {
        "webhook": Exit(first, "kolding"),
        "webhook.2": Exit(second, "kolding"),
        "webhook.3": Exit(common),
        "webhook.4": Exit(elsewhere, "randers"),
        "email": Exit(elsewhere, "randers"),
        "email.2": Exit(common),
    }
    duty = Duty(store, exits)
    second.broken = True
    await duty.danger()
    await duty.after(0)
    assert [len(one.told) for one in (first, second, common, elsewhere)] == [1, 0, 1, 0]
    second.broken = False
    await duty.after(0.1)
    assert [len(one.told) for one in (first, second, common, elsewhere)] == [1, 1, 1, 0]
    assert sorted(duty.office.audit.actions()) == ["alert.email.2", "alert.webhook", "alert.webhook.2"]


async def test_a_way_without_an_address_is_told_at_the_start(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    Duty(store)
    told = [(record.message, record.__dict__["channel"]) for record in caplog.records]
    assert ("alert_without_address", "email") in told
    assert ("alert_without_address", "webhook") not in told


async def test_two_replicas_tell_once(duty: Duty, another: SqlStore) -> None:
    await duty.danger()
    other = Duty(another)
    await asyncio.gather(*(each.timers.run_due() for each in (duty, other) for _ in range(3)))
    await asyncio.gather(duty.timers.run_due(), other.timers.run_due())
    assert len(duty.outside.told) + len(other.outside.told) == 1
    counts = await another.timer_counts("kolding")
    assert counts["alert.webhook", TimerState.FIRED] == 1
