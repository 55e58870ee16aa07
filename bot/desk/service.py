"""Everything a counselor does to a talk. Each method asks `authorize` first, and Forbidden comes before all else.

Every change takes the conversation's next turn number and moves the handoff with one conditional UPDATE, in one
transaction: two counselors cannot both have a talk, and a line is stored by whoever holds the talk at that moment, or
not at all. What is read is written in the audit before it is handed out, what is changed after it is stored.

All methods raise StorageUnavailable; those with a conversation TalkGone if it is erased or never was.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from bot.channels.rendering import write
from bot.clock import Clock
from bot.conversations import CHANGED, LONGEST_TEXT, Conversations
from bot.desk.board import ALIVE_FOR
from bot.desk.events import events
from bot.desk.ports import SYSTEM, Audit
from bot.desk.reading import READABLE_FOR, Mask, first_readable, lines_after
from bot.desk.talks import Change, Talks
from bot.desk.values import Canned, CloseForm, DeskEvent, EventKind, Forms, Label, Note, QueueItem, Sent, Talk
from bot.errors import DuplicateInbound, NotHeld, SealedTalk, TalkGone, TalkTaken, TextRefused, UnknownLabel
from bot.live import Live, desk_topic, queue_topic
from bot.privacy.pseudonyms import new_id
from bot.staff import Action, Actor, authorize
from bot.storage import desk as rows
from bot.storage.desk import SealedNote
from bot.storage.ports import CounselorSend, Count, Handoff, HandoffMove, HandoffState, Loaded, Sender, Store
from bot.turns import COPENHAGEN, SESSION, reader
from dialogs import lifecycle
from dialogs.journal import dump, load
from dialogs.lifecycle import Event, State

__all__ = ["READABLE_FOR", "Desk"]

TYPING = b'{"type":"typing"}'
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHORTEST_REASON = 10


class Desk:
    """The desk of all tenants of this process; every actor sees the own tenant's only."""

    def __init__(
        self,
        *,
        store: Store,
        conversations: Conversations,
        live: Live,
        clock: Clock,
        audit: Audit,
        words: Mapping[str, Mapping[str, str]],
    ) -> None:
        """`words`: what codes are called, from `lexicon/desk.toml`."""
        self._store = store
        self._conversations = conversations
        self._live = live
        self._clock = clock
        self._audit = audit
        self._words = words
        self._talks = Talks(store, conversations, live, clock)

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
            except (NotHeld, TalkGone):
                continue  # ended meanwhile
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
        return [self._item(handoff, place) for place, handoff in enumerate(waiting, 1)]

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

    # reading

    async def transcript(self, actor: Actor, conversation: str, *, after: int = 0) -> Talk:
        """The lines after that number, in order and without a gap, personal data masked. For the holder, for 30 minutes
        after, and after `break_glass`. Without the citizen's consent it begins where the human was asked for. An audit
        entry for each call that hands out a line. Raises SealedTalk.
        """
        loaded, first = await self._readable(actor, conversation, Action.READ_TALK)
        now, key = self._clock.now(), self._talks.key(loaded)
        stored = await lines_after(self._store, loaded, max(after, first - 1))
        mask = Mask(self._conversations.house.hear, self._words["masks"], now)
        if stored:
            numbers = f"{conversation}:{stored[0].seq}-{stored[-1].seq}"
            await self._audit.record(actor.tenant, actor.id, Action.READ_TALK.value, numbers)
        handoff = await self._store.open_handoff(conversation)
        scene = reader(self._conversations.house, loaded, now)
        return Talk(
            conversation=conversation,
            state=loaded.state.value,
            severity=loaded.severity,
            reason=None if handoff is None else self._label("reasons", handoff.reason),
            lines=tuple(mask.line(message, key) for message in stored),
            seq=loaded.seq,
            shared=first <= 1,
            first=first,
            holder=None if handoff is None else handoff.counselor,
            citizen_seen=await self._store.read(lambda c: rows.citizen_read(c, conversation)),
            language=scene.language,
            reading=scene.reading,
        )

    async def reveal(self, actor: Actor, conversation: str, seq: int) -> str:
        """One line unmasked, for whoever may read it; audited. Raises SealedTalk, TalkGone if there is no such line."""
        loaded, first = await self._readable(actor, conversation, Action.REVEAL)
        if seq < first:
            raise SealedTalk
        stored = await self._store.messages(conversation, after=seq - 1, limit=1)
        if not stored or stored[0].seq != seq:
            raise TalkGone
        await self._audit.record(actor.tenant, actor.id, Action.REVEAL.value, f"{conversation}:{seq}")
        return self._talks.open_text(stored[0], loaded)

    async def break_glass(self, actor: Actor, conversation: str, reason: str) -> None:
        """Open a talk that is not the actor's, whole and for 30 minutes, for a written reason of at least ten
        characters; audited. Raises TextRefused.
        """
        loaded = await self._found(actor, conversation, Action.BREAK_GLASS)
        if len(_text(reason)) < SHORTEST_REASON:
            raise TextRefused
        name, now = new_id(), self._clock.now()
        sealed = self._talks.key(loaded).seal("broken_glass", "reason", name, reason.encode())
        await self._audit.record(actor.tenant, actor.id, Action.BREAK_GLASS.value, conversation)
        await self._store.run(
            lambda c: rows.break_glass(
                c, name=name, conversation=conversation, counselor=actor.id, reason=sealed, at=now
            )
        )

    @asynccontextmanager
    async def subscribe(self, actor: Actor, conversation: str) -> AsyncIterator[AsyncIterator[DeskEvent]]:
        """What happens in a talk, until the block ends. Events carry no content: on `TALK` read on after the last
        number. Subscribe first and read then, and nothing is missed. Raises SealedTalk.
        """
        await self._readable(actor, conversation, Action.READ_TALK)
        async with self._live.subscribe(conversation, desk_topic(conversation)) as page:
            yield events(page, missed=EventKind.TALK)

    @asynccontextmanager
    async def subscribe_queue(self, actor: Actor) -> AsyncIterator[AsyncIterator[DeskEvent]]:
        """`QUEUE` when the queue changed, `ALERT` when somebody in danger waits."""
        authorize(actor, Action.SEE_QUEUE, actor.tenant)
        async with self._live.subscribe(queue_topic(actor.tenant)) as page:
            yield events(page, missed=EventKind.QUEUE)

    # talking

    async def send(self, actor: Actor, conversation: str, client_id: str, text: str) -> Sent:
        """Store a line for the citizen; the draft is gone with it. The same `client_id` (1 to 64 characters of
        `A-Za-z0-9_-`) again gives the same line and has no other effect. Raises NotHeld, TextRefused, TalkTaken after
        too many changes at once.
        """
        first = await self._found(actor, conversation, Action.WRITE_TALK)
        said = _text(text)
        if CLIENT_ID.fullmatch(client_id) is None:
            raise TextRefused("A line needs an id of 1 to 64 letters, digits, - or _.")
        mark = self._talks.key(first).mark(f"desk\0{actor.id}\0{client_id}")
        before = await self._store.read(lambda c: rows.sent_seq(c, conversation, mark))
        if before is not None:
            return Sent(before, duplicate=True)

        async def decide(loaded: Loaded) -> Change:
            await self._talks.held(actor, loaded)
            now = self._clock.now()
            line, frame = self._talks.says(loaded, Sender.COUNSELOR, said, now)
            wrote = self._talks.written(loaded, now, State.HUMAN, line)
            sends = CounselorSend(mark=mark, counselor=actor.id)
            return Change(msgspec.structs.replace(wrote, sends=sends), (frame,))

        try:
            after = await self._talks.change(conversation, decide)
        except DuplicateInbound as twice:
            return Sent(twice.seq, duplicate=True)
        await self._store.run(lambda c: rows.save_draft(c, conversation, actor.id, None))
        await self._audit.record(actor.tenant, actor.id, Action.WRITE_TALK.value, f"{conversation}:{after.seq}")
        return Sent(after.seq)

    async def typing(self, actor: Actor, conversation: str) -> None:
        """The citizen is shown that somebody writes. Raises NotHeld."""
        await self._holding(actor, conversation, Action.WRITE_TALK)
        self._live.whisper(conversation, [TYPING])

    async def seen(self, actor: Actor, conversation: str, seq: int) -> None:
        """The holder has read up to `seq`; never back. Raises NotHeld."""
        loaded = await self._holding(actor, conversation, Action.READ_TALK)
        if 0 < seq <= loaded.seq:
            await self._store.run(lambda c: rows.mark_read(c, conversation, "counselor", seq))

    async def save_draft(self, actor: Actor, conversation: str, text: str) -> None:
        """Keep what is half written, sealed; an empty text removes it. Raises NotHeld, TextRefused."""
        loaded = await self._holding(actor, conversation, Action.WRITE_TALK)
        if len(text) > LONGEST_TEXT:
            raise TextRefused
        sealed = self._talks.key(loaded).seal("draft", "body", actor.id, text.encode()) if text else None
        await self._store.run(lambda c: rows.save_draft(c, conversation, actor.id, sealed))

    async def draft(self, actor: Actor, conversation: str) -> str:
        """What the actor kept; empty if nothing."""
        loaded = await self._found(actor, conversation, Action.WRITE_TALK)
        sealed = await self._store.read(lambda c: rows.draft(c, conversation, actor.id))
        return "" if sealed is None else self._talks.key(loaded).open("draft", "body", actor.id, sealed).decode()

    async def canned(self, actor: Actor, conversation: str) -> list[Canned]:
        """The tenant's ready replies, in this citizen's language and reading level. Raises NotHeld."""
        loaded = await self._holding(actor, conversation, Action.WRITE_TALK)
        scene = reader(self._conversations.house, loaded, self._clock.now())
        titles = self._words["canned"]
        return [
            Canned(id=name, title=titles.get(name, name), text=write(f"canned.{name}", scene))
            for name in scene.pack.canned
        ]

    # noting

    async def add_note(self, actor: Actor, conversation: str, text: str) -> Note:
        """Note something for colleagues, sealed. For whoever may read the talk. Raises SealedTalk, TextRefused."""
        loaded, _first = await self._readable(actor, conversation, Action.NOTE)
        note = Note(id=new_id(), counselor=actor.id, text=_text(text), at=self._clock.now())
        sealed = self._talks.key(loaded).seal("note", "body", note.id, note.text.encode())
        kept = SealedNote(id=note.id, counselor=note.counselor, body=sealed, at=note.at)
        await self._store.run(lambda c: rows.add_note(c, conversation, kept))
        await self._audit.record(actor.tenant, actor.id, Action.NOTE.value, f"{conversation}:{note.id}")
        self._live.publish(desk_topic(conversation), [b'{"desk":"talk"}'])
        return note

    async def notes(self, actor: Actor, conversation: str) -> list[Note]:
        """The notes, oldest first; audited like lines. Raises SealedTalk."""
        loaded, _first = await self._readable(actor, conversation, Action.READ_TALK)
        key = self._talks.key(loaded)
        kept = await self._store.read(lambda c: rows.notes(c, conversation))
        if kept:
            await self._audit.record(actor.tenant, actor.id, Action.READ_TALK.value, f"{conversation}:notes")
        return [
            Note(id=n.id, counselor=n.counselor, text=key.open("note", "body", n.id, n.body).decode(), at=n.at)
            for n in kept
        ]

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

    # who may

    async def _found(self, actor: Actor, conversation: str, action: Action) -> Loaded:
        """The talk, if the actor may do this at all."""
        authorize(actor, action, actor.tenant)
        loaded = await self._talks.find(conversation)
        authorize(actor, action, loaded.tenant)
        return loaded

    async def _holding(self, actor: Actor, conversation: str, action: Action) -> Loaded:
        loaded = await self._found(actor, conversation, action)
        await self._talks.held(actor, loaded)
        return loaded

    async def _readable(self, actor: Actor, conversation: str, action: Action) -> tuple[Loaded, int]:
        """The talk and the first line that the actor may read now."""
        loaded = await self._found(actor, conversation, action)
        return loaded, await first_readable(self._store, actor, loaded, self._clock.now())

    # words

    def _item(self, handoff: Handoff, place: int) -> QueueItem:
        return QueueItem(
            handoff=handoff.id,
            conversation=handoff.conversation,
            place=place,
            severity=handoff.severity,
            reason=self._label("reasons", handoff.reason),
            since=handoff.created_at,
            deadline=handoff.deadline,
            counselor=handoff.counselor,
        )

    def _label(self, table: str, code: str) -> Label:
        return Label(code, self._words[table].get(code, code))

    def _labels(self, table: str) -> tuple[Label, ...]:
        return tuple(Label(code, words) for code, words in self._words[table].items())


def _text(text: str) -> str:
    """A text without the white space around it. Raises TextRefused."""
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST_TEXT:
        raise TextRefused
    return stripped
