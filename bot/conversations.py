"""All conversations: what is read of them, and what is said in them.

How they begin is in `opening.py`, how a message is taken in `taking.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bot import messages
from bot.channels.ports import Busy, Erased, Incoming, TooLong
from bot.clock import Clock
from bot.errors import (
    ConversationErased,
    TurnTaken,
    UnknownConversation,
)
from bot.house import SESSION, House
from bot.live import Live, desk_topic
from bot.messages import Body
from bot.storage import desk as desk_rows
from bot.storage.ports import (
    Loaded,
    Store,
    Timer,
)
from bot.taking import ATTEMPTS, Handled, Taking
from bot.turns import check_in, unasked
from bot.written import Turn
from dialogs.journal import Session, load
from dialogs.lifecycle import State
from dialogs.steps import Say

LONGEST_TEXT = 4000
HISTORY_PAGE = 500
TYPES = b'{"desk":"typing"}'


class Conversations(Taking):
    """The running program's way to its conversations."""

    def __init__(
        self,
        *,
        store: Store,
        house: House,
        live: Live,
        clock: Clock,
        told: Callable[[Loaded], dict[str, object]] = lambda _loaded: {},
    ) -> None:
        """`told`: what the desk adds to a `state` frame."""
        super().__init__(store=store, house=house, live=live, clock=clock)
        self._told = told

    def now(self) -> datetime:
        """The time, aware."""
        return self._clock.now()

    async def greet(self, conversation: str) -> None:
        """Say the first words, unasked; once, however many devices ask for them."""
        await self._turn(conversation, None)

    async def handle(self, conversation: str, incoming: Incoming) -> Handled:
        """Store what a citizen sent together with all it causes; returns after the commit.

        Raises TooLong, UnknownQuestion, Busy, Erased, and StorageUnavailable; then nothing was stored.
        """
        if incoming.text is not None and len(incoming.text) > LONGEST_TEXT:
            raise TooLong
        return await self._turn(conversation, incoming)

    # reading

    async def history(self, conversation: str, *, after: int) -> list[bytes]:
        """Every message after `after` as a frame, in order. Raises Erased. The row is asked for anew: retention or
        another replica may have destroyed the key that is kept here.
        """
        loaded = await self._store.load(conversation)
        if loaded is None or loaded.state is State.ERASED:
            self.forget(conversation)
            raise Erased
        key = self.house.key(loaded)
        frames: list[bytes] = []
        while True:
            stored = await self._store.messages(conversation, after=after, limit=HISTORY_PAGE)
            for message in stored:
                body = messages.encode(messages.open_body(message, key))
                at = messages.stamp(message.at)
                frames.append(messages.frame(body, seq=message.seq, sender=message.sender, at=at))
            if len(stored) < HISTORY_PAGE:
                return frames
            after = stored[-1].seq

    async def shown(self, conversation: str, seq: int) -> Body | None:
        """One message as the citizen got it; None if there is none of that number. Raises Erased, DecryptError."""
        loaded = await self.loaded(conversation)
        stored = await self._store.message(conversation, seq)
        return None if stored is None else messages.open_body(stored, self.house.key(loaded))

    async def state(self, conversation: str) -> dict[str, object]:
        """The `state` frame."""
        loaded = await self.loaded(conversation)
        return {"type": "state", "state": loaded.state.value, **self._told(loaded)}

    async def crisis(self, conversation: str) -> tuple[str, int]:
        """Label and severity as they stand on the conversation."""
        loaded = await self.loaded(conversation)
        session = self._session(loaded)
        return session.label, loaded.severity

    async def session(self, conversation: str) -> Session:
        """The engine's session, for the terminal and for tests."""
        return self._session(await self.loaded(conversation))

    def _session(self, loaded: Loaded) -> Session:
        return load(self.house.key(loaded).open(*SESSION, loaded.session))

    async def seen(self, conversation: str, seq: int) -> None:
        """The citizen has seen everything up to `seq`; told to the counselor who has the conversation."""
        loaded = await self.loaded(conversation)
        if loaded.state is not State.HUMAN or not 0 < seq <= loaded.seq:
            return
        if await self._store.run(lambda c: desk_rows.mark_read(c, conversation, "citizen", seq)):
            self._live.publish(desk_topic(conversation), [msgspec.json.encode({"desk": "seen", "seq": seq})])

    async def typing(self, conversation: str) -> None:
        """The citizen is writing; told to the counselor who has the conversation."""
        self._live.whisper(desk_topic(conversation), [TYPES])

    # unasked

    async def tell(
        self,
        conversation: str,
        said: Sequence[Say],
        *,
        still: Callable[[Connection], bool],
        fires: Timer | None = None,
    ) -> bool:
        """Say something of our own accord; false, and nothing said, if it is not `still` so, or the talk is erased.

        `fires` is the timer that wanted it; it fires in the same transaction. Raises Busy, LeaseLost,
        StorageUnavailable.
        """
        return await self._unasked(
            conversation, lambda loaded, now: unasked(self.house, loaded, said, now, fires=fires), still
        )

    async def check_in(self, timer: Timer) -> None:
        """The timer of a check-in: ask how the citizen is. Raises as `tell`."""
        if timer.conversation is not None:
            await self._unasked(
                timer.conversation, lambda loaded, now: check_in(self.house, loaded, now, fires=timer), lambda _: True
            )

    async def _unasked(
        self,
        conversation: str,
        make: Callable[[Loaded, datetime], Turn | None],
        still: Callable[[Connection], bool],
    ) -> bool:
        async with self.alone_with(conversation):
            for _ in range(ATTEMPTS):
                try:
                    loaded = await self.loaded(conversation)
                    turn = make(loaded, self._clock.now())
                    if turn is None:
                        return False
                    async with self._store.alone() as alone:
                        if not await alone.run(still):
                            return False
                        await alone.commit(turn.write)
                except TurnTaken:
                    self.forget(conversation)
                    continue
                except (Erased, ConversationErased, UnknownConversation):
                    self.forget(conversation)
                    return False
                self._committed(loaded, turn)
                return True
            raise Busy
