"""Everything a counselor does to a talk. Each method asks `authorize` first, and Forbidden comes before all else.

Every change takes the conversation's next turn number and moves the handoff with one conditional UPDATE, in one
transaction: two counselors cannot both have a talk, and a line is stored by whoever holds the talk at that moment, or
not at all. What is read is written in the audit before it is handed out, what is changed after it is stored.

All methods raise StorageUnavailable; those with a conversation TalkGone if it is erased or never was.
"""

import msgspec

from bot.desk.board import ALIVE_FOR
from bot.desk.lines import Lines
from bot.desk.ports import SYSTEM
from bot.desk.talks import Change
from bot.desk.transcripts import Transcripts
from bot.desk.values import CloseForm, Forms, QueueItem
from bot.errors import NotHeld, TalkGone, TalkTaken, UnknownLabel
from bot.house import SESSION
from bot.live import queue_topic
from bot.staff import Action, Actor, authorize
from bot.storage import desk as rows
from bot.storage.ports import Count, Handoff, HandoffMove, HandoffState, Loaded
from bot.taking import CHANGED
from bot.work import ALERTED
from content.hours import COPENHAGEN
from dialogs import lifecycle
from dialogs.journal import dump, load
from dialogs.lifecycle import Event, State


class Desk(Transcripts, Lines):
    """The desk of all tenants of this process; every actor sees the own tenant's only."""

    # being there

    async def heartbeat(self, actor: Actor) -> None:
        """The actor's console is open; to be called every 20 seconds. After 60 without, the actor's talks go back to
        the queue and the citizens are told.
        """
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        now = self._clock.now()
        came = await self._store.run(lambda c: rows.beat(c, actor.id, actor.tenant, now, alive_since=now - ALIVE_FOR))
        if came:
            self._live.publish(queue_topic(actor.tenant), [CHANGED])

    async def leave(self, actor: Actor) -> None:
        """The actor signs out or goes: their talks go back to the queue at once."""
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        for item in await self.held(actor):
            try:
                await self.release_to_queue(actor, item.conversation)
            except (NotHeld, TalkGone, TalkTaken):
                continue  # ended meanwhile, or the sweep gives it back
        await self._store.run(lambda c: rows.leave(c, actor.id))
        self._live.publish(queue_topic(actor.tenant), [CHANGED])

    async def sweep(self) -> int:
        """Give back the talks of counselors who were not heard of for 60 seconds; how many. To be called now and then,
        by any replica.
        """
        done = 0
        gone_since = self._clock.now() - ALIVE_FOR
        for left in await self._store.read(lambda c: rows.left_alone(c, alive_since=gone_since)):
            try:
                after = await self._talks.end_holding(
                    left.conversation,
                    left.counselor,
                    event=Event.HEARTBEAT_LOST,
                    to=HandoffState.WAITING,
                    bridge="desk.lost",
                )
            except (NotHeld, TalkGone, TalkTaken):
                continue  # it has gone on meanwhile
            done += 1
            await self._audit.record(after.tenant, SYSTEM, Event.HEARTBEAT_LOST.value, left.handoff)
        return done

    # the queue

    async def queue(self, actor: Actor) -> list[QueueItem]:
        """Who waits: most severe first, then by deadline, then by how long."""
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        waiting = await self._store.handoffs(actor.tenant, states=[HandoffState.WAITING])
        grave = {handoff.id for handoff in waiting if handoff.severity >= ALERTED}
        seen = await self._store.read(lambda c: rows.alerts_seen(c, sorted(grave))) if grave else set()
        return [
            self._item(handoff, place, alert=handoff.id in grave - seen) for place, handoff in enumerate(waiting, 1)
        ]

    async def held(self, actor: Actor) -> list[QueueItem]:
        """The talks that the actor holds, in the same order."""
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        claimed = await self._store.handoffs(actor.tenant, states=[HandoffState.CLAIMED])
        return [self._item(handoff, 0) for handoff in claimed if handoff.counselor == actor.id]

    async def next(self, actor: Actor) -> QueueItem | None:
        """Take the first of the queue ("tag den næste"); None if nobody waits."""
        authorize(actor, Action.CLAIM, actor.tenant)
        while waiting := await self._store.handoffs(actor.tenant, states=[HandoffState.WAITING]):
            for handoff in waiting:
                try:
                    return await self._claim(actor, handoff)
                except (TalkTaken, TalkGone):
                    continue  # somebody was first: the next one
        return None

    async def claim(self, actor: Actor, handoff: str) -> QueueItem:
        """Take this one. Raises TalkTaken if somebody was first, TalkGone if it waits no longer."""
        authorize(actor, Action.CLAIM, actor.tenant)
        found = await self._store.read(lambda c: rows.handoff_of(c, handoff))
        if found is None:
            raise TalkGone
        authorize(actor, Action.CLAIM, found.tenant)
        return await self._claim(actor, found)

    async def _claim(self, actor: Actor, handoff: Handoff) -> QueueItem:
        async def decide(loaded: Loaded) -> Change:
            now_open = await self._store.open_handoff(loaded.id)
            if now_open is None or now_open.id != handoff.id:
                raise TalkGone
            if now_open.state is not HandoffState.WAITING:
                raise TalkTaken
            state = loaded.state
            if state is State.BOT:  # it came while nobody was ever at the desk, and now somebody is
                state = lifecycle.after(state, Event.HANDED_OVER)
            try:
                state = lifecycle.after(state, Event.CLAIMED)
            except lifecycle.Refused:
                raise TalkGone from None
            now = self._clock.now()
            line, frame = self._talks.system_line(loaded, "desk.claimed", now)
            move = HandoffMove(handoff=handoff.id, to=HandoffState.CLAIMED, counselor=actor.id)
            wrote = self._talks.written(loaded, now, state, line)
            return Change(msgspec.structs.replace(wrote, handoff=move), (frame,))

        await self.heartbeat(actor)
        await self._talks.change(handoff.conversation, decide)
        await self._audit.record(actor.tenant, actor.id, Action.CLAIM.value, handoff.id)
        claimed = await self._store.read(lambda c: rows.handoff_of(c, handoff.id))
        return self._item(claimed or handoff, 0)

    async def acknowledge(self, actor: Actor, handoff: str) -> None:
        """The actor has seen the alert of a handoff. While they are present it is not escalated further."""
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        now = self._clock.now()
        if await self._store.run(lambda c: rows.see_alert(c, actor.tenant, handoff, actor.id, now)):
            await self._audit.record(actor.tenant, actor.id, "alert.seen", handoff)

    # ending

    async def release_to_bot(self, actor: Actor, conversation: str) -> None:
        """Hand back to the bot, which asks again exactly what it had asked. Raises NotHeld."""
        await self._end(actor, conversation, Event.RELEASED, HandoffState.CLOSED, "desk.released")

    async def release_to_queue(self, actor: Actor, conversation: str) -> None:
        """Give back to the queue, with its old place; the citizen is told. Raises NotHeld."""
        await self._end(actor, conversation, Event.REQUEUED, HandoffState.WAITING, "desk.requeued")

    async def _end(self, actor: Actor, conversation: str, event: Event, to: HandoffState, bridge: str) -> None:
        await self._found(actor, conversation, Action.RELEASE)
        await self._talks.end_holding(conversation, actor.id, event=event, to=to, bridge=bridge)
        await self._audit.record(actor.tenant, actor.id, f"{Action.RELEASE.value}.{event.value}", conversation)

    def forms(self) -> Forms:
        """What can be chosen in the form that closes a talk."""
        return Forms(reasons=self._labels("closed_because"), outcomes=self._labels("outcomes"))

    async def close(self, actor: Actor, conversation: str, form: CloseForm) -> None:
        """End the talk; the citizen's next message is the bot's again. Raises NotHeld, UnknownLabel."""
        await self._found(actor, conversation, Action.CLOSE)
        if form.reason not in self._words["closed_because"] or form.outcome not in self._words["outcomes"]:
            raise UnknownLabel

        async def decide(loaded: Loaded) -> Change:
            handoff = await self._talks.held(actor, loaded)
            now = self._clock.now()
            line, frame = self._talks.system_line(loaded, "desk.closed", now)
            month = f"{now.astimezone(COPENHAGEN):%Y-%m}"
            counts = tuple(
                Count(tenant=loaded.tenant, month=month, name=name, value=value)
                for name, value in (("desk.closed_because", form.reason), ("desk.outcome", form.outcome))
            )
            wrote = self._talks.written(loaded, now, lifecycle.after(loaded.state, Event.CLOSED), line)
            move = HandoffMove(handoff=handoff.id, to=HandoffState.CLOSED, counselor=actor.id)
            return Change(msgspec.structs.replace(wrote, handoff=move, counts=counts), (frame,))

        await self._talks.change(conversation, decide)
        await self._audit.record(actor.tenant, actor.id, Action.CLOSE.value, conversation)

    async def lower_severity(self, actor: Actor, conversation: str, severity: int) -> None:
        """Say that the danger is less: on the conversation, the handoff and in the bot's memory. Only down, only by the
        holder; audited. Raises NotHeld, ValueError for what is not lower.
        """
        await self._found(actor, conversation, Action.LOWER_SEVERITY)

        async def decide(loaded: Loaded) -> Change:
            await self._talks.held(actor, loaded)
            if not 0 <= severity < loaded.severity:
                raise ValueError("severity can only be lowered")
            key = self._talks.key(loaded)
            session = load(key.open(*SESSION, loaded.session))
            label = session.label if severity else "none"
            session = msgspec.structs.replace(session, severity=min(severity, session.severity), label=label)
            wrote = self._talks.written(loaded, self._clock.now(), State.HUMAN)
            sealed = key.seal(*SESSION, dump(session))
            return Change(msgspec.structs.replace(wrote, severity=severity, session=sealed, lowers=True))

        await self._talks.change(conversation, decide)
        await self._audit.record(actor.tenant, actor.id, Action.LOWER_SEVERITY.value, f"{conversation}:{severity}")
