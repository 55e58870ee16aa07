"""Taking what a citizen sends, from its arrival to its answer.

The order for every message: store it together with all it causes, in one transaction; then acknowledge; then tell every
open page. A message that no turn can take yet is stored alone, acknowledged, and taken as soon as one can.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta

import msgspec

from bot import messages
from bot.asking import Asking
from bot.channels.ports import Busy, Erased, Incoming, UnknownQuestion
from bot.clock import Clock
from bot.errors import (
    BrokenMessage,
    ConversationErased,
    DecryptError,
    DoertrinError,
    DuplicateInbound,
    KeyringError,
    StorageUnavailable,
    TurnTaken,
    UnknownConversation,
)
from bot.house import House
from bot.live import Live, queue_topic
from bot.messages import Body
from bot.opening import Opening
from bot.requests import Wanted
from bot.storage.ports import (
    Loaded,
    PendingInbound,
    Received,
    Sender,
    Store,
    StoredMessage,
)
from bot.turns import apologise, take
from bot.written import Turn
from content.hours import COPENHAGEN
from dialogs.lifecycle import State
from dialogs.registry import VersionMissing

log = logging.getLogger(__name__)

ATTEMPTS = 8
"""How often a turn is computed again after losing to another writer, before the citizen is asked to try again."""
PENDING_AT_ONCE = 1000
CHANGED = b'{"desk":"queue"}'


class Handled(msgspec.Struct, frozen=True):
    """A stored message. `duplicate`: it had been stored before, nothing else happened. `code`: the conversation has
    this resume code from now on, and whoever sent the message is the only one to be told. `farewell`: the conversation
    is erased with it, and these are the last words, which only the caller can still deliver.
    """

    seq: int
    duplicate: bool = False
    code: str | None = None
    farewell: str | None = None


class Taking(Opening):
    """Takes what a citizen sends. `ready` is set once texts can be understood."""

    def __init__(self, *, store: Store, house: House, live: Live, clock: Clock) -> None:
        super().__init__(store=store, house=house, live=live, clock=clock)
        self._later: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()
        if house.hear is not None:
            self.ready.set()

    def understand(self, house: House) -> None:
        """Texts can be understood from now on."""
        self.house = house
        self.ready.set()

    async def _turn(self, conversation: str, incoming: Incoming | None) -> Handled:
        """Take a message, after all that came before it; None opens the talk. What cannot be taken yet is stored."""
        async with self.alone_with(conversation):
            for _ in range(ATTEMPTS):
                loaded = await self.loaded(conversation)
                if loaded.pending and self.ready.is_set():
                    with contextlib.suppress(VersionMissing):
                        await self._take_pending(conversation)
                    loaded = await self.loaded(conversation)
                if incoming is None and loaded.seq > 0:
                    return Handled(seq=loaded.seq, duplicate=True)
                if incoming is not None and self._must_wait(loaded, incoming):
                    handled = await self._receive(loaded, incoming)
                else:
                    handled = await self._attempt(loaded, incoming)
                if handled is not None:
                    return handled
            raise Busy

    def _must_wait(self, loaded: Loaded, incoming: Incoming) -> bool:
        """A text cannot be understood yet, or something before this message waits."""
        return loaded.pending or (incoming.text is not None and not self.ready.is_set())

    async def _attempt(
        self, loaded: Loaded, incoming: Incoming | None, inbound: str = "", *, broken: Exception | None = None
    ) -> Handled | None:
        """Compute the turn and commit it; None if another writer was first. `broken`: the message cannot be read."""
        conversation = loaded.id
        try:
            turn = await self._stored(loaded, incoming, inbound, broken)
            if turn.farewell is not None:
                return await self._erase(loaded, incoming, turn, inbound)
        except VersionMissing:
            self.forget(conversation)
            if incoming is None or inbound:
                raise
            return await self._receive(loaded, incoming)
        except UnknownQuestion:
            if await self.is_old(loaded):
                return None
            raise
        except TurnTaken:
            self.forget(conversation)
            return None
        except DuplicateInbound as twice:
            return self._again(conversation, twice.seq)
        except (ConversationErased, UnknownConversation):
            self.forget(conversation)
            raise Erased from None
        self._committed(loaded, turn)
        return Handled(seq=loaded.seq + 1, code=turn.code)

    async def _stored(self, loaded: Loaded, incoming: Incoming | None, inbound: str, broken: Exception | None) -> Turn:
        """Compute the turn and commit it, unless it erases. Raises as `TurnStore.commit`, and VersionMissing."""
        try:
            turn = self._compute(loaded, incoming, inbound, broken)
            if turn.unlabelled and incoming is not None and incoming.label is None:
                with contextlib.suppress(UnknownQuestion):
                    incoming = msgspec.structs.replace(incoming, label=await self._label(loaded, incoming))
                turn = self._compute(loaded, incoming, inbound, broken)
        except Wanted:
            return await self._stored_with_answers(loaded, incoming, inbound)
        if turn.farewell is None:
            await self._store.commit(turn.write)
        return turn

    async def _stored_with_answers(self, loaded: Loaded, incoming: Incoming | None, inbound: str) -> Turn:
        """The same for a turn that asks the database. What broke takes back what was done for it."""
        now = self._clock.now()
        try:
            async with Asking(self._store, self.house, loaded, now) as asking:
                while True:
                    try:
                        turn = take(self.house, loaded, incoming, now, inbound=inbound, answers=asking.answers)
                    except Wanted as wanted:
                        await asking.ask(wanted.request)
                        continue
                    if turn.farewell is None:
                        await asking.commit(turn.write)
                    return turn
        except (DoertrinError, VersionMissing):
            raise
        except Exception as error:  # the owner of the turn, as in `_compute`
            log.error("turn_failed", extra={"problem": error})  # noqa: TRY400  its words may be a citizen's
            turn = apologise(self.house, loaded, incoming, now, error, inbound=inbound)
            await self._store.commit(turn.write)
            return turn

    def _again(self, conversation: str, seq: int) -> Handled:
        """It is stored already. Perhaps its answer was lost on the way, and then no page was told: they look again."""
        self.forget(conversation)
        self._live.missed(conversation)
        return Handled(seq=seq, duplicate=True)

    def _compute(
        self, loaded: Loaded, incoming: Incoming | None, inbound: str, broken: Exception | None = None
    ) -> Turn:
        now = self._clock.now()
        if broken is not None:
            return apologise(self.house, loaded, incoming, now, broken, inbound=inbound)
        try:
            return take(self.house, loaded, incoming, now, inbound=inbound)
        except (VersionMissing, KeyringError, Wanted):
            raise
        except Exception as error:  # the owner of the turn: whatever broke, the message is kept and the citizen told
            if isinstance(error, UnknownQuestion) and not inbound:
                raise
            log.error("turn_failed", extra={"problem": error})  # noqa: TRY400  its words may be a citizen's
            return apologise(self.house, loaded, incoming, now, error, inbound=inbound)

    def _committed(self, loaded: Loaded, turn: Turn) -> None:
        """Keep the row as it is now, and tell the open pages."""
        wrote = turn.write
        self.keep(
            msgspec.structs.replace(
                loaded,
                state=wrote.state,
                turn=wrote.turn,
                seq=wrote.seq,
                severity=wrote.severity,
                session=wrote.session,
                crisis_said_at=wrote.crisis_said_at,
                last_message_at=wrote.at,
            )
        )
        frames = list(turn.frames)
        if wrote.state is not loaded.state:
            frames.append(state_frame(wrote.state))
        self._live.publish(loaded.id, frames)
        if wrote.handoff is not None or wrote.state is not loaded.state:
            self._live.publish(queue_topic(loaded.tenant), [CHANGED])
        if turn.code is not None:
            self._live.missed(loaded.id)  # whoever came with the old code finds, looking again, that it is none

    # erasing

    async def _erase(self, loaded: Loaded, incoming: Incoming | None, turn: Turn, inbound: str) -> Handled | None:
        """Erase, unless the conversation has moved on since it was loaded, or this very message was taken before: a
        "yes" that is delivered twice is an answer to one question only.
        """
        if incoming is not None and not inbound:
            seen = await self._store.inbound(loaded.id, self.house.key(loaded).mark(incoming.id))
            if seen is not None:
                return self._again(loaded.id, seen.seq)
        now = self._clock.now()
        today = now.astimezone(COPENHAGEN).date()
        erased = await self._store.erase(loaded.id, on=today, turn=loaded.turn, keep_booking=turn.keep_booking)
        self.forget(loaded.id)
        if not erased:
            return None
        seq = loaded.seq + 1
        body, at = messages.encode(Body(text=turn.farewell or "")), messages.stamp(now)
        last = messages.frame(body, seq=seq, sender=Sender.SYSTEM, at=at)
        self._live.publish(loaded.id, [last, state_frame(State.ERASED)])
        self._live.publish(queue_topic(loaded.tenant), [CHANGED])
        return Handled(seq=seq, farewell=turn.farewell)

    # what could not be taken at once

    async def _receive(self, loaded: Loaded, incoming: Incoming) -> Handled | None:
        """Store a message before any turn; a turn takes it later. None if another writer was first."""
        conversation, now, seq = loaded.id, self._clock.now(), loaded.seq + 1
        text = incoming.text if incoming.text is not None else incoming.label or await self._label(loaded, incoming)
        body = messages.encode(
            Body(text=text, option=incoming.option, pressed=incoming.question, id=incoming.id, remark=incoming.remark)
        )
        key = self.house.key(loaded)
        sealed = messages.seal(body, seq, key)
        received = Received(conversation=conversation, inbound_id=key.mark(incoming.id), seq=seq, body=sealed, at=now)
        try:
            await self._store.receive(received)
        except TurnTaken:
            self.forget(conversation)
            return None
        except DuplicateInbound as twice:
            return self._again(conversation, twice.seq)
        except (ConversationErased, UnknownConversation):
            self.forget(conversation)
            raise Erased from None
        self.keep(msgspec.structs.replace(loaded, seq=seq, pending=True, last_message_at=now))
        said = messages.frame(body, seq=seq, sender=Sender.CITIZEN, at=messages.stamp(now))
        self._live.publish(conversation, [said])
        task = asyncio.create_task(self._take_soon(conversation))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return Handled(seq=seq)

    async def _label(self, loaded: Loaded, incoming: Incoming) -> str:
        """What stood on the button, without running the dialog. Raises UnknownQuestion if it was never shown."""
        if incoming.question is None:
            return "…"
        key, label = self.house.key(loaded), None
        for stored in await self._store.messages(loaded.id, limit=loaded.seq):
            body = messages.open_body(stored, key)
            if body.question == incoming.question:
                label = next((choice.label for choice in body.choices if choice.id == incoming.option), label or "…")
        if label is None:
            raise UnknownQuestion
        return label

    async def _take_soon(self, conversation: str) -> None:
        await self.ready.wait()
        try:
            await self._take_later(conversation)
        except StorageUnavailable:
            log.warning("pending_without_storage")  # the next look at what is pending finds it

    async def take_up(self) -> int:
        """Take every message that was acknowledged but not consumed: after a crash, after an outage, or left behind by
        a replica that is gone. How many. To be called now and then. Raises StorageUnavailable.
        """
        if not self.ready.is_set():
            return 0
        pending = await self._store.pending_inbox(limit=PENDING_AT_ONCE)
        names = {one.conversation for one in pending}
        taken = await asyncio.gather(*(self._take_later(name) for name in names), return_exceptions=True)
        for failed in taken:
            if isinstance(failed, BaseException):
                raise failed
        return sum(count for count in taken if isinstance(count, int))

    async def _take_later(self, conversation: str) -> int:
        """Take what is pending; what this replica cannot take stays for another one, or for later."""
        try:
            async with self.alone_with(conversation):
                return await self._take_pending(conversation)
        except StorageUnavailable:
            raise
        except (DoertrinError, VersionMissing) as problem:
            log.warning("pending_not_taken", extra={"problem": problem})
            return 0

    async def _take_pending(self, conversation: str) -> int:
        """Take what was stored before any turn, oldest first; how many. The caller is alone with the conversation."""
        taken = 0
        while pending := await self._store.pending_inbox(conversation=conversation, limit=PENDING_AT_ONCE):
            for one in pending:
                await self._consume(one)
            taken += len(pending)
        self.forget(conversation)
        return taken

    async def _consume(self, pending: PendingInbound) -> None:
        for _ in range(ATTEMPTS):
            loaded = await self.loaded(pending.conversation)
            stored = await self._store.message(pending.conversation, pending.seq)
            if stored is None:
                raise Erased
            incoming, broken = self._opened(stored, loaded, pending)
            if await self._attempt(loaded, incoming, pending.inbound_id, broken=broken) is not None:
                return
        raise Busy

    def _opened(
        self, stored: StoredMessage, loaded: Loaded, pending: PendingInbound
    ) -> tuple[Incoming, Exception | None]:
        """The stored message as it came in. One that cannot be opened must not hold up those after it."""
        try:
            body = messages.open_body(stored, self.house.key(loaded))
        except (DecryptError, msgspec.DecodeError):
            return Incoming(id=pending.inbound_id, text=""), BrokenMessage()
        text = None if body.option is not None else body.text
        return Incoming(
            id=pending.inbound_id,
            text=text,
            question=body.pressed,
            option=body.option,
            remark=body.remark,
            seq=pending.seq,
        ), None

    async def close(self, *, within: timedelta = timedelta(seconds=5)) -> None:
        """Let what is under way end. What waits for the understanding is stored, and taken by the next process."""
        if self._later and self.ready.is_set():
            await asyncio.wait(self._later, timeout=within.total_seconds())
        for task in self._later:
            task.cancel()


def state_frame(state: State) -> bytes:
    """The `state` frame after a change."""
    return msgspec.json.encode({"type": "state", "state": state.value})
