"""A counselors' desk in one process, for tests: citizens who ask for a human, counselors who take them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import msgspec

from bot.channels.ports import Incoming
from bot.clock import ManualClock
from bot.conversations import Conversations
from bot.desk.board import Board
from bot.desk.service import Desk
from bot.desk.values import CloseForm
from bot.house import House
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.staff import Actor, Role
from bot.storage.ports import Store
from content.hours import read_hours
from content.loading import Content
from content.staffing import Staffing
from dialogs.heard import Crisis, CrisisLabel, Expect, Heard, Span

NOON = datetime.fromisoformat("2026-11-25T12:00:00+01:00")
"""A Wednesday."""
KEYRING = Keyring(active="k1", keys={"k1": bytes(range(32))})
WORKING_HOURS = Staffing(hours=read_hours({"weekdays": "08-16", "holidays": "closed"}), at_once=2, queue_most=3)
ANNE = Actor(id="anne", tenant="kolding", role=Role.COUNSELOR)
BENT = Actor(id="bent", tenant="kolding", role=Role.COORDINATOR)
DANGER = "jeg tager dem alle nu"
DONE = CloseForm(reason="talked", outcome="advice")


class Ears:
    """Hears danger in one sentence, and telephone numbers."""

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        del now, expect
        spans = tuple(Span(found.start(), found.end(), "PHONE") for found in re.finditer(r"\d{8}", text))
        crisis = Crisis(label=CrisisLabel.SUICIDE_IMMINENT, severity=3) if text == DANGER else Crisis()
        return Heard(personal_data=spans, crisis=crisis)


class Remembered:
    """An audit in memory."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, str]] = []

    async def record(self, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002
        self.entries.append((tenant, actor, action, object))

    def actions(self) -> list[str]:
        return [action for _, _, action, _ in self.entries]


@cache
def _house() -> House:
    return make_house(overlay=None, keyring=KEYRING, hear=Ears())


def content_with(*, channels: tuple[str, ...]) -> Content:
    """The content, with alerts by these ways in Kolding."""
    content = _house().content
    pack = content.pack("kolding")
    loud = msgspec.structs.replace(pack, alerts=msgspec.structs.replace(pack.alerts, channels=channels))
    return msgspec.structs.replace(content, packs={**content.packs, "kolding": loud})


class Office:
    """One replica's desk on a store."""

    def __init__(self, store: Store, clock: ManualClock | None = None, *, staffing: Staffing = WORKING_HOURS) -> None:
        self.store = store
        self.clock = clock or ManualClock(NOON)
        self.live = Live()
        self.audit = Remembered()
        self.board = Board(store, _house().content, self.live, self.clock, staffing=staffing)
        house = msgspec.structs.replace(_house(), desk=self.board.desk)
        self.talks = Conversations(store=store, house=house, live=self.live, clock=self.clock, told=self.board.told)
        self.desk = Desk(
            store=store,
            conversations=self.talks,
            live=self.live,
            clock=self.clock,
            audit=self.audit,
            words=house.desk_words,
        )
        self._ids = count(1)

    async def staffed(self, *actors: Actor) -> None:
        """These are at work, and the bot knows."""
        for actor in actors or (ANNE, BENT):
            await self.desk.heartbeat(actor)
        await self.board.refresh()

    def passes(self, **span: float) -> None:
        """Time goes by."""
        self.clock.advance(timedelta(**span))

    # citizens

    async def citizen(self) -> str:
        """Somebody opens the chat."""
        started = await self.talks.start(tenant="kolding", channel="web")
        await self.talks.greet(started.conversation)
        return started.conversation

    async def presses(self, conversation: str, *options: str) -> None:
        """Press buttons of the question that stands."""
        for option in options:
            await self.talks.handle(conversation, Incoming(id=f"b{next(self._ids)}", option=option))

    async def writes(self, conversation: str, text: str) -> int:
        """Write something; the line's number."""
        return (await self.talks.handle(conversation, Incoming(id=f"t{next(self._ids)}", text=text))).seq

    async def waiting(self, *, shares: str = "yes") -> str:
        """Somebody who asks for a human, and waits."""
        conversation = await self.citizen()
        await self.presses(conversation, "cmd.human", shares)
        await self.board.refresh()
        return conversation

    async def with_human(self, actor: Actor = ANNE, *, shares: str = "yes") -> str:
        """Somebody who talks with this counselor."""
        await self.staffed(actor)
        conversation = await self.waiting(shares=shares)
        [item] = [item for item in await self.desk.queue(actor) if item.conversation == conversation]
        await self.desk.claim(actor, item.handoff)
        return conversation

    async def reads(self, conversation: str, after: int = 0) -> list[dict[str, Any]]:
        """What the citizen's page shows."""
        return [msgspec.json.decode(frame) for frame in await self.talks.history(conversation, after=after)]

    async def state(self, conversation: str) -> dict[str, object]:
        """The `state` frame."""
        self.talks.forget(conversation)
        return await self.talks.state(conversation)


def last_question(frames: list[dict[str, Any]]) -> dict[str, Any]:
    """The last frame that asks something."""
    return [frame for frame in frames if "question" in frame][-1]
