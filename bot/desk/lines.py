"""Writing: a counselor's lines, what is half written, and what lies ready."""

import re

import msgspec

from bot.channels.rendering import write
from bot.conversations import LONGEST_TEXT
from bot.desk.access import Access, line_of
from bot.desk.talks import Change
from bot.desk.values import Canned, Sent
from bot.errors import DuplicateInbound, TextRefused
from bot.live import COUNSELOR_TYPES
from bot.staff import Action, Actor
from bot.storage import desk as rows
from bot.storage.ports import CounselorSend, Loaded, Sender
from bot.turns import reader
from dialogs.lifecycle import State

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Lines(Access):
    """What a counselor who holds a talk writes."""

    async def send(self, actor: Actor, conversation: str, client_id: str, text: str) -> Sent:
        """Store a line for the citizen; the draft is gone with it. The same `client_id` (1 to 64 characters of
        `A-Za-z0-9_-`) again gives the same line and has no other effect. Raises NotHeld, TextRefused, TalkTaken after
        too many changes at once.
        """
        first = await self._found(actor, conversation, Action.WRITE_TALK)
        said = line_of(text)
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
        self._live.whisper(conversation, [COUNSELOR_TYPES])

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
