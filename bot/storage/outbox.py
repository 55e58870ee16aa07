"""The outbox. What follows a claim is fenced by its lease (leases.py)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
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
from bot.storage.dialects import Sql, Statement, UtcDateTime
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
_MARK_SENT = Statement(
    "UPDATE outbox SET state = 'sent', lease_owner = NULL, lease_until = NULL "
    "WHERE conversation_id = :1 AND seq = :2 AND state = 'leased' AND lease_owner = :3",
    width=3,
)


def _free_outbox(rows: Any) -> ColumnElement[bool]:
    now = bindparam("now", type_=UtcDateTime())
    return or_(
        and_(rows.c.state == "unsent", rows.c.not_before <= now),
        and_(rows.c.state == "leased", rows.c.lease_until <= now),
    )


@cache
def _claim(*, of_channel: bool, of_tenant: bool) -> Update:
    """Made once: to put it together takes longer than to run it."""
    earlier = _O.alias("earlier")
    overtakes = exists().where(
        earlier.c.conversation_id == _O.c.conversation_id,
        earlier.c.seq < _O.c.seq,
        earlier.c.state.in_(["unsent", "leased", "held"]),
    )
    wanted = select(_O.c.conversation_id, _O.c.seq).where(_WAITING, _free_outbox(_O), ~overtakes)
    if of_channel:
        wanted = wanted.where(_O.c.channel == bindparam("of_channel"))
    if of_tenant:
        wanted = wanted.where(exists().where(_C.c.id == _O.c.conversation_id, _C.c.tenant == bindparam("of_tenant")))
    chosen = skipping(wanted.order_by(_O.c.not_before).limit(bindparam("most")))
    return (
        update(_O)
        .where(tuple_(_O.c.conversation_id, _O.c.seq).in_(chosen), _free_outbox(_O))
        .values(
            state="leased",
            lease_owner=bindparam("lease"),
            lease_until=bindparam("until", type_=UtcDateTime()),
            attempts=_O.c.attempts + 1,
        )
        .returning(_O.c.conversation_id)
    )


_OUTGOING = (
    select(*(_M, _C.c.tenant, _O.c.channel, _O.c.attempts, _K.c.kid, _K.c.wrapped, _B.c.address))
    .select_from(
        _O.join(_M, and_(_M.c.conversation_id == _O.c.conversation_id, _M.c.seq == _O.c.seq))
        .join(_C, _C.c.id == _O.c.conversation_id)
        .outerjoin(_K, _K.c.conversation_id == _O.c.conversation_id)
        .outerjoin(_B, and_(_B.c.conversation_id == _O.c.conversation_id, _B.c.channel == _O.c.channel))
    )
    .where(_WAITING, _O.c.state == "leased", _O.c.lease_owner == bindparam("lease"))
    .order_by(_O.c.not_before, _O.c.conversation_id)
)


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
    values: dict[str, Any] = {"lease": new_lease(owner), "now": now, "until": until, "most": limit}
    values |= {name: value for name, value in (("of_channel", channel), ("of_tenant", tenant)) if value is not None}
    statement = _claim(of_channel=channel is not None, of_tenant=tenant is not None)
    rows = connection.execute(statement, values).all()
    return _outgoing(connection, values["lease"]) if rows else []


def mark_sent(connection: Connection, sql: Sql, sent: Sequence[Outgoing]) -> None:
    """Say of leased rows that they were sent. Whoever lost the lease changes nothing."""
    rows = [(out.message.conversation, out.message.seq, out.lease) for out in sent]
    sql.run(connection, [(_MARK_SENT, sorted(rows))])


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


def _outgoing(connection: Connection, lease: str) -> list[Outgoing]:
    rows = connection.execute(_OUTGOING, {"lease": lease})
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
