"""The audit: who did what, to what, when. One chain a tenant; no content, no name, no address.

Each entry carries a link: HMAC-SHA256, with the tenant's audit key, over the entry and the link before it. Whoever can
write to the database but has no keyring can neither change nor leave out nor insert an entry unnoticed. Cutting off the
end leaves a shorter, whole chain: against that `verify` takes what was noted of an earlier end (`tenant:number:link`,
as `doertrin audit verify` prints it).
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import AuditBroken, UnknownKey
from bot.privacy.keys import Keyring, Purpose
from bot.storage import audit as rows
from bot.storage.audit import Entry
from bot.storage.ports import Store

__all__ = ["Audit", "AuditBroken", "Entry", "Noted"]

_PAGE = 1000
_SHOWN = 16
"""Hexadecimal digits of a link that are enough to note."""


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a tenant's chain, as a person may note it."""

    tenant: str
    number: int
    link: str

    def __str__(self) -> str:
        return f"{self.tenant}:{self.number}:{self.link}"

    @classmethod
    def read(cls, text: str) -> "Noted":
        """What `str` gave. Raises ValueError."""
        tenant, number, link = text.split(":")
        if len(link) != _SHOWN:
            raise ValueError("a link has sixteen digits")
        return cls(tenant=tenant, number=int(number), link=link)


class Audit:
    """Writes entries, reads them, and proves that none was touched."""

    def __init__(self, store: Store, keyring: Keyring, clock: Clock) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock

    async def record(self, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002
        """Append an entry, durably. `actor` is an account's id, `object` the random id of what it was done to."""
        await self._store.run(lambda c: self.append(c, tenant, actor, action, object))

    def append(self, connection: Connection, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002
        """Append an entry in the caller's transaction: what is done and that it was done stand or fall together."""
        entry = Entry(
            tenant=tenant,
            number=0,
            at=self._clock.now(),
            actor=actor,
            action=action,
            object=object,
            kid=self._keyring.active,
        )
        rows.append(connection, entry, self._link)

    async def newest(self, tenant: str, *, limit: int = 100) -> list[Entry]:
        """The last entries, the newest first."""
        return await self._store.read(lambda c: rows.newest(c, tenant, limit=limit))

    async def verify(self, noted: Sequence[Noted] = ()) -> list[Noted]:
        """Go through every chain; gives where each ends. Raises AuditBroken, which names the first entry in doubt."""
        tenants = await self._store.read(rows.tenants)
        missing = {one.tenant for one in noted} - set(tenants)
        if missing:
            raise AuditBroken(f"{min(missing)}: the audit is gone, though it had entries.")
        return [await self._verified(tenant, [one for one in noted if one.tenant == tenant]) for tenant in tenants]

    async def _verified(self, tenant: str, noted: Sequence[Noted]) -> Noted:
        head = await self._store.read(lambda c: rows.head(c, tenant))
        expected = {one.number: one.link for one in noted}
        number, link = 0, rows.START
        while page := await self._store.read(partial(rows.entries, tenant=tenant, after=number, limit=_PAGE)):
            for entry in page:
                if entry.number != number + 1 or not hmac.compare_digest(entry.chain, self._safe_link(entry, link)):
                    raise AuditBroken(f"{tenant}: entry {number + 1} was changed, added or taken out.")
                number, link = entry.number, entry.chain
                if expected.pop(number, link.hex()[:_SHOWN]) != link.hex()[:_SHOWN]:
                    raise AuditBroken(f"{tenant}: entry {number} is not the one that was noted.")
        if expected or head is None or head[0] > number:
            raise AuditBroken(f"{tenant}: entries after {number} were cut off.")
        return Noted(tenant=tenant, number=number, link=link.hex()[:_SHOWN])

    def _safe_link(self, entry: Entry, before: bytes) -> bytes:
        try:
            return self._link(entry, before)
        except UnknownKey:
            return b""

    def _link(self, entry: Entry, before: bytes) -> bytes:
        key = self._keyring.derive(kid=entry.kid, tenant=entry.tenant, purpose=Purpose.AUDIT)
        return hmac.digest(key, before + _written(entry), "sha256")


def _written(entry: Entry) -> bytes:
    """The entry in the one way that counts: no two entries are written alike."""
    at = round((entry.at - datetime(1970, 1, 1, tzinfo=entry.at.tzinfo)).total_seconds() * 1_000_000)
    return msgspec.json.encode(
        ["rc1", entry.tenant, entry.number, at, entry.actor, entry.action, entry.object, entry.kid]
    )
