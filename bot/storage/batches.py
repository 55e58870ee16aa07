"""A batch: the turns of many conversations written together.

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
from bot.storage.dialects import Rows, Sql, Statement, insert_into
from bot.storage.ports import (
    Count,
    InboxState,
    NewConversation,
    NewMessage,
    NewTimer,
    OutboxState,
    Received,
    State,
    TurnWrite,
)

LARGEST = 256
"""Turns in a batch at most: more would make those at its head wait for those at its end."""


def table(row: type[SQLModel]) -> Any:
    """The SQLAlchemy table behind a class of `tables`."""
    return row.__table__  # type: ignore[attr-defined]


_C, _I, _T = table(t.Conversation), table(t.Inbox), table(t.Timer)

_TAKE_TURN = Statement(
    "UPDATE conversation SET state = :2, turn = :3, seq = CASE WHEN seq < :4 THEN :4 ELSE seq END, severity = :5, "
    "session = :6, last_message_at = COALESCE(:7, last_message_at), crisis_said_at = :8 WHERE id = :1",
    # Apart, because setting an indexed column rewrites the index even when nothing changes, and the day seldom does.
    "UPDATE conversation SET last_day = :9 WHERE id = :1 AND last_day <> :9",
    "INSERT INTO turn (conversation_id, number, at) VALUES (:1, :3, :10)",
    width=10,
    often=True,
)
_RECEIVE = Statement(
    "INSERT INTO message (conversation_id, seq, sender, body, at, turn, inbound_id) "
    "VALUES (:1, :2, 'citizen', :3, :4, :5, :6)",
    "INSERT INTO inbox (conversation_id, inbound_id, seq, turn, state, at) VALUES (:1, :6, :2, :5, :7, :4)",
    width=7,
    often=True,
)
ADD_MESSAGE = insert_into(table(t.Message), often=True)
ADD_OUTBOX = insert_into(table(t.Outbox))
SET_TIMER = insert_into(
    _T,
    "ON CONFLICT (tenant, kind, subject) DO UPDATE SET id = excluded.id, conversation_id = excluded.conversation_id, "
    "revision = excluded.revision, follows = excluded.follows, due_at = excluded.due_at, "
    "not_after = excluded.not_after, state = 'pending', attempts = 0, lease_owner = NULL, lease_until = NULL "
    "WHERE timer.revision <> excluded.revision",
)
_CANCEL_TIMER = Statement(
    "UPDATE timer SET state = 'cancelled', lease_owner = NULL WHERE timer.tenant = :1 AND timer.kind = :2 "
    "AND timer.subject = :3 AND timer.state = 'pending'",
    width=3,
)
_REPLACE_CODE = Statement(
    "UPDATE resume_code SET bidx = :2, sealed = :3 WHERE conversation_id = :1",
    width=3,
)
_CLOSE_HANDOFF = Statement(
    "UPDATE handoff SET state = 'closed', updated_at = :2 WHERE handoff.conversation_id = :1 "
    "AND handoff.state <> 'closed'",
    width=2,
)
_OPEN_HANDOFF = insert_into(
    table(t.Handoff),
    "ON CONFLICT (conversation_id) WHERE state <> 'closed' DO UPDATE SET updated_at = excluded.updated_at, "
    "reason = CASE WHEN excluded.severity >= handoff.severity THEN excluded.reason ELSE handoff.reason END, "
    "deadline = CASE WHEN excluded.severity > handoff.severity THEN excluded.deadline ELSE handoff.deadline END, "
    "severity = CASE WHEN excluded.severity > handoff.severity THEN excluded.severity ELSE handoff.severity END, "
    "shared = COALESCE(excluded.shared, handoff.shared)",
)
COUNT = insert_into(
    table(t.Counter), "ON CONFLICT (tenant, month, name, value) DO UPDATE SET n = counter.n + excluded.n"
)
_ALARM = insert_into(table(t.Alarm))
_NEW_CONVERSATION = insert_into(_C)
_NEW_KEY = insert_into(table(t.ConversationKey))
_NEW_CODE = insert_into(table(t.ResumeCode))
_NEW_BINDING = insert_into(table(t.ChannelBinding))


def write_together(connection: Connection, sql: Sql, writes: Sequence[TurnWrite]) -> None:
    """Write the turns. Raises IntegrityError if any of them lost its fence; then roll back what is open."""
    ordered = sorted(writes, key=_conversation)
    stamp = sql.stamp
    sql.run(
        connection,
        [
            *_new_rows(sql, [write.new for write in ordered if write.new]),
            (_TAKE_TURN, [_turn_row(sql, write) for write in ordered]),
            (_RECEIVE, [_received_row(sql, w, w.received) for w in ordered if w.received]),
            (ADD_MESSAGE, [message_row(sql, w.conversation, w.turn, w.at, m) for w in ordered for m in w.messages]),
            (ADD_OUTBOX, [row for w in ordered for row in outbox_rows(sql, w.conversation, w.at, w.messages)]),
            (_CANCEL_TIMER, [(w.tenant, c.kind, c.subject) for w in ordered for c in w.cancel_timers]),
            (SET_TIMER, [timer_row(sql, w.tenant, w.conversation, timer) for w in ordered for timer in w.timers]),
            (_REPLACE_CODE, [(w.conversation, w.resume.index, w.resume.sealed) for w in ordered if w.resume]),
            (_CLOSE_HANDOFF, [(w.conversation, stamp(w.at)) for w in ordered if w.close_handoff]),
            (_OPEN_HANDOFF, [_handoff_row(sql, w) for w in ordered if w.handoff]),
            (COUNT, count_rows([count for write in ordered for count in write.counts])),
            (_ALARM, [(a.id, stamp(a.at), a.kind, a.conversation, a.detail) for w in ordered for a in w.alarms]),
        ],
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
    sql.run(connection, _new_rows(sql, conversations))


def _new_rows(sql: Sql, conversations: Sequence[NewConversation]) -> Rows:
    if not conversations:
        return ()
    bound = [
        (new.id, new.tenant, new.channel, new.address_index, new.address) for new in conversations if new.address_index
    ]
    bound.sort(key=lambda row: row[1:4])  # this unique key is the one that two replicas could take in another order
    return (
        (_NEW_CONVERSATION, [_new_row(sql, new) for new in conversations]),
        (_NEW_KEY, [(new.id, new.kid, new.wrapped) for new in conversations]),
        (_NEW_CODE, [(new.id, new.resume_index, new.resume_code) for new in conversations if new.resume_index]),
        (_NEW_BINDING, bound),
    )


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


def _turn_row(sql: Sql, write: TurnWrite) -> tuple[Any, ...]:
    said = write.received is not None or bool(write.messages)
    at = sql.stamp(write.at)
    return (
        write.conversation,
        write.state.value,
        write.turn,
        write.seq,
        write.severity,
        write.session,
        at if said else None,
        None if write.crisis_said_at is None else sql.stamp(write.crisis_said_at),
        sql.day(write.at) if said else None,
        at,
    )


def _received_row(sql: Sql, write: TurnWrite, r: Received) -> tuple[Any, ...]:
    return (r.conversation, r.seq, r.body, sql.stamp(r.at), write.turn, r.inbound_id, _outcome(write))


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


def count_rows(counts: Sequence[Count]) -> list[tuple[Any, ...]]:
    """What to add to the counters."""
    tally: Tally[tuple[str, str, str, str]] = Tally()
    for count in counts:
        tally[count.tenant, count.month, count.name, count.value] += count.n
    return [(*key, n) for key, n in sorted(tally.items())]


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
