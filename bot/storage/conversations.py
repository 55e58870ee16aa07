"""What is asked of conversations besides writing turns: plain functions of a connection, the same on both databases."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update
from sqlalchemy.exc import DBAPIError

from bot.errors import (
    AddressTaken,
    ConversationErased,
    DuplicateInbound,
    StoreError,
    TurnTaken,
    UnknownConversation,
)
from bot.storage import handoffs
from bot.storage import tables as t
from bot.storage.batches import (
    ADD_MESSAGE,
    ADD_OUTBOX,
    COUNT,
    SET_TIMER,
    count_rows,
    insert_new,
    lost,
    message_row,
    outbox_rows,
    table,
    timer_row,
)
from bot.storage.dialects import Sql
from bot.storage.ports import (
    Alarm,
    CounselorSend,
    Count,
    InboxState,
    Loaded,
    NewConversation,
    PendingInbound,
    Received,
    Seen,
    Sender,
    State,
    StateChange,
    StoredMessage,
    WrappedKey,
)

_C, _K, _M, _I = table(t.Conversation), table(t.ConversationKey), table(t.Message), table(t.Inbox)
LOAD_COLUMNS = (
    "c.id, c.tenant, c.channel, c.state, c.turn, c.seq, c.severity, k.kid, k.wrapped, c.session, c.created_at, "
    "c.last_message_at, c.last_used_at, c.crisis_said_at, "
    "EXISTS (SELECT 1 FROM inbox i WHERE i.conversation_id = c.id AND i.state = 'received')"
)
LOAD = f"SELECT {LOAD_COLUMNS} FROM conversation c LEFT JOIN conversation_key k ON k.conversation_id = c.id WHERE "  # noqa: S608
_LOADED = select(
    *(_C.c.id, _C.c.tenant, _C.c.channel, _C.c.state, _C.c.turn, _C.c.seq, _C.c.severity, _K.c.kid, _K.c.wrapped),
    *(_C.c.session, _C.c.created_at, _C.c.last_message_at, _C.c.last_used_at, _C.c.crisis_said_at),
    exists().where(_I.c.conversation_id == _C.c.id, _I.c.state == "received").label("pending"),
).select_from(_C.outerjoin(_K))
_STATES = {state.value: state for state in State}
_SENDERS = {sender.value: sender for sender in Sender}


def loaded_from(sql: Sql, row: Sequence[Any]) -> Loaded:
    """A row of `LOAD` as the database's driver gives it."""
    when = sql.unstamp
    return Loaded(
        id=row[0],
        tenant=row[1],
        channel=row[2],
        state=_STATES[row[3]],
        turn=row[4],
        seq=row[5],
        severity=row[6],
        kid=row[7] or "",
        wrapped=row[8] or b"",
        session=row[9],
        created_at=when(row[10]),
        last_message_at=when(row[11]),
        last_used_at=None if row[12] is None else when(row[12]),
        crisis_said_at=None if row[13] is None else when(row[13]),
        pending=bool(row[14]),
    )


def create(connection: Connection, sql: Sql, new: NewConversation) -> None:
    """Raises AddressTaken."""
    try:
        with connection.begin_nested():
            insert_new(connection, sql, [new])
    except DBAPIError as broken:
        if lost(broken):
            raise AddressTaken from None
        raise


def load_many(connection: Connection, conversations: Sequence[str]) -> dict[str, Loaded]:
    """Those that exist."""
    return {row.id: _loaded(row) for row in connection.execute(_LOADED.where(_C.c.id.in_(conversations)))}


def by_resume(connection: Connection, indexes: Sequence[bytes]) -> Loaded | None:
    """The conversation of a code; at most one has it, whichever index it was written with."""
    code = table(t.ResumeCode)
    wanted = select(code.c.conversation_id).where(code.c.bidx.in_(indexes))
    row = connection.execute(_LOADED.where(_C.c.id.in_(wanted))).first()
    return None if row is None else _loaded(row)


