"""Alembic runs this; the connection is handed in by bot.storage.migrations."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from bot.storage.dialects import UtcDateTime
from bot.storage.tables import METADATA


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the two types of ours in words that stay true."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
