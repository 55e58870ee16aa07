"""What signing in, beginning and managing have in common: finding an account, refusing, and when a session is open."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.audit import Audit
from bot.clock import Clock
from bot.privacy.keys import Keyring, Purpose
from bot.staff.factor import open_secret, step_of
from bot.staff.passwords import LONGEST, Passwords
from bot.storage import staff as rows
from bot.storage.ports import Store
from bot.storage.staff import FULL, Account, OpenSession

IDLE: Final = timedelta(minutes=15)
"""Without a sign of the person."""
ABSOLUTE: Final = timedelta(hours=8)
BEGINNING: Final = timedelta(minutes=15)
"""To choose a password and set up the one-time codes, once the invitation has been shown."""
INVITED: Final = timedelta(hours=72)
FREE_TRIES: Final = 5
FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=15)
ANSWER_AFTER: Final = 1.0
"""Seconds that a refused sign-in takes at least: more than any of its ways takes on a small machine."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class Ground:
    """The accounts of the service. `lenient`: who has no second factor may sign in without (the demo, on loopback)."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        clock: Clock,
        audit: Audit,
        *,
        lenient: bool = False,
        passwords: Passwords | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._audit = audit
        self._lenient = lenient
        self._passwords = passwords or Passwords(quick=lenient)
        self._pause = pause

    async def _refuse(self, account: Account | None, now: datetime, begun: float) -> None:
        def note(connection: Connection) -> None:
            rows.fail(
                connection,
                "" if account is None else account.id,
                now=now,
                free=FREE_TRIES,
                first=FIRST_REST,
                longest=LONGEST_REST,
            )
            if account is not None and not rests(account, now):
                self._audit.append(connection, account.tenant, account.id, "sign_in_refused", account.id)

        await self._store.run(note)
        await self._pause(max(0.0, begun + ANSWER_AFTER - self._clock.monotonic()))

    def _step(self, account: Account, code: str, now: datetime) -> int | None:
        if account.factor is None or account.factor_kid is None:
            return None
        secret = open_secret(self._keyring, account.tenant, account.id, account.factor_kid, account.factor)
        return step_of(secret, code, now, after=account.factor_step)

    async def _named(self, name: str) -> Account | None:
        plain = name.strip().lower()
        if NAME.fullmatch(plain) is None:
            plain = ""  # looked for all the same: it takes as long as any other
        return await self._store.read(lambda c: rows.by_name(c, plain))

    def _index(self, tenant: str, code: str) -> bytes:
        return self._keyring.tenant(tenant).index(Purpose.SESSION, code.encode())


def hash_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token[:LONGEST].encode(errors="replace")).digest()


def about(account: Account) -> tuple[str, ...]:
    """What a password of this account must not be made of."""
    return account.name, account.shown, account.tenant


def rests(account: Account, now: datetime) -> bool:
    """After too many wrong tries."""
    return account.locked_until is not None and account.locked_until > now


def is_open(session: OpenSession, now: datetime, *, kind: str) -> bool:
    """Whether a session of this kind is. A clock set back ends it too: what is seen in the future was not seen."""
    age, idle = now - session.created_at, now - session.seen_at
    longest, quiet = (ABSOLUTE, IDLE) if kind == FULL else (BEGINNING, BEGINNING)
    in_time = timedelta(minutes=-1) <= age < longest and timedelta(minutes=-1) <= idle < quiet
    return session.kind == kind and in_time and session.account.disabled_at is None
