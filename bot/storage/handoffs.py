"""Handoffs: every claim is one conditional UPDATE."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Update,
    delete,
    insert,
    select,
    update,
)

from bot.errors import LeaseLost
from bot.storage import tables as t
from bot.storage import timers
from bot.storage.batches import table
from bot.storage.ports import Handoff, HandoffMove, HandoffState

_H, _HOLDING = table(t.Handoff), table(t.Holding)


def handoffs(connection: Connection, tenant: str, states: Sequence[HandoffState]) -> list[Handoff]:
    """Most severe first, then by deadline, then oldest."""
    rows = connection.execute(
        select(_H)
        .where(_H.c.tenant == tenant, _H.c.state.in_([state.value for state in states]))
        .order_by(_H.c.severity.desc(), _H.c.deadline, _H.c.created_at, _H.c.id)
    )
    return [read_handoff(row) for row in rows]


def open_handoff(connection: Connection, conversation: str) -> Handoff | None:
    """There is at most one."""
    row = connection.execute(
        select(_H).where(_H.c.conversation_id == conversation, _H.c.state != HandoffState.CLOSED)
    ).first()
    return None if row is None else read_handoff(row)


def claim_handoff(connection: Connection, handoff: str, counselor: str, at: datetime) -> bool:
    """The first claimer gets it, and holds the talk from now on."""
    row = connection.execute(
        update(_H)
        .where(_H.c.id == handoff, _H.c.state == HandoffState.WAITING)
        .values(state=HandoffState.CLAIMED.value, counselor=counselor, updated_at=at)
        .returning(_H.c.conversation_id, _H.c.tenant)
    ).first()
    if row is None:
        return False
    held = {"id": secrets.token_hex(16), "conversation_id": row.conversation_id, "tenant": row.tenant}
    connection.execute(insert(_HOLDING).values(**held, counselor=counselor, began_at=at))
    return True


def release_handoff(connection: Connection, handoff: str, counselor: str, at: datetime) -> bool:
    """Back to the queue, with its old place, if it is this counselor's."""
    theirs = (_H.c.id == handoff, _H.c.state == HandoffState.CLAIMED, _H.c.counselor == counselor)
    released = update(_H).where(*theirs).values(state=HandoffState.WAITING.value, counselor=None, updated_at=at)
    return _ended(connection, released, at)


def close_handoff(connection: Connection, handoff: str, at: datetime) -> bool:
    """False if it was closed before."""
    open_one = (_H.c.id == handoff, _H.c.state != HandoffState.CLOSED)
    return _ended(connection, update(_H).where(*open_one).values(state=HandoffState.CLOSED.value, updated_at=at), at)


def _ended(connection: Connection, moved: Update, at: datetime) -> bool:
    """Move a handoff; whoever held its talk holds it no longer."""
    row = connection.execute(moved.returning(_H.c.conversation_id)).first()
    if row is None:
        return False
    held = (_HOLDING.c.conversation_id == row.conversation_id, _HOLDING.c.ended_at.is_(None))
    connection.execute(update(_HOLDING).where(*held).values(ended_at=at))
    return True


def move_handoff(connection: Connection, move: HandoffMove, at: datetime) -> None:
    """Raises LeaseLost if it is not this counselor's to move."""
    if move.to is HandoffState.CLAIMED:
        done = claim_handoff(connection, move.handoff, move.counselor, at)
    elif move.to is HandoffState.WAITING:
        done = release_handoff(connection, move.handoff, move.counselor, at)
    else:
        theirs = (_H.c.id == move.handoff, _H.c.state == HandoffState.CLAIMED, _H.c.counselor == move.counselor)
        done = _ended(connection, update(_H).where(*theirs).values(state=HandoffState.CLOSED.value, updated_at=at), at)
    if not done:
        raise LeaseLost


def lower_handoff(connection: Connection, conversation: str, severity: int) -> None:
    """A counselor says that it is less urgent than it looked."""
    open_one = (_H.c.conversation_id == conversation, _H.c.state != HandoffState.CLOSED)
    connection.execute(update(_H).where(*open_one).values(severity=severity))


def end_for_conversation(connection: Connection, conversation: str, at: datetime) -> None:
    """At erasure: its handoff is closed, what the desk kept of it is gone, and its timers are cancelled."""
    connection.execute(
        update(_H)
        .where(_H.c.conversation_id == conversation, _H.c.state != HandoffState.CLOSED)
        .values(state=HandoffState.CLOSED.value, updated_at=at)
    )
    for kept in (t.Holding, t.CounselorMessage, t.ReadMark, t.Draft, t.Note, t.BrokenGlass):
        connection.execute(delete(table(kept)).where(table(kept).c.conversation_id == conversation))
    theirs = select(_H.c.id).where(_H.c.conversation_id == conversation)
    connection.execute(delete(table(t.AlertSeen)).where(table(t.AlertSeen).c.handoff_id.in_(theirs)))
    timers.cancel_for_conversation(connection, conversation)


def read_handoff(row: Any) -> Handoff:
    """A row with the columns of `handoff`."""
    return Handoff(
        id=row.id,
        conversation=row.conversation_id,
        tenant=row.tenant,
        reason=row.reason,
        severity=row.severity,
        state=HandoffState(row.state),
        counselor=row.counselor,
        created_at=row.created_at,
        updated_at=row.updated_at,
        deadline=row.deadline,
        since_seq=row.since_seq,
        shared=row.shared,
    )
