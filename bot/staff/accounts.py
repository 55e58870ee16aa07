"""Accounts and sessions: beginning with an invitation, signing in, staying signed in, and losing all that at once.

Every refusal is NotSignedIn, in the same words and after the same time, whether the name, the password or the code was
wrong, the account at rest, disabled or not there. A session is a random token in a cookie; its hash lies in the
database, so that it can be ended from here and dies with the account.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from bot.audit import Audit
from bot.clock import Clock
from bot.errors import NameRefused, NotSignedIn, UnknownStaff
from bot.privacy.keys import Keyring, Purpose
from bot.privacy.pseudonyms import new_code, new_id, read_code
from bot.staff.factor import address, new_secret, open_secret, seal_secret, step_of
from bot.staff.passwords import LONGEST, Passwords, check_password
from bot.staff.rights import Actor, Role
from bot.storage import staff as rows
from bot.storage.ports import Store
from bot.storage.staff import BEGIN, FULL, Account, OpenSession

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
_TOUCH: Final = timedelta(seconds=20)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an open session."""

    actor: Actor
    name: str
    shown: str
    has_factor: bool
    idle_at: datetime
    """When the session ends without a sign of the person."""
    ends_at: datetime


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has shown an invitation and now chooses a password: what their authenticator app must know."""

    name: str
    secret: str
    address: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An account, as it may be listed."""

    id: str
    tenant: str
    name: str
    shown: str
    role: Role
    state: str
    """`active`, `invited` or `disabled`."""


