"""Handoffs, outbox and timers. Every claim is one conditional UPDATE; what follows a claim is fenced by its lease.

A lease is a text no other claim has. Whoever acts after the lease ran out and the row was claimed again matches no row
and gets LeaseLost. On PostgreSQL SKIP LOCKED keeps two claimers from waiting for each other; it decides nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.errors import LeaseLost
from bot.storage import tables as t
from bot.storage.batches import SET_TIMER, table, timer_row
from bot.storage.dialects import Sql
from bot.storage.ports import (
    CancelTimer,
    Follows,
    Handoff,
    HandoffMove,
    HandoffState,
    NewTimer,
    OutboxState,
    Outgoing,
    Sender,
    StoredMessage,
    Timer,
    TimerState,
)

_C, _H, _O, _T = table(t.Conversation), table(t.Handoff), table(t.Outbox), table(t.Timer)
_WAITING = text("outbox.state IN ('unsent', 'leased')")
_PENDING = text("timer.state = 'pending'")
"""As the partial indexes have it, word for word: with bound values no planner sees that it may use them, and every
claim would go through all that was ever sent or fired."""
_M, _K, _B = table(t.Message), table(t.ConversationKey), table(t.ChannelBinding)
_HOLDING = table(t.Holding)


# Handoffs.


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
    _cancel_timers(connection, conversation)


# Outbox.


def claim_outbox(
    connection: Connection,
    *,
    owner: str,
    now: datetime,
    until: datetime,
    limit: int,
    channel: str | None,
    tenant: str | None,
) -> list[Outgoing]:
    """Lease the first unsent message of up to `limit` conversations."""
    earlier = _O.alias("earlier")
    overtakes = exists().where(
        earlier.c.conversation_id == _O.c.conversation_id,
        earlier.c.seq < _O.c.seq,
        earlier.c.state.in_(["unsent", "leased", "held"]),
    )
    free = _free_outbox(_O, now)
    wanted = select(_O.c.conversation_id, _O.c.seq).where(_WAITING, free, ~overtakes)
    if channel is not None:
        wanted = wanted.where(_O.c.channel == channel)
    if tenant is not None:
        wanted = wanted.where(exists().where(_C.c.id == _O.c.conversation_id, _C.c.tenant == tenant))
    chosen = _skipping(wanted.order_by(_O.c.not_before).limit(limit))
    lease = _lease(owner)
    rows = connection.execute(
        update(_O)
        .where(tuple_(_O.c.conversation_id, _O.c.seq).in_(chosen), free)
        .values(state="leased", lease_owner=lease, lease_until=until, attempts=_O.c.attempts + 1)
        .returning(_O.c.conversation_id)
    ).all()
    return _outgoing(connection, lease) if rows else []


def settle_outbox(connection: Connection, out: Outgoing, state: OutboxState, not_before: datetime | None) -> None:
    """Say what became of a leased row. Raises LeaseLost."""
    values: dict[str, Any] = {"state": state.value, "lease_owner": None, "lease_until": None}
    if not_before is not None:
        values["not_before"] = not_before
    done = _changed(
        connection,
        update(_O)
        .where(
            _O.c.conversation_id == out.message.conversation,
            _O.c.seq == out.message.seq,
            _O.c.state == "leased",
            _O.c.lease_owner == out.lease,
        )
        .values(**values),
    )
    if not done:
        raise LeaseLost


def sent_and_next(
    connection: Connection, out: Outgoing, *, owner: str, now: datetime, until: datetime
) -> Outgoing | None:
    """Say that a leased row was sent, and lease the next of its conversation. All before it are sent or given up, or it
    would not have been leased. Raises LeaseLost.
    """
    settle_outbox(connection, out, OutboxState.SENT, None)
    own = (_O.c.conversation_id == out.message.conversation, _O.c.seq > out.message.seq, _O.c.channel == out.channel)
    waits = _O.c.state.in_(["unsent", "leased", "held"])
    lease = _lease(owner)
    leased = connection.execute(
        update(_O)
        .where(*own, _O.c.seq == select(func.min(_O.c.seq)).where(*own, waits).scalar_subquery(), _free_outbox(_O, now))
        .values(state="leased", lease_owner=lease, lease_until=until, attempts=_O.c.attempts + 1)
        .returning(_O.c.seq)
    ).all()
    return _outgoing(connection, lease)[0] if leased else None


def undeliverable(connection: Connection, out: Outgoing, *, gone: bool) -> None:
    """Raises LeaseLost."""
    settle_outbox(connection, out, OutboxState.UNDELIVERABLE, None)
    if gone:
        connection.execute(
            update(_O)
            .where(_O.c.conversation_id == out.message.conversation, _O.c.state.in_(["unsent", "held"]))
            .values(state="undeliverable")
        )
        _cancel_timers(connection, out.message.conversation)


def hold_all(connection: Connection) -> int:
    """Everything that is not sent yet; leases are void."""
    done = connection.execute(
        update(_O).where(_O.c.state.in_(["unsent", "leased"])).values(state="held", lease_owner=None, lease_until=None)
    )
    return done.rowcount


def void_leases(connection: Connection) -> int:
    """Leased messages are unsent again."""
    done = connection.execute(
        update(_O).where(_O.c.state == "leased").values(state="unsent", lease_owner=None, lease_until=None)
    )
    return done.rowcount


def release(connection: Connection, conversation: str | None) -> int:
    """Held messages are unsent again."""
    held = update(_O).where(_O.c.state == "held")
    if conversation is not None:
        held = held.where(_O.c.conversation_id == conversation)
    return connection.execute(held.values(state="unsent")).rowcount


def outbox_counts(connection: Connection) -> dict[OutboxState, int]:
    """How many rows are in each state."""
    rows = connection.execute(select(_O.c.state, func.count()).group_by(_O.c.state))
    return {OutboxState(state): n for state, n in rows}


# Timers.


def add_timer(connection: Connection, sql: Sql, tenant: str, timer: NewTimer, conversation: str | None) -> None:
    """Set or replace."""
    sql.run(connection, [(SET_TIMER, [timer_row(sql, tenant, conversation, timer)])])


def cancel_timer(connection: Connection, tenant: str, cancel: CancelTimer) -> bool:
    """False if there was none pending."""
    return _changed(
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
    chosen = _skipping(select(_T.c.id).where(due).order_by(_T.c.due_at, _T.c.id).limit(limit))
    lease = _lease(owner)
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
    done = _changed(
        connection,
        update(_T)
        .where(_T.c.id == timer.id, _T.c.state == "pending", _T.c.lease_owner == timer.lease)
        .values(**values),
    )
    if not done:
        raise LeaseLost


def _cancel_timers(connection: Connection, conversation: str) -> None:
    connection.execute(
        update(_T)
        .where(_T.c.conversation_id == conversation, _T.c.state == "pending")
        .values(state="cancelled", lease_owner=None)
    )


def _free_outbox(rows: Any, now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(rows.c.state == "unsent", rows.c.not_before <= now),
        and_(rows.c.state == "leased", rows.c.lease_until <= now),
    )


def _outgoing(connection: Connection, lease: str) -> list[Outgoing]:
    rows = connection.execute(
        select(
            *(_M, _C.c.tenant, _O.c.channel, _O.c.attempts, _K.c.kid, _K.c.wrapped, _B.c.address),
        )
        .select_from(
            _O.join(_M, and_(_M.c.conversation_id == _O.c.conversation_id, _M.c.seq == _O.c.seq))
            .join(_C, _C.c.id == _O.c.conversation_id)
            .outerjoin(_K, _K.c.conversation_id == _O.c.conversation_id)
            .outerjoin(_B, and_(_B.c.conversation_id == _O.c.conversation_id, _B.c.channel == _O.c.channel))
        )
        .where(_O.c.lease_owner == lease, _O.c.state == "leased")
        .order_by(_O.c.not_before, _O.c.conversation_id)
    )
    return [
        Outgoing(
            message=StoredMessage(
                conversation=row.conversation_id,
                seq=row.seq,
                sender=Sender(row.sender),
                body=row.body,
                at=row.at,
                turn=row.turn,
                inbound_id=row.inbound_id,
            ),
            tenant=row.tenant,
            channel=row.channel,
            kid=row.kid or "",
            wrapped=row.wrapped or b"",
            address=row.address or b"",
            attempts=row.attempts,
            lease=lease,
        )
        for row in rows
    ]


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


def _lease(owner: str) -> str:
    return f"{owner}:{secrets.token_hex(8)}"


def _skipping(wanted: Select[Any]) -> Select[Any]:
    return wanted.with_for_update(skip_locked=True)  # SQLite's compiler leaves it out: there the writer is alone


def _changed(connection: Connection, statement: Any) -> bool:
    return bool(connection.execute(statement).rowcount)
