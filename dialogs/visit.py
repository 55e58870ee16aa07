"""What a dialog knows when it starts: frozen, and the changing part of it journaled.

Reading level, language and channel are not here: they choose texts when these are written out, so they may change at
any moment.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import msgspec

from content.drinks import Drink
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


_pack_known = msgspec.msgpack.Encoder()
_unpack_known = msgspec.msgpack.Decoder(dict[str, Known])


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """The journaled part of a visit: what was true when the frame started. New fields go last, with a default.

    `known` is packed: most dialogs never look at it, and every frame carries one through every turn.
    """

    day: str
    role: str | None = None
    age_group: str | None = None
    pack_version: str = ""
    known: bytes = b""
    wished_on: str | None = None
    relative: str | None = None
    kept: tuple[str, ...] = ()
    resident: str | None = None


def pack_known(known: Mapping[str, Known]) -> bytes:
    """Known answers as `Facts` keeps them."""
    return _pack_known.encode(known) if known else b""


def unpack_known(packed: bytes) -> dict[str, Known]:
    """Known answers by item."""
    return _unpack_known.decode(packed) if packed else {}


class Visit:
    """A dialog's view of the world at its start: facts, content and the tenant's pack. Never the clock."""

    def __init__(self, facts: Facts, content: Content, pack: Pack, instruments: dict[str, str]) -> None:
        self._facts = facts
        self._content = content
        self._instruments = instruments
        self._known: dict[str, Known] | None = None
        self.pack = pack

    @property
    def role(self) -> str | None:
        """`me`, `other` or `professional`; None until told."""
        return self._facts.role

    @property
    def age_group(self) -> str | None:
        """`under_13`, `13_17`, `18_25` or `26_up`; None until told."""
        return self._facts.age_group

    @property
    def wished_on(self) -> str | None:
        """The day (ISO) on which help was first wished for in this conversation; None until it was."""
        return self._facts.wished_on

    @property
    def relative(self) -> tuple[str, tuple[str, ...]] | None:
        """Whom the citizen worries about and the relatives' cards taken in this conversation; None before the first."""
        if self._facts.relative is None:
            return None
        who, *cards = self._facts.relative.split()
        return who, tuple(cards)

    @property
    def resident(self) -> bool | None:
        """Whether they live in the tenant's municipality; None until told."""
        return None if self._facts.resident is None else self._facts.resident == "yes"

    @property
    def kept(self) -> tuple[str, ...]:
        """Names of what the citizen keeps in this conversation; `request` gives the things themselves."""
        return self._facts.kept

    @cached_property
    def day(self) -> date:
        """The local date in Copenhagen when the frame started."""
        return date.fromisoformat(self._facts.day)

    def instrument(self, name: str) -> Instrument:
        """The version of the instrument that this root pinned."""
        return self._content.instrument(name, self._instruments.get(name))

    @property
    def drinks(self) -> Mapping[str, Drink]:
        """What can be counted in units, by name."""
        return self._content.drinks

    @property
    def knows_any(self) -> bool:
        """Whether any item was answered before."""
        return bool(self._facts.known)

    def known(self, identity: Identity) -> str | None:
        """The option chosen for this very item in the same version and window, at most a day ago; else None."""
        if self._known is None:
            self._known = unpack_known(self._facts.known)
        known = self._known.get(identity.item)
        if known is None or known.version != identity.version or known.window != identity.window:
            return None
        if known.day == self._facts.day:
            return known.option
        return known.option if 0 <= (self.day - date.fromisoformat(known.day)).days <= 1 else None
