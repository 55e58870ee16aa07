"""Timers: they fire once, however late, if their subject still has the revision they were set for."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    or_,
    select,
    text,
    update,
)

from bot.errors import LeaseLost
from bot.storage import tables as t
from bot.storage.batches import SET_TIMER, table, timer_row
from bot.storage.dialects import Sql
from bot.storage.leases import changed, new_lease, skipping
from bot.storage.ports import (
    CancelTimer,
    Follows,
    NewTimer,
    Timer,
    TimerState,
)

_C, _T = table(t.Conversation), table(t.Timer)
_PENDING = text("timer.state = 'pending'")
"""As the partial index has it, word for word: see outbox.py."""


def add_timer(connection: Connection, sql: Sql, tenant: str, timer: NewTimer, conversation: str | None) -> None:
    """Set or replace."""
    sql.run(connection, [(SET_TIMER, [timer_row(sql, tenant, conversation, timer)])])


def cancel_timer(connection: Connection, tenant: str, cancel: CancelTimer) -> bool:
    """False if there was none pending."""
    return changed(
        connection,
        update(_T)
        .where(_T.c.tenant == tenant, _T.c.kind == cancel.kind, _T.c.subject == cancel.subject, _T.c.state == "pending")
        .values(state="cancelled", lease_owner=None),
    )


def claim_timers(connection: Connection, *, owner: str, now: datetime, until: datetime, limit: int) -> list[Timer]:
    """Lease what is due and still wanted; put aside what is too late or obsolete."""
    due = and_(_PENDING, _T.c.due_at <= now, or_(_T.c.lease_until.is_(None), _T.c.lease_until <= now))
    connection.execute(update(_T).where(due, _obsolete()).values(state="cancelled", lease_owner=None))
    connection.execute(update(_T).where(due, _T.c.not_after < now).values(state="missed", lease_owner=None))
    chosen = skipping(select(_T.c.id).where(due).order_by(_T.c.due_at, _T.c.id).limit(limit))
    lease = new_lease(owner)
    rows = connection.execute(
        update(_T)
        .where(_T.c.id.in_(chosen), due, ~_obsolete())
        .values(lease_owner=lease, lease_until=until, attempts=_T.c.attempts + 1)
        .returning(_T)
    ).all()
    claimed = [_timer(row, lease) for row in rows]
    return sorted(claimed, key=_due)


def finish_timer(connection: Connection, timer: Timer) -> None:
    """Raises LeaseLost."""
    _settle_timer(connection, timer, {"state": "fired", "lease_owner": None, "lease_until": None})


def retry_timer(connection: Connection, timer: Timer, not_before: datetime) -> None:
    """Its due time stays, what moves is when the lease ends. Raises LeaseLost."""
    _settle_timer(connection, timer, {"lease_owner": None, "lease_until": not_before})


def timer_counts(connection: Connection, tenant: str) -> dict[tuple[str, TimerState], int]:
    """By kind and state."""
    rows = connection.execute(
        select(_T.c.kind, _T.c.state, func.count()).where(_T.c.tenant == tenant).group_by(_T.c.kind, _T.c.state)
    )
    return {(kind, TimerState(state)): n for kind, state, n in rows}


def _obsolete() -> ColumnElement[bool]:
    now_at = {
        Follows.TURN: select(_C.c.turn).where(_C.c.id == _T.c.conversation_id).scalar_subquery(),
        Follows.SEQ: select(_C.c.seq).where(_C.c.id == _T.c.conversation_id).scalar_subquery(),
    }
    return or_(
        *(and_(_T.c.follows == follows.value, func.coalesce(at, -1) != _T.c.revision) for follows, at in now_at.items())
    )


def _settle_timer(connection: Connection, timer: Timer, values: dict[str, Any]) -> None:
    done = changed(
        connection,
        update(_T)
        .where(_T.c.id == timer.id, _T.c.state == "pending", _T.c.lease_owner == timer.lease)
        .values(**values),
    )
    if not done:
        raise LeaseLost


def cancel_for_conversation(connection: Connection, conversation: str) -> None:
    """At erasure: nothing of it will fire any more."""
    connection.execute(
        update(_T)
        .where(_T.c.conversation_id == conversation, _T.c.state == "pending")
        .values(state="cancelled", lease_owner=None)
    )


def _timer(row: Any, lease: str) -> Timer:
    return Timer(
        id=row.id,
        tenant=row.tenant,
        conversation=row.conversation_id,
        kind=row.kind,
        subject=row.subject,
        revision=row.revision,
        due_at=row.due_at,
        not_after=row.not_after,
        attempts=row.attempts,
        lease=lease,
    )


def _due(timer: Timer) -> tuple[datetime, str]:
    return timer.due_at, timer.id
