"""What the crash tests share: a crowd of citizens, their journal, and a place for the figures they end with."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.audited import audit, unanswered
from tests.support.chatter import Chatter, history
from tests.support.journaled import Journal, Verdict, judge

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
FIGURES: list[str] = []


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures are part of the result, also of a run that went well."""
    if FIGURES:
        terminalreporter.section("reliability")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture
def figures() -> Callable[[str], None]:
    return FIGURES.append


class Crowd:
    """Citizens who talk until the block ends, and then until each is answered."""

    def __init__(self, chatters: list[Chatter], journal: Journal) -> None:
        self.chatters = chatters
        self.journal = journal

    @property
    def acknowledged(self) -> int:
        return sum(len(chatter.acknowledged) for chatter in self.chatters)

    @property
    def refused(self) -> int:
        return sum(chatter.refused for chatter in self.chatters)

    async def acknowledges(self, more: int, *, within: float = 60.0) -> None:
        """Wait until so many more messages are acknowledged."""
        wanted = self.acknowledged + more
        async with asyncio.timeout(within):
            while self.acknowledged < wanted:  # noqa: ASYNC110 - the clients do not know who waits for them
                await asyncio.sleep(0.01)

    async def check(self, url: str, database: str) -> Verdict:
        """Nothing lost, nothing doubled, all in order: for the client, a fresh device, and in the tables."""
        stored = {code: await history(url, code) for code in {c.code for c in self.chatters if c.code is not None}}
        for chatter in self.chatters:
            assert chatter.wrong == []
            assert chatter.messages == stored[str(chatter.code)], chatter.name
        verdict = judge(self.journal.read(), stored)
        assert (verdict.lost, verdict.doubled, verdict.wrong) == (0, 0, [])
        assert verdict.acknowledged > len(self.chatters)
        assert await audit(database) == []
        assert await unanswered(database) <= {c.acknowledged[name] for c in self.chatters for name in c.pressed}
        return verdict


Talking = Callable[..., AbstractAsyncContextManager[Crowd]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path / "journal")
    yield kept
    kept.close()


@pytest.fixture
def talking(journal: Journal) -> Talking:
    """`async with talking(chatters) as crowd:` they talk all the while; at the end all is said and answered."""

    @asynccontextmanager
    async def talk(chatters: list[Chatter]) -> AsyncIterator[Crowd]:
        enough = asyncio.Event()

        def settled() -> bool:
            """All is answered, and devices of one conversation have been told the same."""
            shown = {(chatter.code, len(chatter.messages)) for chatter in chatters}
            return all(chatter.settled for chatter in chatters) and len(shown) == len({code for code, _ in shown})

        tasks = [asyncio.create_task(chatter.run(enough, settled)) for chatter in chatters]
        try:
            yield Crowd(chatters, journal)
            enough.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    return talk
