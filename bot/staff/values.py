"""What is known of those who work here, as the console sees it."""

from datetime import datetime

import msgspec

from bot.staff.rights import Actor, Role


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
