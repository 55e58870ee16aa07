"""A centre with times to book, and citizens who press its buttons: the real runtime on a real store."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from bot import check_ins
from bot.booking import Appointment, Bookings
from bot.channels.ports import Incoming
from bot.clock import ManualClock
from bot.conversations import Conversations
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.store import SqlStore
from bot.taking import Handled
from bot.timers import Timers
from content.hours import COPENHAGEN
from tests.support.player import understanding

KEYRING = Keyring(active="k1", keys={"k1": bytes(32)})
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=COPENHAGEN)
MONDAY = date(2026, 11, 23)
"""Of the week that is looked at."""
TENANT = "kolding"


class Centre:
    """One replica: conversations, bookings and timers on a store, with a clock that moves when told."""

    def __init__(self, store: SqlStore, *, demo: bool = True, clock: ManualClock | None = None) -> None:
        self.store = store
        self.clock = clock or ManualClock(WEDNESDAY)
        house = make_house(overlay=None, keyring=KEYRING, hear=understanding())
        self.talks = Conversations(store=store, house=house, live=Live(), clock=self.clock)
        self.bookings = Bookings(store=store, house=house, teller=self.talks, clock=self.clock, demo=demo)
        self.timers = Timers(store, self.clock, owner=secrets.token_hex(4))
        self.bookings.start(self.timers)
        self.timers.handle(check_ins.KIND, self.talks.check_in)

    async def citizen(self, channel: str = "web") -> Citizen:
        """Somebody who has said that it is about themselves, and stands at the menu."""
        started = await self.talks.start(tenant=TENANT, channel=channel)
        await self.talks.greet(started.conversation)
        one = Citizen(self, started.conversation)
        await one.press("me")
        return one

    async def later(self, **by: float) -> int:
        """Some time goes by, and what is due is done; how many timers fired."""
        self.clock.advance(timedelta(**by))
        return await self.timers.run_due()


class Citizen:
    """One conversation, as its page sees it."""

    def __init__(self, centre: Centre, conversation: str) -> None:
        self.centre = centre
        self.conversation = conversation

    async def frames(self) -> list[dict[str, Any]]:
        """Everything that was said."""
        history = await self.centre.talks.history(self.conversation, after=0)
        return [msgspec.json.decode(frame) for frame in history]

    async def asked(self) -> dict[str, Any]:
        """The question at hand."""
        return [frame for frame in await self.frames() if frame.get("question")][-1]

    async def options(self) -> list[str]:
        """Ids of its own options."""
        return [choice["id"] for choice in (await self.asked())["choices"] if not choice["id"].startswith("cmd.")]

    async def press(self, *options: str, question: str | None = None) -> list[str]:
        """Press one button after another; what was said to the last."""
        said: list[str] = []
        for option in options:
            at = question or (await self.asked())["question"]
            said = await self.send(Incoming(id=secrets.token_hex(8), question=at, option=option))
        return said

    async def write(self, text: str) -> list[str]:
        """Type something; what was said to it."""
        return await self.send(Incoming(id=secrets.token_hex(8), text=text))

    async def send(self, incoming: Incoming) -> list[str]:
        """Send it; what was said to it."""
        handled: Handled = await self.centre.talks.handle(self.conversation, incoming)
        return [frame["text"] for frame in await self.frames() if frame["seq"] > handled.seq]

    async def to_times(self) -> list[str]:
        """Say yes to help, as an adult; the slots that are offered."""
        await self.press("book", "yes")
        if "26_up" in await self.options():
            await self.press("26_up")
        return await self.times()

    async def times(self) -> list[str]:
        """The slots among the options at hand."""
        return [option for option in await self.options() if option not in {"other", "none", "more"}]

    async def book(self, *, remind: bool = False) -> str:
        """Book the first time; its code."""
        times = await self.to_times()
        done = await self.press(times[0], "yes")
        await self.press("yes" if remind else "no")
        return code_in(done)


def code_in(said: list[str]) -> str:
    """The booking code in what was said."""
    [code] = [word.strip(".") for text in said for word in text.split() if word.count("-") == 2 and len(word) >= 14]
    return code


async def tuesday_mornings(one: Citizen) -> list[str]:
    """The times of a Tuesday morning of the week after: far enough ahead to be reminded of."""
    await one.to_times()
    await one.press("other", "2026-12-01", "early")
    return await one.times()


async def taken(centre: Centre) -> list[Appointment]:
    """What of this week somebody has."""
    return [one for one in await centre.bookings.week(TENANT, MONDAY) if one.booking]


async def booking_rows(centre: Centre) -> list[Any]:
    """The bookings as they are stored, the oldest first."""
    booking = table(t.Booking)
    return list(await centre.store.read(lambda c: c.execute(select(booking).order_by(booking.c.created_at)).all()))
