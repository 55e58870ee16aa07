"""One talk at a time: reading its row, changing it under the next turn number, telling whoever has it open.

A change is decided from the row as it is stored. Whoever decided from an older one stores nothing and decides again,
so that what a counselor may do is always judged by how things stand at the commit.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from bot import messages
from bot.channels.rendering import write
from bot.clock import Clock
from bot.conversations import Conversations
from bot.errors import ConversationErased, DecryptError, LeaseLost, NotHeld, TalkGone, TalkTaken, TurnTaken
from bot.errors import UnknownConversation as Unknown
from bot.house import SESSION
from bot.live import Live, queue_topic
from bot.messages import Body
from bot.privacy.sealing import DataKey
from bot.staff import Actor
from bot.storage.ports import (
    Handoff,
    HandoffMove,
    HandoffState,
    Loaded,
    NewMessage,
    Sender,
    StateChange,
    Store,
    StoredMessage,
)
from bot.taking import ATTEMPTS, CHANGED, state_frame
from bot.turns import hand_back, reader
from bot.work import ALERTED, alert_timer
from bot.written import PULLED
from dialogs import lifecycle
from dialogs.journal import Session, Unreadable, load
from dialogs.lifecycle import Event, State
from dialogs.playing import Runaway
from dialogs.registry import VersionMissing

log = logging.getLogger(__name__)


class Change(msgspec.Struct, frozen=True):
    """What is to be stored, and the frames that every page of the talk is told."""

    write: StateChange
    frames: tuple[bytes, ...] = ()


Decide = Callable[[Loaded], Awaitable[Change]]


class Talks:
    """All talks of this process, as the desk changes them."""

    def __init__(self, store: Store, conversations: Conversations, live: Live, clock: Clock) -> None:
        self._store = store
        self._conversations = conversations
        self._live = live
        self._clock = clock

    def now(self) -> datetime:
        """The time, aware."""
        return self._clock.now()

    def key(self, loaded: Loaded) -> DataKey:
        """The talk's key. Raises KeyringError, DecryptError."""
        return self._conversations.house.key(loaded)

    async def find(self, conversation: str) -> Loaded:
        """The row as it is stored. Raises TalkGone."""
        loaded = await self._store.load(conversation)
        if loaded is None or loaded.state is State.ERASED:
            raise TalkGone
        return loaded

    async def held(self, actor: Actor, loaded: Loaded) -> Handoff:
        """The handoff with which the actor holds this talk. Raises NotHeld."""
        return await self._held_by(actor.id, loaded)

    async def _held_by(self, counselor: str, loaded: Loaded) -> Handoff:
        handoff = await self._store.open_handoff(loaded.id) if loaded.state is State.HUMAN else None
        if handoff is None or handoff.state is not HandoffState.CLAIMED or handoff.counselor != counselor:
            raise NotHeld
        return handoff

    async def change(self, conversation: str, decide: Decide) -> Loaded:
        """Store what is decided; gives the row after it. Raises TalkGone, TalkTaken, and what `decide` raises."""
        async with self._conversations.alone_with(conversation):
            for _ in range(ATTEMPTS):
                loaded = await self.find(conversation)
                made = await decide(loaded)
                try:
                    await self._store.change(made.write)
                except (TurnTaken, LeaseLost):
                    self._conversations.forget(conversation)
                    continue
                except (ConversationErased, Unknown):
                    self._conversations.forget(conversation)
                    raise TalkGone from None
                return self._committed(loaded, made)
        raise TalkTaken

    def _committed(self, loaded: Loaded, made: Change) -> Loaded:
        wrote = made.write
        said = wrote.messages
        after = msgspec.structs.replace(
            loaded,
            state=wrote.state,
            turn=wrote.turn,
            seq=said[-1].seq if said else loaded.seq,
            severity=wrote.severity,
            session=wrote.session or loaded.session,
            last_message_at=wrote.at if said else loaded.last_message_at,
        )
        self._conversations.keep(after)
        frames = list(made.frames)
        if after.state is not loaded.state:
            frames.append(state_frame(after.state))
        self._live.publish(loaded.id, frames)
        if wrote.handoff is not None or wrote.lowers:
            self._live.publish(queue_topic(loaded.tenant), [CHANGED])
        return after

    def open_text(self, stored: StoredMessage, loaded: Loaded) -> str:
        """What a line says, unmasked. Raises DecryptError."""
        return messages.open_body(stored, self.key(loaded)).text

    def session(self, loaded: Loaded) -> Session:
        """The bot's memory of the talk; an empty one where it cannot be read."""
        try:
            return load(self.key(loaded).open(*SESSION, loaded.session))
        except (DecryptError, Unreadable):
            return Session()

    # what can be changed

    def says(self, loaded: Loaded, sender: Sender, text: str, at: datetime) -> tuple[NewMessage, bytes]:
        """The next line, and its frame."""
        seq, body = loaded.seq + 1, messages.encode(Body(text=text))
        push = None if loaded.channel in PULLED else loaded.channel
        line = NewMessage(seq=seq, sender=sender, body=messages.seal(body, seq, self.key(loaded)), push=push)
        return line, messages.frame(body, seq=seq, sender=sender, at=messages.stamp(at))

    def system_line(self, loaded: Loaded, key: str, at: datetime) -> tuple[NewMessage, bytes]:
        """A line of ours, in the citizen's words."""
        return self.says(loaded, Sender.SYSTEM, write(key, reader(self._conversations.house, loaded, at)), at)

    async def end_holding(
        self, conversation: str, counselor: str, *, event: Event, to: HandoffState, bridge: str
    ) -> Loaded:
        """The counselor has the talk no longer; the bot says so in one sentence and asks again what it had asked. In
        the queue again, a danger to life is told anew. Raises NotHeld, TalkGone.
        """

        async def decide(loaded: Loaded) -> Change:
            handoff = await self._held_by(counselor, loaded)
            move = HandoffMove(handoff=handoff.id, to=to, counselor=counselor)
            made = self._handed_back(loaded, event, bridge)
            alerted = to is HandoffState.WAITING and handoff.severity >= ALERTED
            timers = (alert_timer(loaded, made.write.at),) if alerted else ()
            return Change(msgspec.structs.replace(made.write, handoff=move, timers=timers), made.frames)

        return await self.change(conversation, decide)

    def _handed_back(self, loaded: Loaded, event: Event, bridge: str) -> Change:
        now = self._clock.now()
        try:
            turn = hand_back(self._conversations.house, loaded, now, event, bridge)
        except (VersionMissing, Unreadable, DecryptError, Runaway) as problem:
            log.warning("hand_back_without_question", extra={"problem": problem})  # the next message brings it
            line, frame = self.system_line(loaded, bridge, now)
            return Change(self.written(loaded, now, lifecycle.after(loaded.state, event), line), (frame,))
        wrote = turn.write
        change = StateChange(
            conversation=loaded.id,
            turn=wrote.turn,
            at=now,
            state=wrote.state,
            severity=wrote.severity,
            messages=wrote.messages,
            session=wrote.session,
            counts=wrote.counts,
        )
        return Change(change, turn.frames)

    @staticmethod
    def written(loaded: Loaded, at: datetime, state: State, *lines: NewMessage) -> StateChange:
        """The next change of the row, with these lines."""
        return StateChange(
            conversation=loaded.id,
            turn=loaded.turn + 1,
            at=at,
            state=state,
            severity=loaded.severity,
            messages=lines,
        )
