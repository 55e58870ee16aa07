"""The end of a conversation: unreadable at once, its rows swept later (SECURITY (d))."""

from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, delete, insert, select, update

from bot.storage import bookings, handoffs
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.conversations import day_of
from bot.storage.ports import State, Tombstone

_C, _I = table(t.Conversation), table(t.Inbox)
_SWEPT = (
    *(t.Message, t.Inbox, t.Turn, t.Timer, t.Holding, t.CounselorMessage, t.ReadMark, t.Draft, t.Note, t.BrokenGlass),
    t.Handoff,
)


def erase(
    connection: Connection,
    conversation: str,
    on: date,
    idle_since: datetime | None,
    turn: int | None = None,
    *,
    keep_booking: bool = False,
) -> bool:
    """Make the conversation unreadable and unreachable, for good.

    It takes the next turn number without counting it, so that this number is taken for ever: a turn under way loses,
    and so does any that is computed later. The times that stay are coarsened to the day. The rows themselves are noise
    and are swept later.
    """
    day = datetime.combine(on, time(), tzinfo=UTC)
    fence = [_C.c.id == conversation, _C.c.state != State.ERASED]
    if idle_since is not None:
        fence.append(_C.c.last_message_at <= idle_since)
    if turn is not None:
        fence.append(_C.c.turn == turn)
    gone = connection.execute(
        update(_C)
        .where(*fence)
        .values(
            state=State.ERASED.value,
            severity=0,
            session=b"",
            created_at=day,
            last_message_at=day,
            last_day=on,
            last_used_at=None,
            crisis_said_at=None,
        )
        .returning(_C.c.turn)
    ).first()
    if gone is None:
        return False
    connection.execute(insert(table(t.Turn)).values(conversation_id=conversation, number=gone.turn + 1, at=day))
    for row in (t.ConversationKey, t.ChannelBinding, t.ResumeCode, t.Outbox):
        connection.execute(delete(table(row)).where(table(row).c.conversation_id == conversation))
    unread = (_I.c.conversation_id == conversation, _I.c.state == "received")
    connection.execute(update(_I).where(*unread).values(state="failed"))
    handoffs.end_for_conversation(connection, conversation, day)
    bookings.forget(connection, conversation, on, keep=keep_booking)
    stone = table(t.Tombstone)
    known = connection.execute(select(stone.c.erased_on).where(stone.c.conversation_id == conversation)).first()
    if known is None:
        connection.execute(insert(stone).values(conversation_id=conversation, erased_on=on))
    return True


def idle(connection: Connection, tenant: str, since: datetime, limit: int) -> list[str]:
    """Not erased, and no message after `since`."""
    rows = connection.execute(
        select(_C.c.id)
        .where(
            _C.c.tenant == tenant,
            _C.c.last_day <= day_of(since),
            _C.c.last_message_at <= since,
            _C.c.state != State.ERASED,
        )
        .order_by(_C.c.last_day)
        .limit(limit)
    )
    return list(rows.scalars())


def sweep(connection: Connection, before: date, limit: int) -> int:
    """Delete the rows of conversations erased before that day."""
    stone = table(t.Tombstone)
    rows = connection.execute(
        select(_C.c.id)
        .join(stone, stone.c.conversation_id == _C.c.id)
        .where(stone.c.erased_on < before, _C.c.state == State.ERASED)
        .limit(limit)
    )
    swept = list(rows.scalars())
    if swept:
        for row in _SWEPT:
            connection.execute(delete(table(row)).where(table(row).c.conversation_id.in_(swept)))
        connection.execute(delete(_C).where(_C.c.id.in_(swept)))
    return len(swept)


def tombstones(connection: Connection) -> list[Tombstone]:
    """All of them."""
    stone = table(t.Tombstone)
    rows = connection.execute(select(stone).order_by(stone.c.erased_on, stone.c.conversation_id))
    return [Tombstone(conversation=row.conversation_id, erased_on=row.erased_on) for row in rows]
