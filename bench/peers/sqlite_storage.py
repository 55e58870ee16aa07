"""A storage for aiogram's FSM on SQLite, WAL and synchronous=FULL, written for this comparison.

aiogram ships none. In its favour: one commit per update, however often the state and the data are set in it.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import TelegramObject

from bench.ceilings.database import connect

_TABLE = "CREATE TABLE IF NOT EXISTS fsm (chat INTEGER PRIMARY KEY, state TEXT, data TEXT NOT NULL DEFAULT '{}')"
_SET_STATE = "INSERT INTO fsm (chat, state) VALUES (?, ?) ON CONFLICT (chat) DO UPDATE SET state = excluded.state"
_SET_DATA = "INSERT INTO fsm (chat, data) VALUES (?, ?) ON CONFLICT (chat) DO UPDATE SET data = excluded.data"


class SqliteStorage(BaseStorage):
    def __init__(self, path: Path) -> None:
        self._database = connect(path)
        self._database.execute(_TABLE)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self._write(_SET_STATE, key, state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        row = self._database.execute("SELECT state FROM fsm WHERE chat = ?", (key.chat_id,)).fetchone()
        return row[0] if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self._write(_SET_DATA, key, json.dumps(data))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = self._database.execute("SELECT data FROM fsm WHERE chat = ?", (key.chat_id,)).fetchone()
        return json.loads(row[0]) if row else {}

    async def close(self) -> None:
        self._database.close()

    async def commit_after(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """The middleware around every update."""
        result = await handler(event, data)
        if self._database.in_transaction:
            self._database.execute("COMMIT")
        return result

    def _write(self, statement: str, key: StorageKey, value: str | None) -> None:
        if not self._database.in_transaction:
            self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(statement, (key.chat_id, value))
