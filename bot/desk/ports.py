"""What the desk needs of others."""

from typing import Protocol


class Audit(Protocol):
    """Where everything is written down that opens, changes or tells: no content, no name, no address."""

    async def record(self, tenant: str, actor: str, action: str, object: str) -> None:  # noqa: A002
        """Append one entry, durably. `actor` is an account's id or `system`, `object` the random id of what it was done
        to, perhaps with numbers of lines: `<conversation>:4-9`.
        """
        ...
