"""Who works here and what each may do: roles, actors, and the one `authorize`.

Whatever a member of the staff does goes through `authorize(actor, action, tenant)`: the console's routes say which
action they are, the services behind them ask again with the tenant of the thing itself. Admin and manager have no way
to what citizens wrote: `CONTENT` names the actions that lead there, and a test holds the table against it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from bot.errors import Forbidden


class Role(StrEnum):
    """What somebody is at work for."""

    COUNSELOR = "counselor"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    ADMIN = "admin"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the staff who does something: account, municipality, role."""

    id: str
    tenant: str
    role: Role


class Action(StrEnum):
    """Everything a member of the staff can do; written into the audit, so never renamed."""

    OWN_ACCOUNT = "own_account"
    SEE_QUEUE = "see_queue"
    CLAIM = "claim"
    READ_TALK = "read_talk"
    REVEAL = "reveal"
    BREAK_GLASS = "break_glass"
    WRITE_TALK = "write_talk"
    NOTE = "note"
    RELEASE = "release"
    CLOSE = "close"
    LOWER_SEVERITY = "lower_severity"
    SEE_BOOKINGS = "see_bookings"
    CHANGE_BOOKINGS = "change_bookings"
    PLAN_SLOTS = "plan_slots"
    SEE_STATISTICS = "see_statistics"
    READ_AUDIT = "read_audit"
    MANAGE_STAFF = "manage_staff"


CONTENT: Final = frozenset(
    {
        *(Action.CLAIM, Action.READ_TALK, Action.REVEAL, Action.BREAK_GLASS, Action.WRITE_TALK, Action.NOTE),
        *(Action.RELEASE, Action.CLOSE, Action.LOWER_SEVERITY),
    }
)
"""What leads to a citizen's words, or speaks to a citizen."""

_TALKS: Final = CONTENT | {Action.OWN_ACCOUNT, Action.SEE_QUEUE, Action.SEE_BOOKINGS, Action.CHANGE_BOOKINGS}
ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    Role.COUNSELOR: _TALKS,
    Role.COORDINATOR: _TALKS | {Action.PLAN_SLOTS, Action.SEE_STATISTICS},
    Role.MANAGER: frozenset({Action.OWN_ACCOUNT, Action.SEE_STATISTICS, Action.READ_AUDIT}),
    Role.ADMIN: frozenset({Action.OWN_ACCOUNT, Action.MANAGE_STAFF, Action.READ_AUDIT}),
}
"""Who may do what, each in the own municipality only."""


def authorize(actor: Actor, action: Action, tenant: str) -> None:
    """Let the actor do this to something of `tenant`, or raise Forbidden. There is no other rule and no way round."""
    if actor.tenant != tenant or action not in ALLOWED[actor.role]:
        raise Forbidden
