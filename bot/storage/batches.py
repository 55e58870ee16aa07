"""A batch: the turns of many conversations written together, one statement a table.

1. At most one turn a conversation, in the order of conversation ids, and conversations before everything else: two
   replicas take their row locks in the same order and cannot deadlock.
2. Who inserts a turn number (or a message number) second breaks the primary key; then the whole batch is rolled back
   and each turn is written alone, under a savepoint of one transaction. Only the loser fails, and with its own error.
3. Turns of which a single statement's outcome must be read (`TurnWrite.alone`) are written alone from the start.
"""

import sqlite3
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlmodel import SQLModel

from bot.errors import (
    AddressTaken,
    ConversationErased,
    DuplicateInbound,
    LeaseLost,
    StoreError,
    TurnTaken,
    UnknownConversation,
)
from bot.storage import tables as t
from bot.storage.dialects import Sql
from bot.storage.ports import (
    Count,
    InboxState,
    NewConversation,
    NewMessage,
    NewTimer,
    OutboxState,
    Sender,
    State,
    TurnWrite,
)

LARGEST = 256
"""Turns in a batch at most: more would make those at its head wait for those at its end."""

_UPDATE_CONVERSATION = (
    "UPDATE conversation SET state = :2, turn = :3, seq = CASE WHEN seq < :4 THEN :4 ELSE seq END, severity = :5, "
    "session = :6, last_message_at = COALESCE(:7, last_message_at), crisis_said_at = :8 WHERE conversation.id = :1"
)
_MOVE_DAY = "UPDATE conversation SET last_day = :2 WHERE conversation.id = :1 AND conversation.last_day <> :2"
"""Apart, because setting an indexed column rewrites the index even when nothing changes, and the day seldom does."""
SET_TIMER = (
    "ON CONFLICT (tenant, kind, subject) DO UPDATE SET id = excluded.id, conversation_id = excluded.conversation_id, "
    "revision = excluded.revision, follows = excluded.follows, due_at = excluded.due_at, "
    "not_after = excluded.not_after, state = 'pending', attempts = 0, lease_owner = NULL, lease_until = NULL "
    "WHERE timer.revision <> excluded.revision"
)
_CANCEL_TIMER = (
    "UPDATE timer SET state = 'cancelled', lease_owner = NULL WHERE timer.tenant = :1 AND timer.kind = :2 "
    "AND timer.subject = :3 AND timer.state = 'pending'"
)
_CLOSE_HANDOFF = (
    "UPDATE handoff SET state = 'closed', updated_at = :2 WHERE handoff.conversation_id = :1 "
    "AND handoff.state <> 'closed'"
)
_OPEN_HANDOFF = (
    "ON CONFLICT (conversation_id) WHERE state <> 'closed' DO UPDATE SET updated_at = excluded.updated_at, "
    "reason = CASE WHEN excluded.severity >= handoff.severity THEN excluded.reason ELSE handoff.reason END, "
    "deadline = CASE WHEN excluded.severity > handoff.severity THEN excluded.deadline ELSE handoff.deadline END, "
    "severity = CASE WHEN excluded.severity > handoff.severity THEN excluded.severity ELSE handoff.severity END, "
    "shared = COALESCE(excluded.shared, handoff.shared)"
)
_COUNT = "ON CONFLICT (tenant, month, name, value) DO UPDATE SET n = counter.n + excluded.n"


def table(row: type[SQLModel]) -> Any:
    """The SQLAlchemy table behind a class of tables.py."""
    return row.__table__  # type: ignore[attr-defined]


_C, _I, _T = table(t.Conversation), table(t.Inbox), table(t.Timer)


