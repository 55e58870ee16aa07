"""All content as it was loaded: texts, instruments, packs, lines and lists, immutable."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from content.drinks import Drink
from content.helplines import Helpline
from content.instruments import Instrument
from content.lexicon import Lexicon
from content.messages import Catalog
from content.packs import Pack
from content.reviews import Review


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All content, immutable."""

    messages: Catalog
    instruments: Mapping[str, Mapping[str, Instrument]]
    """By name, then by version, the latest version last."""
    packs: Mapping[str, Pack]
    helplines: tuple[Helpline, ...]
    """The national lines."""
    regions: Mapping[str, Mapping[str, Helpline]] = {}
    """The lines of each region, by its name, then by id; every pack of the region has them."""
    lexicon: Lexicon
    drinks: Mapping[str, Drink]
    """For the units calculator, in the order shown."""
    reviews: Mapping[tuple[str, str], Review] = {}
    """By language and key; see `content.reviews`."""
    pictures: frozenset[str] = frozenset()
    """Names of the files in `content/pictures`."""
    unknown_overrides: tuple[tuple[str, str], ...] = ()
    """File and key of overlay texts that replace nothing: a slip of the pen, or a key since gone. See `checks`.

    An empty key is a file in a folder that nobody reads.
    """

    @property
    def tenants(self) -> tuple[str, ...]:
        """Names of the packs that are served: `base` is nobody's, and drafts are not filled in."""
        return tuple(name for name, pack in self.packs.items() if name != "base" and not pack.draft)

    @property
    def drafts(self) -> tuple[str, ...]:
        """Names of the packs that nobody has filled in yet."""
        return tuple(name for name, pack in self.packs.items() if pack.draft)

    def not_served(self, name: str) -> str:
        """Why there is no such tenant, for whoever has asked for it."""
        if name in self.drafts:
            return f"{name} is a draft and not served; `doertrin tenant check {name}` says what is missing"
        return f"there is no {name}; there are {', '.join(self.tenants)}"

    def instrument(self, name: str, version: str | None = None) -> Instrument:
        """An instrument, the latest version if none is named. Raises KeyError with the names there are."""
        versions = self.instruments.get(name)
        if versions is None:
            raise KeyError(f"no instrument {name!r}; there are {', '.join(sorted(self.instruments))}")
        if version is None:
            return versions[list(versions)[-1]]
        if version not in versions:
            raise KeyError(f"no version {version!r} of {name}; there are {', '.join(versions)}")
        return versions[version]

    def pack(self, name: str) -> Pack:
        """A tenant's pack. Raises KeyError with the names there are."""
        if name not in self.packs:
            raise KeyError(f"no pack {name!r}; there are {', '.join(self.tenants)}")
        return self.packs[name]
