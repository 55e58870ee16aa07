"""Leases of rows in a queue.

A lease is a text no other claim has. Whoever acts after the lease ran out and the row was claimed again matches no row
and gets LeaseLost. On PostgreSQL SKIP LOCKED keeps two claimers from waiting for each other; it decides nothing.
"""

import secrets
from typing import Any

from sqlalchemy import Connection, Select


def new_lease(owner: str) -> str:
    """A text that no other claim has."""
    return f"{owner}:{secrets.token_hex(8)}"


def skipping(wanted: Select[Any]) -> Select[Any]:
    """Do not wait for rows that another claimer holds."""
    return wanted.with_for_update(skip_locked=True)  # SQLite's compiler leaves it out: there the writer is alone


def changed(connection: Connection, statement: Any) -> bool:
    """Whether the statement matched a row."""
    return bool(connection.execute(statement).rowcount)
