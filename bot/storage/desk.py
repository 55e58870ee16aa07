"""What the counselors' desk keeps and asks, beside handoffs and lines: plain functions of a connection.

They run in `Store.run` and `Store.read`. Bytes are sealed before they come here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, exists, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.handoffs import read_handoff
from bot.storage.values import Handoff, HandoffState

_C, _H, _HOLDING, _PRESENCE = table(t.Conversation), table(t.Handoff), table(t.Holding), table(t.Presence)
_DRAFT, _NOTE, _GLASS, _READ, _SEEN = (
    *(table(t.Draft), table(t.Note), table(t.BrokenGlass)),
    *(table(t.ReadMark), table(t.AlertSeen)),
)


class Waiting(msgspec.Struct, frozen=True):
    """Somebody in the queue."""

    handoff: str
    conversation: str


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands at one tenant's desk. `minutes`: how long the last talks took, none younger than a claim."""

    waiting: tuple[Waiting, ...]
    present: int
    talking: int
    minutes: tuple[float, ...]


class SealedNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is stored."""

    id: str
    counselor: str
    body: bytes
    at: datetime


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A talk whose counselor is gone."""

    handoff: str
    conversation: str
    counselor: str


def crew(connection: Connection, tenant: str, *, alive_since: datetime, finished_since: datetime, last: int) -> Crew:
    """The queue in its order, who is present, and the lengths in minutes of up to `last` talks."""
    waiting = connection.execute(
        select(_H.c.id, _H.c.conversation_id)
        .where(_H.c.tenant == tenant, _H.c.state == HandoffState.WAITING)
        .order_by(_H.c.severity.desc(), _H.c.deadline, _H.c.created_at, _H.c.id)
    )
    present = connection.execute(
        select(func.count()).where(_PRESENCE.c.tenant == tenant, _PRESENCE.c.beat_at > alive_since)
    )
    talking = connection.execute(select(func.count()).where(_HOLDING.c.tenant == tenant, _HOLDING.c.ended_at.is_(None)))
    lengths = connection.execute(
        select(_HOLDING.c.began_at, _HOLDING.c.ended_at)
        .where(_HOLDING.c.tenant == tenant, _HOLDING.c.ended_at > finished_since)
        .order_by(_HOLDING.c.ended_at.desc())
        .limit(last)
    )
    return Crew(
        waiting=tuple(Waiting(row.id, row.conversation_id) for row in waiting),
        present=present.scalar_one(),
        talking=talking.scalar_one(),
        minutes=tuple((row.ended_at - row.began_at).total_seconds() / 60 for row in lengths),
    )


# being there


def beat(connection: Connection, counselor: str, tenant: str, at: datetime, *, alive_since: datetime) -> bool:
    """Note that the counselor is there; whether they were not before."""
    before = connection.execute(
        select(_PRESENCE.c.beat_at).where(_PRESENCE.c.counselor == counselor, _PRESENCE.c.tenant == tenant)
    ).scalar_one_or_none()
    _put(connection, _PRESENCE, {"counselor": counselor}, {"tenant": tenant, "beat_at": at})
    return before is None or before <= alive_since


def leave(connection: Connection, counselor: str) -> None:
    """The counselor is gone."""
    connection.execute(delete(_PRESENCE).where(_PRESENCE.c.counselor == counselor))


def is_present(connection: Connection, counselors: Sequence[str], *, alive_since: datetime) -> bool:
    """Is any of them there?"""
    found = exists().where(_PRESENCE.c.counselor.in_(list(counselors)), _PRESENCE.c.beat_at > alive_since)
    return bool(connection.execute(select(found)).scalar_one())


def left_alone(connection: Connection, *, alive_since: datetime, limit: int = 100) -> list[Left]:
    """Claimed talks whose counselor was not heard of since; one who never beat is not there either."""
    there = exists().where(_PRESENCE.c.counselor == _H.c.counselor, _PRESENCE.c.beat_at > alive_since)
    rows = connection.execute(
        select(_H.c.id, _H.c.conversation_id, _H.c.counselor)
        .where(_H.c.state == HandoffState.CLAIMED, ~there)
        .order_by(_H.c.updated_at)
        .limit(limit)
    )
    return [Left(handoff=row.id, conversation=row.conversation_id, counselor=row.counselor) for row in rows]


def handoff_of(connection: Connection, handoff: str) -> Handoff | None:
    """A handoff by its id."""
    row = connection.execute(select(_H).where(_H.c.id == handoff)).first()
    return None if row is None else read_handoff(row)


def sent_seq(connection: Connection, conversation: str, mark: str) -> int | None:
    """The number of a counselor's line, if it was stored before."""
    sent = table(t.CounselorMessage)
    found = connection.execute(select(sent.c.seq).where(sent.c.conversation_id == conversation, sent.c.mark == mark))
    return found.scalar_one_or_none()


# who may read


def may_read(connection: Connection, conversation: str, counselor: str, *, since: datetime) -> bool:
    """Whether the counselor holds the talk, or held it until after `since`."""
    own = (_HOLDING.c.conversation_id == conversation, _HOLDING.c.counselor == counselor)
    held = exists().where(*own, _HOLDING.c.ended_at.is_(None) | (_HOLDING.c.ended_at > since))
    return bool(connection.execute(select(held)).scalar_one())


