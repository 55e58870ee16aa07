"""Staff for tests: accounts with cheap passwords, an authenticator app, and no waiting."""

from __future__ import annotations

import datetime as dt

import pyotp

from bot.audit import Audit
from bot.clock import Clock, ManualClock
from bot.privacy.keys import Keyring
from bot.staff import Passwords, Role, Staff
from bot.storage.ports import Store

NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
KEYRING = Keyring(active="k1", keys={"k1": bytes(range(32))})
PASSWORD = "en stille morgen i november"


class Pause:
    """Remembers how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


class Staffed:
    """A store with staff: `clock` and `pause` are the test's."""

    def __init__(self, store: Store, *, keyring: Keyring = KEYRING, clock: Clock | None = None) -> None:
        self.clock = clock or ManualClock(NOON)
        self.pause = Pause()
        self.audit = Audit(store, keyring, self.clock)
        self.staff = Staff(store, keyring, self.clock, self.audit, passwords=Passwords(quick=True), pause=self.pause)
        self.apps: dict[str, pyotp.TOTP] = {}

    def pass_time(self, **by: float) -> None:
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(dt.timedelta(**by))

    def code(self, name: str) -> str:
        """What the authenticator app of `name` shows now."""
        return self.apps[name].at(self.clock.now())

    async def hire(self, name: str = "mette", *, tenant: str = "kolding", role: Role = Role.COUNSELOR) -> str:
        """An account that has begun; gives the token of its first session."""
        invitation = await self.staff.add(tenant=tenant, name=name, shown=name.title(), role=role, by="test")
        return await self.begin(name, invitation)

    async def begin(self, name: str, invitation: str) -> str:
        begun = await self.staff.begin(name, invitation)
        beginning = await self.staff.beginning(begun)
        assert beginning is not None
        self.apps[name] = pyotp.TOTP(beginning.secret)
        return await self.staff.finish(begun, PASSWORD, self.code(name))

    async def sign_in(self, name: str = "mette") -> str:
        """With the next code: each is good once."""
        self.pass_time(seconds=30)
        return await self.staff.sign_in(name, PASSWORD, self.code(name))
