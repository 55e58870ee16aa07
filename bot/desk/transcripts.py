"""Reading: a talk's lines and notes, and word that something happened in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.desk.access import Access, line_of
from bot.desk.events import events
from bot.desk.reading import Mask, lines_after, results_of
from bot.desk.values import DeskEvent, EventKind, Note, Talk
from bot.errors import SealedTalk, TalkGone, TextRefused
from bot.live import desk_topic, queue_topic
from bot.privacy.pseudonyms import new_id
from bot.privacy.sealing import DataKey
from bot.staff import Action, Actor, authorize
from bot.storage import desk as rows
from bot.storage.desk import SealedNote
from bot.turns import reader

SHORTEST_REASON = 10
UNDERSTOOD_WITHIN = 10.0
"""Seconds that a reader waits for the understanding, which knows what is personal."""


class Transcripts(Access):
    """What may be read. Each time something is opened it is first written in the audit."""

    async def transcript(self, actor: Actor, conversation: str, *, after: int = 0) -> Talk:
        """The lines after that number, in order and without a gap, personal data masked. For the holder, for 30 minutes
        after, and after `break_glass`. Without the citizen's consent it begins where the human was asked for. An audit
        entry for each call that hands out a line. Raises SealedTalk.
        """
        with suppress(TimeoutError):  # just after a start: what is masked whole now would stay so on the page
            async with asyncio.timeout(UNDERSTOOD_WITHIN):
                await self._conversations.ready.wait()
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
            results=results_of(self._talks.session(loaded)) if first <= 1 else (),
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
        stored = await self._store.message(conversation, seq)
        if stored is None:
            raise TalkGone
        await self._audit.record(actor.tenant, actor.id, Action.REVEAL.value, f"{conversation}:{seq}")
        return self._talks.open_text(stored, loaded)

    async def break_glass(self, actor: Actor, conversation: str, reason: str) -> None:
        """Open a talk that is not the actor's, whole and for 30 minutes, for a written reason of at least ten
        characters; audited. Raises TextRefused.
        """
        loaded = await self._found(actor, conversation, Action.BREAK_GLASS)
        if len(line_of(reason)) < SHORTEST_REASON:
            raise TextRefused
        name, now = new_id(), self._clock.now()
        sealed = self._talks.key(loaded).seal("broken_glass", "reason", name, reason.encode())
        await self._audit.record(actor.tenant, actor.id, Action.BREAK_GLASS.value, conversation)
        await self._store.run(
            lambda c: rows.break_glass(
                c, name=name, conversation=conversation, counselor=actor.id, reason=sealed, at=now
            )
        )

    async def reasons(self, actor: Actor, conversation: str) -> list[Note]:
        """Why somebody opened it whose it was not, in their words, oldest first; audited."""
        loaded = await self._found(actor, conversation, Action.BREAK_GLASS)
        key = self._talks.key(loaded)
        kept = await self._store.read(lambda c: rows.reasons(c, conversation))
        if kept:
            await self._audit.record(actor.tenant, actor.id, Action.READ_TALK.value, f"{conversation}:reasons")
        return [_opened(one, key, "broken_glass", "reason") for one in kept]

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

    async def add_note(self, actor: Actor, conversation: str, text: str) -> Note:
        """Note something for colleagues, sealed. For whoever may read the talk. Raises SealedTalk, TextRefused."""
        loaded, _first = await self._readable(actor, conversation, Action.NOTE)
        note = Note(id=new_id(), counselor=actor.id, text=line_of(text), at=self._clock.now())
        sealed = self._talks.key(loaded).seal("note", "body", note.id, note.text.encode())
        kept = SealedNote(id=note.id, counselor=note.counselor, body=sealed, at=note.at)
        await self._store.run(lambda c: rows.add_note(c, conversation, kept))
        await self._audit.record(actor.tenant, actor.id, Action.NOTE.value, f"{conversation}:{note.id}")
        self._live.publish(desk_topic(conversation), [b'{"desk":"talk"}'])
        return note

    async def notes(self, actor: Actor, conversation: str, *, after: int = 0) -> list[Note]:
        """The notes but for the first `after`, oldest first; audited like lines. Raises SealedTalk."""
        loaded, _first = await self._readable(actor, conversation, Action.READ_TALK)
        key = self._talks.key(loaded)
        kept = (await self._store.read(lambda c: rows.notes(c, conversation)))[after:]
        if kept:
            await self._audit.record(actor.tenant, actor.id, Action.READ_TALK.value, f"{conversation}:notes")
        return [_opened(one, key, "note", "body") for one in kept]


def _opened(kept: SealedNote, key: DataKey, table: str, column: str) -> Note:
    """What a counselor wrote for colleagues, opened. Raises DecryptError."""
    text = key.open(table, column, kept.id, kept.body).decode()
    return Note(id=kept.id, counselor=kept.counselor, text=text, at=kept.at)
