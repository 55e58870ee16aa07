"""What must be true of every database of ours at rest, whatever happened to the processes on it."""

from __future__ import annotations

from sqlalchemy import text

from bot.storage.store import open_store

RULES = {
    "a message that was stored is answered": "SELECT count(*) FROM inbox WHERE state <> 'done'",
    "a turn answers one message": (
        "SELECT count(*) FROM (SELECT 1 FROM inbox GROUP BY conversation_id, turn HAVING count(*) > 1) AS t"
    ),
    "messages are answered in their order": (
        "SELECT count(*) FROM inbox a JOIN inbox b ON a.conversation_id = b.conversation_id "
        "WHERE a.seq < b.seq AND a.turn > b.turn"
    ),
    "turns are numbered from 1 without a gap": (
        "SELECT count(*) FROM conversation c WHERE c.turn <> "
        "(SELECT count(*) FROM turn t WHERE t.conversation_id = c.id) "
        "OR c.turn <> (SELECT coalesce(max(number), 0) FROM turn t WHERE t.conversation_id = c.id)"
    ),
    "messages are numbered from 1 without a gap": (
        "SELECT count(*) FROM conversation c WHERE c.seq <> (SELECT count(*) FROM message m "
        "WHERE m.conversation_id = c.id) OR c.seq <> (SELECT coalesce(max(seq), 0) FROM message m "
        "WHERE m.conversation_id = c.id)"
    ),
    "nobody is greeted twice": (
        "SELECT count(*) FROM conversation c WHERE c.turn > 0 AND c.turn <> 1 + (SELECT count(*) FROM inbox i "
        "WHERE i.conversation_id = c.id)"
    ),
    "every citizen's message is in the inbox": (
        "SELECT count(*) FROM message m WHERE m.sender = 'citizen' AND NOT EXISTS (SELECT 1 FROM inbox i "
        "WHERE i.conversation_id = m.conversation_id AND i.inbound_id = m.inbound_id AND i.seq = m.seq)"
    ),
}
"""A sentence, and a count that must be 0."""


SILENT = (
    "SELECT i.seq FROM inbox i WHERE NOT EXISTS (SELECT 1 FROM message m "
    "WHERE m.conversation_id = i.conversation_id AND m.turn = i.turn AND m.sender = 'bot')"
)


async def unanswered(url: str) -> set[int]:
    """The numbers of messages in whose turn the bot said nothing: right only for an old button pressed once more."""
    store = await open_store(url)
    try:
        return await store.read(lambda c: set(c.execute(text(SILENT)).scalars()))
    finally:
        await store.close()


async def audit(url: str) -> list[str]:
    """The sentences that do not hold."""
    store = await open_store(url)
    try:
        broken = []
        for says, count in RULES.items():
            found = await store.read(lambda c, count=count: c.execute(text(count)).scalar_one())  # type: ignore[misc]
            if found:
                broken.append(f"{says}: not {found} times")
        if url.startswith("sqlite"):
            for pragma in ("integrity_check", "foreign_key_check"):
                rows = await store.read(lambda c, p=pragma: c.execute(text(f"PRAGMA {p}")).fetchall())  # type: ignore[misc]
                if [tuple(row) for row in rows] not in ([("ok",)], []):
                    broken.append(f"{pragma}: {rows}")
        return broken
    finally:
        await store.close()


async def counted(url: str, rows: str) -> int:
    """How many rows a table has."""
    store = await open_store(url)
    try:
        count: int = await store.read(lambda c: c.execute(text(f"SELECT count(*) FROM {rows}")).scalar_one())
        return count
    finally:
        await store.close()