def write_together(connection: Connection, sql: Sql, writes: Sequence[TurnWrite]) -> None:
    """Write the turns, one statement a table. Raises IntegrityError if any of them lost its fence; then roll back."""
    ordered = sorted(writes, key=_conversation)
    insert_new(connection, sql, [write.new for write in ordered if write.new])
    sql.update(connection, _UPDATE_CONVERSATION, [_conversation_row(sql, write) for write in ordered])
    days = [(write.conversation, sql.day(write.at)) for write in ordered if write.received or write.messages]
    sql.update(connection, _MOVE_DAY, days)
    stamp = sql.stamp
    sql.insert(connection, table(t.Turn), [(w.conversation, w.turn, stamp(w.at)) for w in ordered])
    sql.insert(connection, table(t.Message), [row for write in ordered for row in _message_rows(sql, write)])
    sql.insert(connection, table(t.Inbox), [_inbox_row(sql, write) for write in ordered if write.received])
    sql.insert(
        connection,
        table(t.Outbox),
        [row for w in ordered for row in outbox_rows(sql, w.conversation, w.at, w.messages)],
    )
    sql.update(
        connection,
        _CANCEL_TIMER,
        [(w.tenant, cancel.kind, cancel.subject) for w in ordered for cancel in w.cancel_timers],
    )
    timers = [timer_row(sql, w.tenant, w.conversation, timer) for w in ordered for timer in w.timers]
    sql.insert(connection, table(t.Timer), timers, SET_TIMER)
    closed = [(w.conversation, stamp(w.at)) for w in ordered if w.close_handoff]
    sql.update(connection, _CLOSE_HANDOFF, closed)
    sql.insert(connection, table(t.Handoff), [_handoff_row(sql, w) for w in ordered if w.handoff], _OPEN_HANDOFF)
    insert_counts(connection, sql, [count for write in ordered for count in write.counts])
    sql.insert(
        connection,
        table(t.Alarm),
        [(a.id, stamp(a.at), a.kind, a.conversation, a.detail) for w in ordered for a in w.alarms],
    )


def write_alone(connection: Connection, sql: Sql, write: TurnWrite) -> None:
    """Write one turn under a savepoint; on failure nothing of it stays. Raises as `TurnStore.commit`."""
    try:
        with connection.begin_nested():
            _take_timer(connection, write)
            write_together(connection, sql, [write])
            _consume(connection, write)
    except DBAPIError as broken:
        if not lost(broken):
            raise
        raise reason(connection, write) from None


def lost(broken: DBAPIError) -> bool:
    """Whether another writer was first, as against a database in trouble."""
    if isinstance(broken, IntegrityError):
        return True
    return _sqlstate(broken).startswith("40")  # deadlock or serialization


def in_trouble(broken: Exception) -> bool:
    """Whether the database itself failed, and not what it was asked: disk full, locked, gone, damaged."""
    if isinstance(broken, sqlite3.Error):
        return not isinstance(
            broken, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.ProgrammingError | sqlite3.InterfaceError
        )
    if not isinstance(broken, DBAPIError):
        return isinstance(broken, OSError | TimeoutError | NoConnectionError | InvalidRequestError)
    if _sqlstate(broken).startswith(("22", "23", "42")):
        return False  # a value that cannot be, a constraint, a mistake in the statement; drivers class them loosely
    return broken.connection_invalidated or not isinstance(
        broken, IntegrityError | DataError | ProgrammingError | NotSupportedError
    )


def reason(connection: Connection, write: TurnWrite) -> StoreError:
    """Why a turn that broke a constraint was refused."""
    found = connection.execute(select(_C.c.state).where(_C.c.id == write.conversation)).first()
    if found is None:
        return AddressTaken() if write.new else UnknownConversation()
    if found.state == State.ERASED:
        return ConversationErased()
    if write.received:
        seen = connection.execute(
            select(_I.c.seq, _I.c.turn).where(
                _I.c.conversation_id == write.conversation, _I.c.inbound_id == write.received.inbound_id
            )
        ).first()
        if seen is not None:
            return DuplicateInbound(seq=seen.seq, turn=seen.turn)
    return TurnTaken()


def insert_new(connection: Connection, sql: Sql, conversations: Sequence[NewConversation]) -> None:
    """Insert conversations with their key, code and binding. Raises IntegrityError."""
    if not conversations:
        return
    sql.insert(connection, table(t.Conversation), [_new_row(sql, new) for new in conversations])
    sql.insert(connection, table(t.ConversationKey), [(new.id, new.kid, new.wrapped) for new in conversations])
    codes = [(new.id, new.resume_index, new.resume_code) for new in conversations if new.resume_index]
    sql.insert(connection, table(t.ResumeCode), codes)
    bound = [
        (new.id, new.tenant, new.channel, new.address_index, new.address) for new in conversations if new.address_index
    ]
    bound.sort(key=lambda row: row[1:4])  # this unique key is the one that two replicas could take in another order
    sql.insert(connection, table(t.ChannelBinding), bound)


def message_row(sql: Sql, conversation: str, turn: int, at: Any, message: NewMessage) -> tuple[Any, ...]:
    """A message that is not the citizen's, as its table has it."""
    return (conversation, message.seq, message.sender.value, message.body, sql.stamp(at), turn, None)


