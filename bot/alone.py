"""One at a time: who wants to be alone with a conversation, or a chat, waits in the order of coming."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

Name = TypeVar("Name")


class Queues(Generic[Name]):
    """A queue for each name that somebody is alone with or waits for."""

    def __init__(self) -> None:
        self._queues: dict[Name, _Queue[Name]] = {}

    def alone_with(self, name: Name) -> AbstractAsyncContextManager[None]:
        """One at a time with this name; other names do not wait."""
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = _Queue(self._queues, name)
        return queue


class _Queue(Generic[Name]):
    """The last one to leave takes it down."""

    __slots__ = ("_length", "_lock", "_name", "_queues")

    def __init__(self, queues: "dict[Name, _Queue[Name]]", name: Name) -> None:
        self._queues = queues
        self._name = name
        self._length = 0
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        self._length += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        self._length -= 1
        if not self._length:
            del self._queues[self._name]