def by_binding(connection: Connection, tenant: str, channel: str, indexes: Sequence[bytes]) -> Loaded | None:
    """The conversation of an address."""
    bound = table(t.ChannelBinding)
    wanted = select(bound.c.conversation_id).where(
        bound.c.tenant == tenant, bound.c.channel == channel, bound.c.bidx.in_(indexes)
    )
    row = connection.execute(_LOADED.where(_C.c.id.in_(wanted))).first()
    return None if row is None else _loaded(row)


def inbound(connection: Connection, conversation: str, inbound_id: str) -> Seen | None:
    """What an inbound id became."""
    row = connection.execute(
        select(_I.c.seq, _I.c.turn, _I.c.state).where(
            _I.c.conversation_id == conversation, _I.c.inbound_id == inbound_id
        )
    ).first()
    return None if row is None else Seen(seq=row.seq, turn=row.turn, state=InboxState(row.state))


def receive(connection: Connection, received: Received) -> None:
    """The row of the conversation is taken first, by the number it must have. Raises as `TurnStore.receive`."""
    r = received
    seen = inbound(connection, r.conversation, r.inbound_id)
    if seen is not None:
        raise DuplicateInbound(seq=seen.seq, turn=seen.turn)
    taken = connection.execute(
        update(_C)
        .where(_C.c.id == r.conversation, _C.c.seq == r.seq - 1, _C.c.state != State.ERASED)
        .values(seq=r.seq, last_message_at=r.at, last_day=day_of(r.at))
        .returning(_C.c.turn)
    ).first()
    if taken is None:
        raise _refused(connection, r.conversation)
    try:
        with connection.begin_nested():
            connection.execute(
                insert(_I).values(
                    conversation_id=r.conversation, inbound_id=r.inbound_id, seq=r.seq, state="received", at=r.at
                )
            )
    except DBAPIError as broken:
        if not lost(broken):
            raise
        seen = inbound(connection, r.conversation, r.inbound_id)
        raise TurnTaken from None if seen is None else DuplicateInbound(seq=seen.seq, turn=seen.turn)
    connection.execute(
        insert(_M).values(
            conversation_id=r.conversation,
            seq=r.seq,
            sender=Sender.CITIZEN.value,
            body=r.body,
            at=r.at,
            turn=taken.turn,
            inbound_id=r.inbound_id,
        )
    )


def pending_inbox(connection: Connection, limit: int, conversation: str | None) -> list[PendingInbound]:
    """Acknowledged and not consumed, in order of arrival; of one conversation by number, for a clock may go back."""
    wanted = select(_I.c.conversation_id, _I.c.inbound_id, _I.c.seq, _I.c.at).where(_I.c.state == "received")
    if conversation is None:
        wanted = wanted.order_by(_I.c.at, _I.c.conversation_id, _I.c.seq)
    else:
        wanted = wanted.where(_I.c.conversation_id == conversation).order_by(_I.c.seq)
    rows = connection.execute(wanted.limit(limit))
    return [PendingInbound(conversation=r[0], inbound_id=r[1], seq=r[2], at=r[3]) for r in rows]


def messages(connection: Connection, conversation: str, after: int, limit: int) -> list[StoredMessage]:
    """Messages with a number above `after`, in order."""
    rows = connection.execute(
        select(_M).where(_M.c.conversation_id == conversation, _M.c.seq > after).order_by(_M.c.seq).limit(limit)
    )
    return [stored(row) for row in rows]


MESSAGE = "SELECT sender, body, at, turn, inbound_id FROM message WHERE conversation_id = ? AND seq = ?"


def message_from(sql: Sql, conversation: str, seq: int, row: Sequence[Any]) -> StoredMessage:
    """A row of `MESSAGE` as the database's driver gives it."""
    return StoredMessage(
        conversation=conversation,
        seq=seq,
        sender=_SENDERS[row[0]],
        body=row[1],
        at=sql.unstamp(row[2]),
        turn=row[3],
        inbound_id=row[4],
    )


