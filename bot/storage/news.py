"""Tells the replicas on one PostgreSQL database which conversations have changed: LISTEN and NOTIFY, ids and no more.

One connection a replica serves both ways. A change is told after its commit, not in it: transactions that notify can
only commit one after another. So news can be lost, with the connection or with a replica that dies after its commit;
whoever listens looks for itself when the connection is new, and now and then (`Conversations.look_around`).

SQLite has one process and needs none of this.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import NullPool, make_url

from bot.storage.postgres import postgres_engine

CHANNEL = "doertrin"
AT_ONCE = 100
"""Ids in one notification; PostgreSQL takes 8,000 bytes."""
UNTOLD = 10_000
QUIET_SECONDS = 30.0
"""After so long without a word the connection is tried."""
PAUSE_SECONDS = 1.0
log = logging.getLogger(__name__)


class News:
    """`heard` is called with each conversation that another replica has changed; `missed` when any may have been."""

    def __init__(self, url: str, *, heard: Callable[[str], None], missed: Callable[[], Awaitable[None]]) -> None:
        self._url = make_url(url)
        self._on_heard = heard
        self._on_missed = missed
        self._untold: dict[str, None] = {}
        self._awake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def tell(self, conversation: str) -> None:
        """Tell the other replicas that it has changed. Never fails and never waits."""
        if len(self._untold) < UNTOLD:
            self._untold[conversation] = None
            self._awake.set()

    def start(self) -> None:
        """Begin, and begin again whenever the connection is lost."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Tell what is untold, if that is quickly done, and end."""
        if self._running is None:
            return
        self._stopping = True
        self._awake.set()
        await asyncio.wait([self._running], timeout=PAUSE_SECONDS)
        self._running.cancel()
        await asyncio.wait([self._running])

    async def _run(self) -> None:
        engine = postgres_engine(self._url, poolclass=NullPool)
        while not self._stopping:
            try:
                async with engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    await connection.rollback()
                    await self._talk(raw.driver_connection)
                    await connection.invalidate()
            except Exception as lost:  # of SQLAlchemy, asyncpg or the system: without news we look for ourselves
                log.warning("news_lost", extra={"problem": lost})
            if not self._stopping:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _talk(self, connection: Any) -> None:
        """Listen and tell on an asyncpg connection until it is gone."""
        ours = connection.get_server_pid()

        def heard(_connection: Any, pid: int, _channel: str, payload: str) -> None:
            if pid != ours:
                for name in payload.split():
                    self._on_heard(name)

        connection.add_termination_listener(lambda _connection: self._awake.set())
        await connection.execute("SET synchronous_commit = off")  # a lost notification is no loss
        await connection.add_listener(CHANNEL, heard)
        await self._on_missed()
        while not connection.is_closed():
            self._awake.clear()
            while names := list(self._untold)[:AT_ONCE]:
                for name in names:
                    del self._untold[name]
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, " ".join(names))
            if self._stopping:
                return
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._awake.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
