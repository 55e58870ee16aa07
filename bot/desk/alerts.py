"""Who is told that somebody in danger waits, and when: at once, and again after the minutes of the tenant's pack.

    turn or requeue -> timer "alert", stage 0 -> console sound, a timer for each way out -> timer "alert", next stage

Every step is a timer row, so that a crash delays an alert and loses none. A way that fails is tried again by itself,
for an hour. Nothing that is sent out says who, what or why. Whoever has seen it and is still there stops the
escalation; whoever takes the talk ends it.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Protocol

import msgspec

from bot.clock import Clock
from bot.desk.board import ALIVE_FOR
from bot.desk.events import alert_frame
from bot.desk.ports import SYSTEM, Audit
from bot.live import Live, queue_topic
from bot.privacy.pseudonyms import new_id
from bot.storage import desk as rows
from bot.storage.ports import Handoff, HandoffState, NewTimer, Store, Timer
from bot.timers import Timers
from bot.work import ALERT, ALERT_STAGES, ALERTED
from content.loading import Content
from content.packs import Pack

log = logging.getLogger(__name__)

SOUND = "sound"
TRIED_FOR = timedelta(hours=1)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that leaves the house: which service, and how often it was told before."""

    tenant: str
    municipality: str
    stage: int


class Way(Protocol):
    """A way out of the house."""

    async def tell(self, told: Told) -> None:
        """Raises AlertFailed; then it is tried again."""
        ...


class Exit(msgspec.Struct, frozen=True):
    """A way with its address."""

    way: Way
    tenant: str | None = None
    """Whose it is; None: for all that have no own by the same channel."""


def exits_of(exits: Mapping[str, Exit], channel: str, tenant: str) -> list[str]:
    """By which of them a tenant is told; their names are the channel's, and more than one are `email`, `email.2` …"""
    of_channel = [name for name in exits if name.split(".")[0] == channel]
    own = [name for name in of_channel if exits[name].tenant == tenant]
    return own or [name for name in of_channel if exits[name].tenant is None]


class Alerts:
    """Handles the timers that tell. `exits` are the ways that the installation has addresses for, by name."""

    def __init__(
        self, *, store: Store, live: Live, clock: Clock, content: Content, audit: Audit, exits: Mapping[str, Exit]
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        self._content = content
        self._audit = audit
        self._exits = exits

    def add_to(self, timers: Timers) -> None:
        """Handle them. An operator is told of a way that a pack wants and nobody has an address for."""
        for tenant in self._content.tenants:
            for channel in self._content.pack(tenant).alerts.channels:
                if channel != SOUND and not exits_of(self._exits, channel, tenant):
                    log.warning("alert_without_address", extra={"tenant": tenant, "channel": channel})
        timers.handle(ALERT, self._stage)
        for name in self._exits:
            timers.handle(f"{ALERT}.{name}", self._tell)

    async def _stage(self, timer: Timer) -> None:
        """One stage: make the consoles sound, send word out, and set the next stage."""
        handoff = await self._waiting(timer)
        if handoff is None:
            return
        alerts = self._pack(handoff.tenant).alerts
        stage = timer.revision % ALERT_STAGES
        if not await self._seen(handoff):
            for channel in alerts.channels:
                if channel == SOUND:
                    await self._sound(handoff, stage)
                for name in exits_of(self._exits, channel, handoff.tenant):
                    await self._set(timer, f"{ALERT}.{name}", timer.revision, timedelta(0))
        minutes = (0, *alerts.escalate_minutes)
        if stage + 1 < min(len(minutes), ALERT_STAGES):
            await self._set(timer, ALERT, timer.revision + 1, timedelta(minutes=minutes[stage + 1] - minutes[stage]))

    async def _sound(self, handoff: Handoff, stage: int) -> None:
        """Make the consoles sound; the audit says so only if one was open to be heard."""
        now = self._clock.now()
        look = partial(rows.crew, tenant=handoff.tenant, alive_since=now - ALIVE_FOR, finished_since=now, last=0)
        self._live.publish(queue_topic(handoff.tenant), [alert_frame(handoff.id)])
        if (await self._store.read(look)).present:
            await self._note(handoff, SOUND, stage)

    async def _set(self, timer: Timer, kind: str, revision: int, after: timedelta) -> None:
        due = timer.due_at + after
        new = NewTimer(
            id=new_id(), kind=kind, subject=timer.subject, revision=revision, due_at=due, not_after=due + TRIED_FOR
        )
        await self._store.add_timer(timer.tenant, new, conversation=timer.conversation)

    async def _tell(self, timer: Timer) -> None:
        """Send word out one way. Raises AlertFailed."""
        handoff = await self._waiting(timer)
        if handoff is None:
            return
        name, stage = timer.kind.removeprefix(f"{ALERT}."), timer.revision % ALERT_STAGES
        municipality = self._pack(handoff.tenant).municipality
        await self._exits[name].way.tell(Told(tenant=handoff.tenant, municipality=municipality, stage=stage))
        await self._note(handoff, name, stage)

    def _pack(self, tenant: str) -> Pack:
        """The tenant's pack; of one whose pack is gone while somebody waits, what holds for all."""
        return self._content.packs[tenant if tenant in self._content.packs else "base"]

    async def _waiting(self, timer: Timer) -> Handoff | None:
        """The handoff, if it still waits and is still as grave."""
        handoff = await self._store.open_handoff(timer.subject)
        waits = handoff is not None and handoff.state is HandoffState.WAITING and handoff.severity >= ALERTED
        return handoff if waits else None

    async def _seen(self, handoff: Handoff) -> bool:
        """Has somebody seen it who is still there?"""
        since = self._clock.now() - ALIVE_FOR
        who = await self._store.read(lambda c: rows.alert_seen_by(c, handoff.id))
        return bool(who) and await self._store.read(lambda c: rows.is_present(c, who, alive_since=since))

    async def _note(self, handoff: Handoff, way: str, stage: int) -> None:
        await self._audit.record(handoff.tenant, SYSTEM, f"alert.{way}", f"{handoff.id}:{stage}")