def last_handoff(connection: Connection, conversation: str) -> Handoff | None:
    """The need of a human that was told last; None: never."""
    row = connection.execute(
        select(_H)
        .where(_H.c.conversation_id == conversation)
        .order_by(_H.c.state == HandoffState.CLOSED, _H.c.created_at.desc(), _H.c.id)
        .limit(1)
    ).first()
    return None if row is None else read_handoff(row)


def break_glass(
    connection: Connection, *, name: str, conversation: str, counselor: str, reason: bytes, at: datetime
) -> None:
    """Keep why somebody opens what is not theirs."""
    values = {"id": name, "conversation_id": conversation, "counselor": counselor, "reason": reason, "at": at}
    connection.execute(insert(_GLASS).values(**values))


def broke_glass(connection: Connection, conversation: str, counselor: str, *, since: datetime) -> bool:
    """Whether the counselor opened it with a reason after `since`."""
    broken = exists().where(
        _GLASS.c.conversation_id == conversation, _GLASS.c.counselor == counselor, _GLASS.c.at > since
    )
    return bool(connection.execute(select(broken)).scalar_one())


def reasons(connection: Connection, conversation: str) -> list[SealedNote]:
    """Why it was opened by somebody whose it was not, oldest first."""
    rows = connection.execute(select(_GLASS).where(_GLASS.c.conversation_id == conversation).order_by(_GLASS.c.at))
    return [SealedNote(id=row.id, counselor=row.counselor, body=row.reason, at=row.at) for row in rows]


# read marks, drafts, notes


def mark_read(connection: Connection, conversation: str, side: str, seq: int) -> bool:
    """Note how far a side (`citizen` or `counselor`) has read; never back. Whether it moved."""
    _put(connection, _READ, {"conversation_id": conversation}, {}, {"citizen": 0, "counselor": 0})
    column = _READ.c[side]
    moved = update(_READ).where(_READ.c.conversation_id == conversation, column < seq).values({side: seq})
    return bool(connection.execute(moved).rowcount)


def citizen_read(connection: Connection, conversation: str) -> int:
    """How far the citizen has read; 0 if nobody said."""
    found = connection.execute(select(_READ.c.citizen).where(_READ.c.conversation_id == conversation))
    return found.scalar_one_or_none() or 0


def save_draft(connection: Connection, conversation: str, counselor: str, body: bytes | None) -> None:
    """Keep a draft, or with None keep none."""
    if body is None:
        connection.execute(
            delete(_DRAFT).where(_DRAFT.c.conversation_id == conversation, _DRAFT.c.counselor == counselor)
        )
    else:
        _put(connection, _DRAFT, {"conversation_id": conversation, "counselor": counselor}, {"body": body})


def draft(connection: Connection, conversation: str, counselor: str) -> bytes | None:
    """The draft that was kept."""
    found = connection.execute(
        select(_DRAFT.c.body).where(_DRAFT.c.conversation_id == conversation, _DRAFT.c.counselor == counselor)
    )
    return found.scalar_one_or_none()


def add_note(connection: Connection, conversation: str, note: SealedNote) -> None:
    """Keep a note."""
    values = {"id": note.id, "counselor": note.counselor, "body": note.body, "at": note.at}
    connection.execute(insert(_NOTE).values(conversation_id=conversation, **values))


def notes(connection: Connection, conversation: str) -> list[SealedNote]:
    """The notes, oldest first."""
    rows = connection.execute(select(_NOTE).where(_NOTE.c.conversation_id == conversation).order_by(_NOTE.c.at))
    return [SealedNote(id=row.id, counselor=row.counselor, body=row.body, at=row.at) for row in rows]


# alerts


def see_alert(connection: Connection, tenant: str, handoff: str, counselor: str, at: datetime) -> bool:
    """Note who has seen it; false if they had before, or nobody waits there any more."""
    known = exists().where(_SEEN.c.handoff_id == handoff, _SEEN.c.counselor == counselor)
    waits = (_H.c.id == handoff, _H.c.tenant == tenant, _H.c.state == HandoffState.WAITING)
    row = select(_H.c.id, literal(counselor), literal(at, _SEEN.c.at.type)).where(*waits, ~known)
    return bool(connection.execute(insert(_SEEN).from_select(["handoff_id", "counselor", "at"], row)).rowcount)


def alerts_seen(connection: Connection, handoffs: Sequence[str]) -> set[str]:
    """Those of them that somebody has seen."""
    return set(connection.execute(select(_SEEN.c.handoff_id).where(_SEEN.c.handoff_id.in_(list(handoffs)))).scalars())


def alert_seen_by(connection: Connection, handoff: str) -> list[str]:
    """Who has seen it."""
    return list(connection.execute(select(_SEEN.c.counselor).where(_SEEN.c.handoff_id == handoff)).scalars())


def _put(
    connection: Connection, into: Any, key: dict[str, Any], values: dict[str, Any], first: dict[str, Any] | None = None
) -> None:
    """Insert or replace one row; `first` are values only of a new one."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = dialect.insert(into).values(**key, **values, **(first or {}))
    if values:
        row = row.on_conflict_do_update(index_elements=list(key), set_=values)
    else:
        row = row.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(row)
