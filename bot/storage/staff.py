"""Accounts and sessions of the staff: plain functions of a connection, the same on both databases.

Nothing is checked first and written after: whoever signs in, begins or changes a password does so by one conditional
UPDATE, so that a one-time code, an invitation or a password that was just replaced works once.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import NameRefused
from bot.storage import tables as t
from bot.storage.batches import table

_S, _N = table(t.Staff), table(t.StaffSession)
FULL, BEGIN = "full", "begin"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the staff."""

    id: str
    tenant: str
    name: str
    shown: str
    role: str
    created_at: datetime
    password: str | None = None
    factor: bytes | None = None
    factor_kid: str | None = None
    factor_step: int = 0
    invitation: bytes | None = None
    invited_until: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None
    disabled_at: datetime | None = None


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session with its account."""

    account: Account
    kind: str
    created_at: datetime
    seen_at: datetime


def add(connection: Connection, account: Account) -> None:
    """Raises NameRefused if the name is taken."""
    try:
        with connection.begin_nested():
            connection.execute(insert(_S).values(**msgspec.structs.asdict(account)))
    except IntegrityError:
        raise NameRefused from None


def by_name(connection: Connection, name: str) -> Account | None:
    """The account of that name, disabled or not."""
    return _account(connection.execute(select(_S).where(_S.c.name == name)).first())


def accounts(connection: Connection, tenant: str | None) -> list[Account]:
    """Those of a tenant, or all, by name."""
    wanted = select(_S).order_by(_S.c.tenant, _S.c.name)
    if tenant is not None:
        wanted = wanted.where(_S.c.tenant == tenant)
    return [msgspec.convert(dict(row), Account) for row in connection.execute(wanted).mappings()]


def change(connection: Connection, staff: str, **values: Any) -> bool:
    """Set columns of an account that exists."""
    return bool(connection.execute(update(_S).where(_S.c.id == staff).values(**values)).rowcount)


def admit(connection: Connection, account: Account, *, step: int | None, now: datetime) -> bool:
    """Let in whoever knew the password and the code as they were when `account` was read; each code once."""
    values: dict[str, Any] = {"failures": 0, "locked_until": None}
    if step is not None:
        values["factor_step"] = step
    done = connection.execute(
        update(_S)
        .where(
            _S.c.id == account.id,
            _S.c.password == account.password,
            _S.c.factor_step == account.factor_step,
            _S.c.disabled_at.is_(None),
            _unlocked(now),
        )
        .values(**values)
    )
    return bool(done.rowcount)


def fail(connection: Connection, staff: str, *, now: datetime, free: int, first: timedelta, longest: timedelta) -> None:
    """Count a failed try; from the `free`th on the account rests, twice as long each time. One at rest is not made
    to rest longer.
    """
    failures = connection.execute(
        update(_S).where(_S.c.id == staff, _unlocked(now)).values(failures=_S.c.failures + 1).returning(_S.c.failures)
    ).scalar_one_or_none()
    if failures is not None and failures >= free:
        rest = min(first * 2 ** min(failures - free, 16), longest)
        change(connection, staff, locked_until=now + rest)


def redeem(connection: Connection, account: Account, *, now: datetime, **values: Any) -> bool:
    """Use the invitation up: set these columns if it is still the one of `account`, in time."""
    done = connection.execute(
        update(_S)
        .where(
            _S.c.id == account.id,
            _S.c.invitation == account.invitation,
            _S.c.invited_until > now,
            _S.c.factor == account.factor,
            _S.c.disabled_at.is_(None),
        )
        .values(invitation=None, invited_until=None, failures=0, locked_until=None, **values)
    )
    return bool(done.rowcount)


def open_session(connection: Connection, token: bytes, staff: str, kind: str, now: datetime) -> None:
    """Add a session."""
    connection.execute(insert(_N).values(token=token, staff_id=staff, kind=kind, created_at=now, seen_at=now))


def session(connection: Connection, token: bytes) -> OpenSession | None:
    """The session of a token's hash, with its account."""
    wanted = select(_N.c.kind, _N.c.created_at.label("begun"), _N.c.seen_at, *_S.c).join(_S, _S.c.id == _N.c.staff_id)
    row = connection.execute(wanted.where(_N.c.token == token)).mappings().first()
    if row is None:
        return None
    found = dict(row)
    kind, begun, seen = (found.pop(name) for name in ("kind", "begun", "seen_at"))
    return OpenSession(account=msgspec.convert(found, Account), kind=kind, created_at=begun, seen_at=seen)


def touch_session(connection: Connection, token: bytes, now: datetime) -> None:
    """Note that it was used; it never goes back in time."""
    connection.execute(update(_N).where(_N.c.token == token, _N.c.seen_at < now).values(seen_at=now))


def end_session(connection: Connection, token: bytes) -> bool:
    """Sign out; false if it had ended."""
    return bool(connection.execute(delete(_N).where(_N.c.token == token)).rowcount)


def end_sessions(connection: Connection, staff: str) -> int:
    """Sign out everywhere; how many."""
    return connection.execute(delete(_N).where(_N.c.staff_id == staff)).rowcount


def sweep_sessions(connection: Connection, *, begun_before: datetime, seen_before: datetime) -> int:
    """Remove what has run out; how many."""
    out = or_(_N.c.created_at <= begun_before, _N.c.seen_at <= seen_before)
    return connection.execute(delete(_N).where(out)).rowcount


def _unlocked(now: datetime) -> ColumnElement[bool]:
    return or_(_S.c.locked_until.is_(None), _S.c.locked_until <= now)


def _account(row: Any) -> Account | None:
    return None if row is None else msgspec.convert(dict(row._mapping), Account)
