"""What the desk needs of others."""

from typing import Protocol

from bot.errors import DeskError

SYSTEM = "system"
"""The actor where nobody acted: a heartbeat was lost, an alert was sent."""


class Audit(Protocol):
    """Where everything is written down that opens, changes or tells: no content, no name, no address."""

    async def record(self, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002
        """Append one entry, durably. `actor` is an account's id or `SYSTEM`, `object` the random id of what it was done
        to, perhaps with numbers of lines: `<conversation>:4-9`.
        """
        ...


class NoAudit:
    """Stands where no audit was given: what would have to be written down is refused."""

    async def record(self, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002, ARG002
        """Raises DeskError."""
        raise DeskError("Nothing can be written in the audit, so nothing is opened; give `running` an audit.")
