"""What a dialog knows when it starts: frozen, and the changing part of it journaled.

Reading level, language and channel are not here: they choose texts when these are written out, so they may change at
any moment.
"""

from datetime import date
from functools import cached_property

import msgspec

from content.instruments import Instrument
from content.loading import Content
from content.packs import Pack
from dialogs.steps import Identity


class Known(msgspec.Struct, frozen=True, array_like=True):
    """An item answered before: the option chosen, in which version and window, on which day (ISO)."""

    option: str
    version: str
    window: str
    day: str


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The journaled part of a visit: what was true when the frame started."""

    day: str
    role: str | None = None
    age_group: str | None = None
    pack_version: str = ""
    known: dict[str, Known] = {}


class Visit:
    """A dialog's view of the world at its start: facts, content and the tenant's pack. Never the clock."""

    def __init__(self, facts: Facts, content: Content, pack: Pack, instruments: dict[str, str]) -> None:
        self._facts = facts
        self._content = content
        self._instruments = instruments
        self.pack = pack

    @property
    def role(self) -> str | None:
        """`me`, `other` or `professional`; None until told."""
        return self._facts.role

    @property
    def age_group(self) -> str | None:
        """`under_13`, `13_17`, `18_25` or `26_up`; None until told."""
        return self._facts.age_group

    @cached_property
    def day(self) -> date:
        """The local date in Copenhagen when the frame started."""
        return date.fromisoformat(self._facts.day)

    def instrument(self, name: str) -> Instrument:
        """The version of the instrument that this root pinned."""
        return self._content.instrument(name, self._instruments.get(name))

    def known(self, identity: Identity) -> str | None:
        """The option chosen for this very item in the same version and window, at most a day ago; else None."""
        known = self._facts.known.get(identity.item)
        if known is None or known.version != identity.version or known.window != identity.window:
            return None
        return known.option if 0 <= (self.day - date.fromisoformat(known.day)).days <= 1 else None
