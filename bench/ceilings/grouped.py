"""Echo with group commit: one writer thread commits all that came in since its last commit, then each is answered."""

import asyncio
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from bench.ceilings.database import INSERT, open_database

Waiting = tuple[str, "asyncio.Future[None]"]


class GroupCommit:
    def __init__(self, path: Path) -> None:
        self._database = open_database(path)
        self._loop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._writer = Thread(target=self._write, name="writer", daemon=True)
        self._writer.start()

    async def keep(self, text: str) -> None:
        committed: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((text, committed))
        await committed

    def close(self) -> None:
        self._waiting.put(None)
        self._writer.join()
        self._database.close()

    def _write(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            for _ in range(self._waiting.qsize()):
                if (each := self._waiting.get()) is None:
                    self._waiting.put(None)
                    break
                batch.append(each)
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(INSERT, [(text,) for text, _ in batch])
            self._database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_answer, batch)


def _answer(batch: list[Waiting]) -> None:
    for _, committed in batch:
        if not committed.done():
            committed.set_result(None)
