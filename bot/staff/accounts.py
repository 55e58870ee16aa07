"""Accounts and sessions: beginning with an invitation, signing in, staying signed in, and losing all that at once.

Every refusal is NotSignedIn, in the same words and after the same time, whether the name, the password or the code was
wrong, the account at rest, disabled or not there. A session is a random token in a cookie; its hash lies in the
database, so that it can be ended from here and dies with the account.
"""

from sqlalchemy import Connection

from bot.errors import NameRefused, UnknownStaff
from bot.privacy.pseudonyms import new_code, new_id
from bot.staff.ground import INVITED, NAME
from bot.staff.invitations import Invitations
from bot.staff.rights import Role
from bot.staff.sessions import Sessions
from bot.staff.values import Member
from bot.storage import staff as rows
from bot.storage.staff import Account


class Staff(Sessions, Invitations):
    """All accounts of the service: who is invited, reset and closed."""

    async def add(self, *, tenant: str, name: str, shown: str, role: Role, by: str) -> str:
        """Make an account; gives the invitation to hand over in person. Raises NameRefused."""
        if NAME.fullmatch(name) is None:
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
