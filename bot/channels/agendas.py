"""Draws an agenda: the pictograms of its points in a row, those that are done ticked off, the present one framed.

Shape tells all, colour nothing. The pictograms are files of the content; the row is made from the picture's name.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

SIDE: Final = 64
"""Of a pictogram, in its own units."""
ROOM: Final = 88
"""For a pictogram with its frame, in the same units."""
MOST: Final = 6
"""Points at most: more are no help to anybody."""
_NAME = re.compile(rf"agenda((?:-[a-z]{{1,20}}){{1,{MOST}}})-(\d)")
_PICTURES = files("content") / "pictures"


def svg(stem: str) -> bytes | None:
    """The picture of a name without its ending, as `dialogs.skeleton` writes it; None if it is none of these."""
    found = _NAME.fullmatch(stem)
    if found is None:
        return None
    names, at = found[1].removeprefix("-").split("-"), int(found[2])
    drawn = [_pictogram(name) for name in names]
    if at > len(names) or not all(drawn):
        return None
    width = ROOM * len(names)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {ROOM}" width="{width}" height="{ROOM}">',
        f'<rect width="{width}" height="{ROOM}" rx="8" fill="#fff"/>',
        *(
            f'<g transform="translate({ROOM * place} 0)">{body}{_mark(place, at)}</g>'
            for place, body in enumerate(drawn)
        ),
        "</svg>",
    ]
    return "".join(parts).encode()


def _pictogram(name: str) -> str:
    """A pictogram in the middle of its room; empty if there is none."""
    path = _PICTURES / f"{name}.svg"
    if not path.is_file():
        return ""
    edge = (ROOM - SIDE) // 2
    return path.read_text(encoding="utf-8").replace("<svg ", f'<svg x="{edge}" y="{edge}" ', 1)


def _mark(place: int, at: int) -> str:
    if place < at:
        return (
            '<circle cx="70" cy="70" r="14" fill="#000"/>'
            '<path d="M63 70l5 6 9-12" fill="none" stroke="#fff" stroke-width="4"/>'
        )
    if place == at:
        return '<rect x="4" y="4" width="80" height="80" rx="10" fill="none" stroke="#000" stroke-width="5"/>'
    return ""
