"""Beginning: from an invitation to password, second factor and the first session."""

import hmac
import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import NotSignedIn
from bot.privacy.keys import Purpose
from bot.privacy.pseudonyms import read_code
from bot.staff.factor import address, new_secret, open_secret, seal_secret
from bot.staff.ground import Ground, about, hash_of, is_open, rests
from bot.staff.passwords import check_password
from bot.staff.values import Beginning
from bot.storage import staff as rows
from bot.storage.staff import BEGIN, FULL, Account


class Invitations(Ground):
    """Those who have been invited."""

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
                rows.open_session(connection, hash_of(token), account.id, BEGIN, now)

            await self._store.run(start)
            return token
        await self._refuse(account, now, begun)
        raise NotSignedIn

    async def beginning(self, token: str) -> Beginning | None:
        """Who is beginning with this token, if there still is time."""
        found = await self._store.read(lambda c: rows.session(c, hash_of(token)))
        now = self._clock.now()
        if found is None or not is_open(found, now, kind=BEGIN) or not _invites(found.account, now):
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
        found = await self._store.read(lambda c: rows.session(c, hash_of(token)))
        if found is None or not is_open(found, now, kind=BEGIN):
            raise NotSignedIn
        account = found.account
        check_password(password, about=about(account))
        step = self._step(account, code, now)
        if step is None:
            raise NotSignedIn
        stored, fresh = await self._passwords.stored(password), secrets.token_urlsafe(32)

        def settle(connection: Connection) -> bool:
            if not rows.redeem(connection, account, now=now, password=stored, factor_step=step):
                return False
            rows.end_sessions(connection, account.id)
            rows.open_session(connection, hash_of(fresh), account.id, FULL, now)
            self._audit.append(connection, account.tenant, account.id, "account_begun", account.id)
            return True

        if not await self._store.run(settle):
            raise NotSignedIn
        return fresh

    def _is_invitation(self, account: Account, given: str) -> bool:
        code = read_code(given) or ""
        known = self._keyring.tenant(account.tenant).indexes(Purpose.SESSION, code.encode())
        return any(hmac.compare_digest(account.invitation or b"", one) for one in known)


def _invites(account: Account, now: datetime) -> bool:
    in_time = account.invited_until is not None and account.invited_until > now
    return account.invitation is not None and in_time and account.disabled_at is None and not rests(account, now)