class Staff:
    """All accounts of the service. `lenient`: who has no second factor may sign in without (the demo, on loopback)."""

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

    # Signing in.

    async def sign_in(self, name: str, password: str, code: str) -> str:
        """The token of a new session. Raises NotSignedIn."""
        begun, now = self._clock.monotonic(), self._clock.now()
        account = await self._named(name)
        usable = account is not None and account.disabled_at is None and not _rests(account, now)
        fits = await self._passwords.fits(account.password if account is not None and usable else None, password)
        if account is not None and fits:
            step = self._step(account, code, now)
            if step is not None or (account.factor is None and self._lenient):
                token = secrets.token_urlsafe(32)
                if await self._store.run(lambda c: self._admit(c, account, step, token, now)):
                    await self._renew(account, password)
                    return token
        await self._refuse(account, now, begun)
        raise NotSignedIn

    def _admit(self, connection: Connection, account: Account, step: int | None, token: str, now: datetime) -> bool:
        done = rows.admit(connection, account, step=step, now=now)
        if done:
            rows.sweep_sessions(connection, begun_before=now - ABSOLUTE, seen_before=now - IDLE)
            rows.open_session(connection, _hash(token), account.id, FULL, now)
            self._audit.append(connection, account.tenant, account.id, "sign_in", account.id)
        return done

    async def _renew(self, account: Account, password: str) -> None:
        """A password stored with older parameters is stored anew, now that we have it in hand."""
        if account.password is not None and self._passwords.is_old(account.password):
            fresh = await self._passwords.stored(password)
            await self._store.run(lambda c: rows.change(c, account.id, password=fresh))

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
            if account is not None and not _rests(account, now):
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
        if _NAME.fullmatch(plain) is None:
            plain = ""  # looked for all the same: it takes as long as any other
        return await self._store.read(lambda c: rows.by_name(c, plain))

    # Being signed in.

    async def who(self, token: str, *, active: bool = True) -> SignedIn | None:
        """Who has this session, if it is open. `active`: the person did something, so it stays open longer."""
        hashed, now = _hash(token), self._clock.now()
        found = await self._store.read(lambda c: rows.session(c, hashed))
        if found is None or not _is_open(found, now, kind=FULL):
            return None
        seen_at = found.seen_at
        if active and now - seen_at >= _TOUCH:
            await self._store.run(lambda c: rows.touch_session(c, hashed, now))
            seen_at = now
        account = found.account
        return SignedIn(
            actor=Actor(id=account.id, tenant=account.tenant, role=Role(account.role)),
            name=account.name,
            shown=account.shown,
            has_factor=account.factor is not None,
            idle_at=seen_at + IDLE,
            ends_at=found.created_at + ABSOLUTE,
        )

    async def sign_out(self, token: str) -> None:
        """End the session."""
        hashed = _hash(token)

        def end(connection: Connection) -> None:
            found = rows.session(connection, hashed)
            if found is not None and rows.end_session(connection, hashed):
                account = found.account
                self._audit.append(connection, account.tenant, account.id, "sign_out", account.id)

        await self._store.run(end)

    async def change_password(self, token: str, old: str, new: str, code: str) -> str:
        """Take the new password, end every session, and give the token of a fresh one.

        Raises NotSignedIn, PasswordRefused.
        """
        begun, now = self._clock.monotonic(), self._clock.now()
        found = await self._store.read(lambda c: rows.session(c, _hash(token)))
        if found is None or not _is_open(found, now, kind=FULL):
            raise NotSignedIn
        account = found.account
        check_password(new, name=account.name)
        fits = await self._passwords.fits(None if _rests(account, now) else account.password, old)
        step = self._step(account, code, now) if fits else None
        if fits and (step is not None or (account.factor is None and self._lenient)):
            stored, fresh = await self._passwords.stored(new), secrets.token_urlsafe(32)

            def replace(connection: Connection) -> bool:
                if not rows.admit(connection, account, step=step, now=now):
                    return False
                rows.change(connection, account.id, password=stored)
                rows.end_sessions(connection, account.id)
                rows.open_session(connection, _hash(fresh), account.id, FULL, now)
                self._audit.append(connection, account.tenant, account.id, "password_changed", account.id)
                return True

            if await self._store.run(replace):
                return fresh
        await self._refuse(account, now, begun)
        raise NotSignedIn

    # Beginning with an invitation.

    async def begin(self, name: str, invitation: str) -> str:
        """Show an invitation; gives a token to choose password and second factor with. Raises NotSignedIn."""
        begun, now = self._clock.monotonic(), self._clock.now()
        account = await self._named(name)
        if account is not None and _invites(account, now) and self._is_invitation(account, invitation):
            kid, sealed = seal_secret(self._keyring, account.tenant, account.id, new_secret())
            token = secrets.token_urlsafe(32)

            def start(connection: Connection) -> None:
                rows.change(connection, account.id, factor=sealed, factor_kid=kid, factor_step=0)
                rows.end_sessions(connection, account.id)
                rows.open_session(connection, _hash(token), account.id, BEGIN, now)

            await self._store.run(start)
            return token
        await self._refuse(account, now, begun)
        raise NotSignedIn

    async def beginning(self, token: str) -> Beginning | None:
        """Who is beginning with this token, if there still is time."""
        found = await self._store.read(lambda c: rows.session(c, _hash(token)))
        now = self._clock.now()
        if found is None or not _is_open(found, now, kind=BEGIN) or not _invites(found.account, now):
            return None
        account = found.account
        if account.factor is None or account.factor_kid is None:
            return None
        secret = open_secret(self._keyring, account.tenant, account.id, account.factor_kid, account.factor)
        return Beginning(name=account.name, secret=secret, address=address(secret, account.name))

    async def finish(self, token: str, password: str, code: str) -> str:
        """Use the invitation up: password and second factor are set; gives the token of the first session.

        Raises NotSignedIn (too late, or the code does not fit), PasswordRefused.
        """
        now = self._clock.now()
        found = await self._store.read(lambda c: rows.session(c, _hash(token)))
        if found is None or not _is_open(found, now, kind=BEGIN):
            raise NotSignedIn
        account = found.account
        check_password(password, name=account.name)
        step = self._step(account, code, now)
        if step is None:
            raise NotSignedIn
        stored, fresh = await self._passwords.stored(password), secrets.token_urlsafe(32)

        def settle(connection: Connection) -> bool:
            if not rows.redeem(connection, account, now=now, password=stored, factor_step=step):
                return False
            rows.end_sessions(connection, account.id)
            rows.open_session(connection, _hash(fresh), account.id, FULL, now)
            self._audit.append(connection, account.tenant, account.id, "account_begun", account.id)
            return True

        if not await self._store.run(settle):
            raise NotSignedIn
        return fresh

    def _is_invitation(self, account: Account, given: str) -> bool:
        code = read_code(given) or ""
        known = self._keyring.tenant(account.tenant).indexes(Purpose.SESSION, code.encode())
        return any(hmac.compare_digest(account.invitation or b"", one) for one in known)

    # Managing accounts.

    async def add(self, *, tenant: str, name: str, shown: str, role: Role, by: str) -> str:
        """Make an account; gives the invitation to hand over in person. Raises NameRefused."""
        if _NAME.fullmatch(name) is None:
            raise NameRefused
        code, now, staff = new_code(), self._clock.now(), new_id()
        account = Account(
            id=staff,
            tenant=tenant,
            name=name,
            shown=" ".join(shown.split())[:80] or name,
            role=role.value,
            created_at=now,
            invitation=self._index(tenant, code),
            invited_until=now + INVITED,
        )

        def make(connection: Connection) -> None:
            rows.add(connection, account)
            self._audit.append(connection, tenant, by, "account_added", staff)

        await self._store.run(make)
        return code

    async def reset(self, name: str, *, by: str, tenant: str | None = None) -> str:
        """Void password, second factor and sessions; gives a new invitation. Raises UnknownStaff."""
        account, code = await self._known(name, tenant), new_code()
        now = self._clock.now()

        def renew(connection: Connection) -> None:
            rows.change(
                connection,
                account.id,
                password=None,
                factor=None,
                factor_kid=None,
                failures=0,
                locked_until=None,
                disabled_at=None,
                invitation=self._index(account.tenant, code),
                invited_until=now + INVITED,
            )
            rows.end_sessions(connection, account.id)
            self._audit.append(connection, account.tenant, by, "account_reset", account.id)

        await self._store.run(renew)
        return code

    async def disable(self, name: str, *, by: str, tenant: str | None = None) -> None:
        """No more signing in, and every session ends now. Raises UnknownStaff."""
        account, now = await self._known(name, tenant), self._clock.now()

        def close(connection: Connection) -> None:
            rows.change(connection, account.id, disabled_at=now, invitation=None)
            rows.end_sessions(connection, account.id)
            self._audit.append(connection, account.tenant, by, "account_disabled", account.id)

        await self._store.run(close)

    async def members(self, tenant: str | None = None) -> list[Member]:
        """The accounts of a tenant, or all."""
        found = await self._store.read(lambda c: rows.accounts(c, tenant))
        return [
            Member(
                id=one.id,
                tenant=one.tenant,
                name=one.name,
                shown=one.shown,
                role=Role(one.role),
                state="disabled" if one.disabled_at else "active" if one.password else "invited",
            )
            for one in found
        ]

    async def provide(self, *, tenant: str, name: str, shown: str, role: Role, password: str) -> None:
        """An account that signs in with this password and no second factor: the demo's. Raises ValueError elsewhere."""
        if not self._lenient:
            raise ValueError("only the demo has accounts without a second factor")
        if await self._named(name) is None:
            await self.add(tenant=tenant, name=name, shown=shown, role=role, by="demo")
        account, stored = await self._known(name, tenant), await self._passwords.stored(password)
        await self._store.run(
            lambda c: rows.change(
                c, account.id, password=stored, invitation=None, failures=0, locked_until=None, disabled_at=None
            )
        )

    async def _known(self, name: str, tenant: str | None) -> Account:
        account = await self._named(name)
        if account is None or tenant not in {None, account.tenant}:
            raise UnknownStaff
        return account

    def _index(self, tenant: str, code: str) -> bytes:
        return self._keyring.tenant(tenant).index(Purpose.SESSION, code.encode())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token[:LONGEST].encode(errors="replace")).digest()


def _rests(account: Account, now: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > now


def _invites(account: Account, now: datetime) -> bool:
    in_time = account.invited_until is not None and account.invited_until > now
    return account.invitation is not None and in_time and account.disabled_at is None and not _rests(account, now)


def _is_open(session: OpenSession, now: datetime, *, kind: str) -> bool:
    """A clock set back ends it too: what is seen in the future was not seen."""
    age, idle = now - session.created_at, now - session.seen_at
    longest, quiet = (ABSOLUTE, IDLE) if kind == FULL else (BEGINNING, BEGINNING)
    in_time = timedelta(minutes=-1) <= age < longest and timedelta(minutes=-1) <= idle < quiet
    return session.kind == kind and in_time and session.account.disabled_at is None