def stored(row: Row[Any]) -> StoredMessage:
    """A row with the columns of `message`."""
    return StoredMessage(
        conversation=row.conversation_id,
        seq=row.seq,
        sender=_SENDERS[row.sender],
        body=row.body,
        at=row.at,
        turn=row.turn,
        inbound_id=row.inbound_id,
    )


def resume_code(connection: Connection, conversation: str) -> bytes | None:
    """The sealed code."""
    code = table(t.ResumeCode)
    return connection.execute(select(code.c.sealed).where(code.c.conversation_id == conversation)).scalar_one_or_none()


def set_resume(connection: Connection, conversation: str, index: bytes, sealed: bytes) -> None:
    """Replace the code. Raises AddressTaken, UnknownConversation."""
    code = table(t.ResumeCode)
    try:
        with connection.begin_nested():
            done = connection.execute(
                update(code).where(code.c.conversation_id == conversation).values(bidx=index, sealed=sealed)
            )
    except DBAPIError as broken:
        if lost(broken):
            raise AddressTaken from None
        raise
    if done.rowcount != 1:
        raise UnknownConversation


def touch(connection: Connection, conversation: str, at: datetime) -> datetime | None:
    """Note a use; the use before it."""
    before = connection.execute(
        select(_C.c.last_used_at).where(_C.c.id == conversation).with_for_update()
    ).scalar_one_or_none()
    connection.execute(update(_C).where(_C.c.id == conversation, _C.c.state != State.ERASED).values(last_used_at=at))
    return before


def change(connection: Connection, sql: Sql, wanted: StateChange) -> None:
    """A change that is no citizen's turn, under the next turn number. Raises as `TurnStore.change`."""
    w = wanted
    if w.sends is not None:
        _never_sent(connection, w.conversation, w.sends)
    values: dict[str, Any] = {"turn": w.turn, "state": w.state.value, "severity": w.severity}
    if w.session is not None:
        values["session"] = w.session
    if w.messages:
        values |= {"seq": w.messages[-1].seq, "last_message_at": w.at, "last_day": day_of(w.at)}
    fence = [_C.c.id == w.conversation, _C.c.turn == w.turn - 1, _C.c.state != State.ERASED]
    if w.messages:
        fence.append(_C.c.seq == w.messages[0].seq - 1)
    if connection.execute(update(_C).where(*fence).values(**values)).rowcount != 1:
        raise _refused(connection, w.conversation)
    if w.handoff is not None:  # after the conversation's row, as turns do it: else two replicas could deadlock
        handoffs.move_handoff(connection, w.handoff, w.at)
    connection.execute(insert(table(t.Turn)).values(conversation_id=w.conversation, number=w.turn, at=w.at))
    rows = [message_row(sql, w.conversation, w.turn, w.at, message) for message in w.messages]
    timers = [timer_row(sql, _tenant(connection, w.conversation), w.conversation, timer) for timer in w.timers]
    sql.run(
        connection,
        [
            (ADD_MESSAGE, rows),
            (ADD_OUTBOX, outbox_rows(sql, w.conversation, w.at, w.messages)),
            (SET_TIMER, timers),
            (COUNT, count_rows(w.counts)),
        ],
    )
    if w.lowers:
        handoffs.lower_handoff(connection, w.conversation, w.severity)
    if w.sends is not None:
        line = {"conversation_id": w.conversation, "mark": w.sends.mark, "seq": w.messages[-1].seq}
        connection.execute(insert(table(t.CounselorMessage)).values(**line, counselor=w.sends.counselor))


