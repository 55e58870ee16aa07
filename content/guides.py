"""What a counselor can look up beside a talk: `guides.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from content.errors import ContentError

FILE = "guides.toml"

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Guide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One guide. `about` is for the counselor, `say` for the citizen once the counselor has made it their own;
    `first_from`: the severity (1-3) from which it stands open before the others.
    """

    id: _Text
    title: _Text
    about: _Text
    say: tuple[_Text, ...] = ()
    source: _Text
    first_from: Annotated[int, msgspec.Meta(ge=1, le=3)] | None = None

    @property
    def lines(self) -> list[str]:
        """`about`, line by line."""
        return self.about.strip().splitlines()


def read_guides(tables: Mapping[str, Any]) -> dict[str, Guide]:
    """All guides of one parsed file by id, in its order. Raises ContentError."""
    found: dict[str, Guide] = {}
    for number, table in enumerate(tables.get("guide", ()), 1):
        try:
            guide = msgspec.convert(table, Guide)
        except msgspec.ValidationError as wrong:
            key = table.get("id") if isinstance(table, dict) else None
            remedy = "Give it id, title, about and source; say is a list of sentences."
            raise ContentError(FILE, str(key or f"guide {number}"), str(wrong), remedy) from None
        if guide.id in found:
            raise ContentError(FILE, guide.id, "stands twice", "Give each guide an id of its own.")
        found[guide.id] = guide
    unknown = sorted(tables.keys() - {"guide"})
    if unknown:
        raise ContentError(FILE, unknown[0], "is no guide", "Write each guide under [[guide]].")
    return found


def in_order(guides: Mapping[str, Guide], severity: int) -> list[tuple[Guide, bool]]:
    """The guides as they are shown beside a talk of that severity (0-3), and which of them are open."""
    urgent = {name for name, guide in guides.items() if guide.first_from is not None and guide.first_from <= severity}
    shown = sorted(guides.values(), key=lambda guide: guide.id not in urgent)
    return [(guide, guide.id in urgent) for guide in shown]
