"""A turn that asks the database: each Request is answered, and the turn computed again with the answers so far.

What only reads is answered from a snapshot, and the turn is stored together with others. From the first Request that
changes something on, all is one transaction that nobody shares: what the Requests did and the turn that asked for it
are stored together or not at all.
"""

from contextlib import AsyncExitStack
from datetime import datetime
from typing import Self

from bot.house import House
from bot.requests import Asker, answer
from bot.storage.ports import Alone, Loaded, Store, TurnWrite
from dialogs.steps import Effect, Json, Request


class Asking:
    """The answers to one turn's Requests. Leaving the block by an error undoes what they did."""

    def __init__(self, store: Store, house: House, loaded: Loaded, now: datetime) -> None:
        self.answers: tuple[Json, ...] = ()
        self._store = store
        self._alone: Alone | None = None
        self._stack = AsyncExitStack()
        self._asker = Asker(
            tenant=loaded.tenant,
            conversation=loaded.id,
            now=now,
            rules=house.content.pack(loaded.tenant).booking,
            keys=house.keyring.tenant(loaded.tenant),
            guesses=house.guesses,
        )

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> bool | None:
        return await self._stack.__aexit__(*error)  # type: ignore[arg-type]

    async def ask(self, request: Request) -> None:
        """Have one more Request answered. Raises StorageUnavailable."""
        if self._alone is None and type(request).effect is not Effect.NONE:
            self._alone = await self._stack.enter_async_context(self._store.alone())
        asker = self._asker
        runner = self._store.read if self._alone is None else self._alone.run
        self.answers = (*self.answers, await runner(lambda connection: answer(connection, request, asker)))

    async def commit(self, write: TurnWrite) -> None:
        """Store the turn; durable when the block has ended. Raises as `TurnStore.commit`."""
        await (self._alone or self._store).commit(write)
