"""Echo with one SQLite commit per message: insert, commit (WAL, synchronous=FULL), then reply.

The commit runs inline in the event loop. That is the simplest thing a small service does, and with one commit per
message a writer thread only adds two hand-overs (`ThreadedCommit` is here to check that claim: `python -m
bench.ceilings threaded`).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.ceilings.database import INSERT, open_database


class InlineCommit:
    def __init__(self, path: Path) -> None:
        self._database = open_database(path)

    async def keep(self, text: str) -> None:
        self._commit(text)

    def close(self) -> None:
        self._database.close()

    def _commit(self, text: str) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(INSERT, (text,))
        self._database.execute("COMMIT")


class ThreadedCommit(InlineCommit):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = ThreadPoolExecutor(1)

    async def keep(self, text: str) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._commit, text)

    def close(self) -> None:
        self._writer.shutdown()
        super().close()
