"""What this process knows of its conversations: their rows, kept sealed, and who is at work on which.

The turn number that every write inserts is the fence (storage/ports.py): a row that another replica has changed costs
one repeated computation and never a wrong write.
"""

from collections import OrderedDict
from contextlib import AbstractAsyncContextManager

from bot.alone import Queues
from bot.channels.ports import Erased
from bot.live import Live
from bot.storage.ports import Loaded, Store
from dialogs.lifecycle import State

KEPT = 5000
"""Rows kept; the one not looked at for longest goes first."""
LOOKED_AT = 200
"""Rows compared with the store at a time."""


class Rows:
    """Rows kept, and one change at a time to each."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store = store
        self._live = live
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._busy: Queues[str] = Queues()

    def alone_with(self, conversation: str) -> AbstractAsyncContextManager[None]:
        """One at a time in a conversation, in the order of coming; other conversations do not wait."""
        return self._busy.alone_with(conversation)

    async def loaded(self, conversation: str) -> Loaded:
        """The row, kept or read. Raises Erased."""
        loaded = self._kept.get(conversation)
        if loaded is not None:
            return loaded
        found = await self._store.load(conversation)
        if found is None or found.state is State.ERASED:
            raise Erased
        self.keep(found)
        return found

    def keep(self, loaded: Loaded) -> None:
        """Keep the row as it is now."""
        self._kept[loaded.id] = loaded
        self._kept.move_to_end(loaded.id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Read the row again next time."""
        self._kept.pop(conversation, None)

    # other replicas

    async def is_old(self, loaded: Loaded) -> bool:
        """Whether the conversation has moved on since; it is then read again next time. For a refusal, which writes
        nothing and so does not learn it from the fence. Raises Erased.
        """
        self.forget(loaded.id)
        return (await self.loaded(loaded.id)).turn > loaded.turn

    def changed_elsewhere(self, conversation: str) -> None:
        """Another replica has changed it: what is kept is old, and open pages read again what they have missed."""
        self.forget(conversation)
        self._live.missed(conversation)

    async def look_around(self) -> None:
        """Compare what is open here with what is stored: for news of other replicas that did not arrive. Raises
        StorageUnavailable.
        """
        names = self._live.open()
        for first in range(0, len(names), LOOKED_AT):
            some = names[first : first + LOOKED_AT]
            stored = await self._store.load_many(some)
            for name in some:
                kept, now = self._kept.get(name), stored.get(name)
                if now is None or now.state is State.ERASED:
                    self.changed_elsewhere(name)
                elif kept is None or (now.turn, now.seq) > (kept.turn, kept.seq):
                    self.changed_elsewhere(name)
                    self.keep(now)