def _never_sent(connection: Connection, conversation: str, sends: CounselorSend) -> None:
    """Raises DuplicateInbound. Two at once with one id: the second breaks the fence, and is asked again."""
    sent = table(t.CounselorMessage)
    seq = connection.execute(
        select(sent.c.seq).where(sent.c.conversation_id == conversation, sent.c.mark == sends.mark)
    ).scalar_one_or_none()
    if seq is not None:
        raise DuplicateInbound(seq=seq, turn=None)


def _tenant(connection: Connection, conversation: str) -> str:
    return str(connection.execute(select(_C.c.tenant).where(_C.c.id == conversation)).scalar_one())


def stale_keys(connection: Connection, active: Collection[str], limit: int) -> list[WrappedKey]:
    """Data keys wrapped by a master key other than these."""
    rows = connection.execute(
        select(_K.c.conversation_id, _C.c.tenant, _K.c.kid, _K.c.wrapped)
        .join(_C, _C.c.id == _K.c.conversation_id)
        .where(_K.c.kid.not_in(list(active)))
        .limit(limit)
    )
    return [WrappedKey(conversation=r[0], tenant=r[1], kid=r[2], blob=r[3]) for r in rows]


def replace_keys(connection: Connection, fresh: Sequence[tuple[WrappedKey, WrappedKey]]) -> int:
    """The new wrapping in the place of the old, unless the conversation was erased meanwhile."""
    done = 0
    for old, new in sorted(fresh, key=lambda pair: pair[0].conversation):
        place = (_K.c.conversation_id == old.conversation, _K.c.kid == old.kid, _K.c.wrapped == old.blob)
        done += connection.execute(update(_K).where(*place).values(kid=new.kid, wrapped=new.blob)).rowcount
    return done


def tenants(connection: Connection) -> list[str]:
    """Tenants that have conversations."""
    return list(connection.execute(select(_C.c.tenant).distinct().order_by(_C.c.tenant)).scalars())


def counts(connection: Connection, tenant: str, month: str | None) -> list[Count]:
    """The counters of a tenant, of one month or all."""
    counter = table(t.Counter)
    wanted = select(counter).where(counter.c.tenant == tenant)
    if month is not None:
        wanted = wanted.where(counter.c.month == month)
    rows = connection.execute(wanted.order_by(counter.c.month, counter.c.name, counter.c.value))
    return [Count(tenant=r.tenant, month=r.month, name=r.name, value=r.value, n=r.n) for r in rows]


def add_alarm(connection: Connection, alarm: Alarm) -> None:
    """Store an alarm."""
    connection.execute(
        insert(table(t.Alarm)).values(
            id=alarm.id, at=alarm.at, kind=alarm.kind, conversation_id=alarm.conversation, detail=alarm.detail
        )
    )


def alarms(connection: Connection, limit: int) -> list[Alarm]:
    """The newest first."""
    alarm = table(t.Alarm)
    rows = connection.execute(select(alarm).order_by(alarm.c.at.desc(), alarm.c.id).limit(limit))
    return [Alarm(id=r.id, at=r.at, kind=r.kind, conversation=r.conversation_id, detail=r.detail) for r in rows]


def _loaded(row: Any) -> Loaded:
    return Loaded(
        id=row.id,
        tenant=row.tenant,
        channel=row.channel,
        state=_STATES[row.state],
        turn=row.turn,
        seq=row.seq,
        severity=row.severity,
        kid=row.kid or "",
        wrapped=row.wrapped or b"",
        session=row.session,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        last_used_at=row.last_used_at,
        crisis_said_at=row.crisis_said_at,
        pending=bool(row.pending),
    )


def _refused(connection: Connection, conversation: str) -> StoreError:
    """Why a conditional UPDATE of a conversation changed no row."""
    state = connection.execute(select(_C.c.state).where(_C.c.id == conversation)).scalar_one_or_none()
    if state is None:
        return UnknownConversation()
    return ConversationErased() if state == State.ERASED else TurnTaken()


def day_of(moment: datetime) -> date:
    """The day in UTC, as `last_day` has it."""
    return moment.astimezone(UTC).date()
