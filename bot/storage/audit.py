"""The rows of the audit: appended, never changed. The tenant's head row is what two appenders wait for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, text, update

from bot.storage import tables as t
from bot.storage.batches import table

_A, _H = table(t.AuditEntry), table(t.AuditHead)
START = b""
"""The chain before the first entry."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a tenant's audit."""

    tenant: str
    number: int
    at: datetime
    actor: str
    action: str
    object: str
    kid: str
    chain: bytes = b""


_FIRST = text("INSERT INTO audit_head (tenant, number, chain) VALUES (:tenant, 0, :chain) ON CONFLICT DO NOTHING")

Chain = Callable[[Entry, bytes], bytes]
"""The entry's link, from the entry and the link before it."""


def append(connection: Connection, entry: Entry, chain: Chain) -> Entry:
    """Add an entry at the end of its tenant's chain (its own `number` is ignored); in the caller's transaction."""
    taken = _take_head(connection, entry.tenant)
    if taken is None:
        connection.execute(_FIRST, {"tenant": entry.tenant, "chain": START})
        taken = _take_head(connection, entry.tenant)
    placed = msgspec.structs.replace(entry, number=taken.number)
    placed = msgspec.structs.replace(placed, chain=chain(placed, taken.chain))
    connection.execute(update(_H).where(_H.c.tenant == entry.tenant).values(chain=placed.chain))
    connection.execute(insert(_A).values(**msgspec.structs.asdict(placed)))
    return placed


def _take_head(connection: Connection, tenant: str) -> Any:
    """The next number and the link before it. On PostgreSQL the row stays locked until the transaction ends."""
    return connection.execute(
        update(_H).where(_H.c.tenant == tenant).values(number=_H.c.number + 1).returning(_H.c.number, _H.c.chain)
    ).first()


def entries(connection: Connection, tenant: str, *, after: int = 0, limit: int = 1000) -> list[Entry]:
    """Entries above a number, in order."""
    wanted = select(_A).where(_A.c.tenant == tenant, _A.c.number > after).order_by(_A.c.number).limit(limit)
    return [msgspec.convert(dict(row), Entry) for row in connection.execute(wanted).mappings()]


def newest(connection: Connection, tenant: str, *, limit: int = 100) -> list[Entry]:
    """The last entries, the newest first."""
    wanted = select(_A).where(_A.c.tenant == tenant).order_by(_A.c.number.desc()).limit(limit)
    return [msgspec.convert(dict(row), Entry) for row in connection.execute(wanted).mappings()]


def head(connection: Connection, tenant: str) -> tuple[int, bytes] | None:
    """Number and link of the last entry, as the head row has them."""
    row = connection.execute(select(_H.c.number, _H.c.chain).where(_H.c.tenant == tenant)).first()
    return None if row is None else (row.number, row.chain)


def tenants(connection: Connection) -> list[str]:
    """Those that have entries or a head."""
    found = {*connection.scalars(select(_A.c.tenant).distinct()), *connection.scalars(select(_H.c.tenant))}
    return sorted(found)
