"""Signing in, staying signed in, and a new password."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.errors import NotSignedIn
from bot.staff.ground import ABSOLUTE, IDLE, Ground, about, hash_of, is_open, rests
from bot.staff.passwords import check_password
from bot.staff.rights import Actor, Role
from bot.staff.values import SignedIn
from bot.storage import staff as rows
from bot.storage.staff import FULL, Account

_TOUCH: Final = timedelta(seconds=20)


class Sessions(Ground):
    """Those who are at work."""

    async def sign_in(self, name: str, password: str, code: str) -> str:
        """The token of a new session. Raises NotSignedIn."""
        begun, now = self._clock.monotonic(), self._clock.now()
        account = await self._named(name)
        usable = account is not None and account.disabled_at is None and not rests(account, now)
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
            rows.open_session(connection, hash_of(token), account.id, FULL, now)
            self._audit.append(connection, account.tenant, account.id, "sign_in", account.id)
        return done

    async def _renew(self, account: Account, password: str) -> None:
        """A password stored with older parameters is stored anew, now that we have it in hand."""
        if account.password is not None and self._passwords.is_old(account.password):
            fresh = await self._passwords.stored(password)
            await self._store.run(lambda c: rows.change(c, account.id, password=fresh))

    async def who(self, token: str, *, active: bool = True) -> SignedIn | None:
        """Who has this session, if it is open. `active`: the person did something, so it stays open longer."""
        hashed, now = hash_of(token), self._clock.now()
        found = await self._store.read(lambda c: rows.session(c, hashed))
        if found is None or not is_open(found, now, kind=FULL):
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
        hashed = hash_of(token)

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
        found = await self._store.read(lambda c: rows.session(c, hash_of(token)))
        if found is None or not is_open(found, now, kind=FULL):
            raise NotSignedIn
        account = found.account
        check_password(new, about=about(account))
        fits = await self._passwords.fits(None if rests(account, now) else account.password, old)
        step = self._step(account, code, now) if fits else None
        if fits and (step is not None or (account.factor is None and self._lenient)):
            stored, fresh = await self._passwords.stored(new), secrets.token_urlsafe(32)

            def replace(connection: Connection) -> bool:
                if not rows.admit(connection, account, step=step, now=now):
                    return False
                rows.change(connection, account.id, password=stored)
                rows.end_sessions(connection, account.id)
                rows.open_session(connection, hash_of(fresh), account.id, FULL, now)
                self._audit.append(connection, account.tenant, account.id, "password_changed", account.id)
                return True

            if await self._store.run(replace):
                return fresh
        await self._refuse(account, now, begun)
        raise NotSignedIn