def outbox_rows(sql: Sql, conversation: str, at: Any, messages: Sequence[NewMessage]) -> list[tuple[Any, ...]]:
    """Outbox rows of the messages that must be pushed."""
    return [
        (conversation, m.seq, m.push, OutboxState.UNSENT.value, 0, sql.stamp(m.not_before or at), None, None)
        for m in messages
        if m.push is not None
    ]


def timer_row(sql: Sql, tenant: str, conversation: str | None, timer: NewTimer) -> tuple[Any, ...]:
    """A timer as its table has it."""
    ends = None if timer.not_after is None else sql.stamp(timer.not_after)
    return (
        *(timer.id, tenant, conversation, timer.kind, timer.subject, timer.revision, timer.follows.value),
        *(sql.stamp(timer.due_at), ends, "pending", 0, None, None),
    )


def _sqlstate(broken: DBAPIError) -> str:
    """PostgreSQL's own class of an error; empty on SQLite."""
    return str(getattr(broken.orig, "sqlstate", None) or "")


def _conversation(write: TurnWrite) -> str:
    return write.conversation


def _new_row(sql: Sql, new: NewConversation) -> tuple[Any, ...]:
    at = sql.stamp(new.at)
    return (
        *(new.id, new.tenant, new.channel, State.BOT.value, 0, 0, 0, new.session, at, at),
        *(sql.day(new.at), None, None),
    )


def _conversation_row(sql: Sql, write: TurnWrite) -> tuple[Any, ...]:
    said = write.received is not None or bool(write.messages)
    return (
        write.conversation,
        write.state.value,
        write.turn,
        write.seq,
        write.severity,
        write.session,
        sql.stamp(write.at) if said else None,
        None if write.crisis_said_at is None else sql.stamp(write.crisis_said_at),
    )


def _message_rows(sql: Sql, write: TurnWrite) -> list[tuple[Any, ...]]:
    rows = [message_row(sql, write.conversation, write.turn, write.at, message) for message in write.messages]
    if write.received:
        r = write.received
        rows.append((r.conversation, r.seq, Sender.CITIZEN.value, r.body, sql.stamp(r.at), write.turn, r.inbound_id))
    return rows


def _inbox_row(sql: Sql, write: TurnWrite) -> tuple[Any, ...]:
    r = write.received
    assert r is not None  # noqa: S101 - the caller chose those that have one
    return (r.conversation, r.inbound_id, r.seq, write.turn, _outcome(write), sql.stamp(r.at))


def _handoff_row(sql: Sql, write: TurnWrite) -> tuple[Any, ...]:
    h, at = write.handoff, sql.stamp(write.at)
    assert h is not None  # noqa: S101 - the caller chose those that have one
    due = None if h.deadline is None else sql.stamp(h.deadline)
    return (
        *(h.id, write.conversation, write.tenant, h.reason, h.severity, "waiting", None, at, at),
        *(due, h.since_seq, h.shared),
    )


def _outcome(write: TurnWrite) -> str:
    return (InboxState.FAILED if write.failed else InboxState.DONE).value


def insert_counts(connection: Connection, sql: Sql, counts: Sequence[Count]) -> None:
    """Add to the counters."""
    tally: Tally[tuple[str, str, str, str]] = Tally()
    for count in counts:
        tally[count.tenant, count.month, count.name, count.value] += count.n
    sql.insert(connection, table(t.Counter), [(*key, n) for key, n in sorted(tally.items())], _COUNT)


def _take_timer(connection: Connection, write: TurnWrite) -> None:
    """First, so that a turn whose timer was taken over fails as that. Raises LeaseLost."""
    if write.fires is None:
        return
    done = connection.execute(
        update(_T)
        .where(_T.c.id == write.fires.id, _T.c.state == "pending", _T.c.lease_owner == write.fires.lease)
        .values(state="fired", lease_owner=None, lease_until=None)
    )
    if done.rowcount != 1:
        raise LeaseLost


def _consume(connection: Connection, write: TurnWrite) -> None:
    """Mark what `receive` stored earlier. Raises DuplicateInbound if another turn consumed it meanwhile."""
    for inbound_id in write.consumes:
        place = (_I.c.conversation_id == write.conversation, _I.c.inbound_id == inbound_id)
        done = connection.execute(
            update(_I).where(*place, _I.c.state == "received").values(turn=write.turn, state=_outcome(write))
        )
        if done.rowcount != 1:
            seen = connection.execute(select(_I.c.seq, _I.c.turn).where(*place)).first()
            raise UnknownConversation if seen is None else DuplicateInbound(seq=seen.seq, turn=seen.turn)
