"""What the command line does with accounts and the audit: one open house a command."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from bot.audit import Audit, Noted
from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.privacy.keys import load_keyring
from bot.settings import Settings
from bot.staff.accounts import Staff
from bot.staff.rights import Role
from bot.storage.store import open_store
from content.loading import load

BY = "command_line"
"""Who it was, in the audit: whoever has the keyring and the database."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Staff, Audit]]:
    """Accounts and audit of the configured database. Raises SettingsError, KeyringError, SchemaMismatch."""
    if settings.keyring is None:
        raise SettingsError("DOERTRIN_KEYRING is not set; set it to the keyring that `serve` uses")
    keyring, clock = load_keyring(settings.keyring), SystemClock()
    store = await open_store(settings.database_url)
    try:
        await store.check_schema()
        audit = Audit(store, keyring, clock)
        yield Staff(store, keyring, clock, audit), audit
    finally:
        await store.close()


async def add(settings: Settings, *, tenant: str, name: str, shown: str, role: Role) -> str:
    """Make an account; gives what to tell its owner. Raises SettingsError (a tenant not served), NameRefused."""
    content = load(settings.content)
    if tenant not in content.tenants:
        raise SettingsError(f"--tenant: {content.not_served(tenant)}")
    async with opened(settings) as (staff, _):
        code = await staff.add(tenant=tenant, name=name, shown=shown, role=role, by=BY)
    return _invited(name, code)


async def reset(settings: Settings, *, name: str) -> str:
    """Void password, one-time codes and sessions; gives what to tell its owner. Raises UnknownStaff."""
    async with opened(settings) as (staff, _):
        code = await staff.reset(name, by=BY)
    return _invited(name, code)


async def disable(settings: Settings, *, name: str) -> str:
    """Close an account at once. Raises UnknownStaff."""
    async with opened(settings) as (staff, _):
        await staff.disable(name, by=BY)
    return f"{name} is signed out everywhere and cannot sign in. `doertrin counselor reset {name}` opens it again."


async def listed(settings: Settings, *, tenant: str | None) -> list[str]:
    """A line an account."""
    async with opened(settings) as (staff, _):
        return [
            f"{one.tenant}\t{one.name}\t{one.role}\t{one.state}\t{one.shown}" for one in await staff.members(tenant)
        ]


async def verify(settings: Settings, *, noted: list[str]) -> list[str]:
    """Prove the audit; gives a line a tenant, to be noted. Raises AuditBroken, SettingsError."""
    known = list(_read(noted))
    async with opened(settings) as (_, audit):
        return [f"{end}" for end in await audit.verify(known)]


def _read(noted: list[str]) -> Iterator[Noted]:
    for text in noted:
        try:
            yield Noted.read(text)
        except ValueError:
            raise SettingsError(f"--noted: {text} is no line of an earlier `doertrin audit verify`") from None


def _invited(name: str, code: str) -> str:
    return (
        f"Hand this to {name} in person; it is good once, for 72 hours, at /console/begin:\n    {code}\n"
        "They choose a password there and set up one-time codes in an authenticator app."
    )
