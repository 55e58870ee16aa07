"""How often booking codes may be guessed wrong: five times in ten minutes in a conversation, and so often in all.

The second limit is wide, for whoever reaches it keeps everybody out for a minute: with codes of 60 bits it leaves one
guess in ten million a year, were a thousand times booked at any moment. Counted in this process only and kept nowhere.
Who is past a limit gets the same answer as for a wrong code.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

IN_A_TALK = 5
WINDOW = timedelta(minutes=10)
IN_A_TENANT = 600
"""In a minute."""
MINUTE = timedelta(minutes=1)
KEPT = 10_000
"""Conversations remembered; the one that guessed longest ago is forgotten first."""


class Guesses:
    """Wrong codes of late, by conversation and by tenant."""

    def __init__(self) -> None:
        self._talks: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._tenants: dict[str, deque[datetime]] = {}

    def may(self, tenant: str, conversation: str, now: datetime) -> bool:
        """Whether one more code may be looked up."""
        mine = self._talks.get(conversation, ())
        all_of_them = self._tenants.get(tenant, ())
        return (
            sum(at > now - WINDOW for at in mine) < IN_A_TALK
            and sum(at > now - MINUTE for at in all_of_them) < IN_A_TENANT
        )

    def wrong(self, tenant: str, conversation: str, now: datetime) -> None:
        """Remember a code that was none."""
        self._talks.setdefault(conversation, deque(maxlen=IN_A_TALK)).append(now)
        self._talks.move_to_end(conversation)
        if len(self._talks) > KEPT:
            self._talks.popitem(last=False)
        self._tenants.setdefault(tenant, deque(maxlen=IN_A_TENANT)).append(now)
