"""The outbox. What follows a claim is fenced by its lease (leases.py)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.errors import LeaseLost
from bot.storage import tables as t
from bot.storage import timers
from bot.storage.batches import table
from bot.storage.leases import changed, new_lease, skipping
from bot.storage.ports import (
    OutboxState,
    Outgoing,
    Sender,
    StoredMessage,
)

_C, _O = table(t.Conversation), table(t.Outbox)
_M, _K, _B = table(t.Message), table(t.ConversationKey), table(t.ChannelBinding)
_WAITING = text("outbox.state IN ('unsent', 'leased')")
"""As the partial index has it, word for word: with bound values no planner sees that it may use it, and every claim
would go through all that was ever sent.
"""


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
    chosen = skipping(wanted.order_by(_O.c.not_before).limit(limit))
    lease = new_lease(owner)
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
    done = changed(
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
    lease = new_lease(owner)
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
        timers.cancel_for_conversation(connection, out.message.conversation)


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
