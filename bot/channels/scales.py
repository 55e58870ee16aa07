"""Draws a scale with somebody's place on it: black on white, for a page as SVG and for a chat as PNG.

Shape tells all, colour nothing: a line with its two ends, a dashed line at each published limit, a solid arrow at the
place. Both pictures come from the same numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from bot.channels.canvas import Canvas, steps

WIDTH, HEIGHT = 320, 112
"""Of the SVG, in its own units; the PNG has twice as many pixels."""
LEFT, RIGHT, LINE = 28, 292, 62
MOST: Final = 999
"""No scale ends higher, so that numbers fit."""
PICTURES_KEPT: Final = 256
_NAME = re.compile(r"scale-0-(\d{1,3})-(\d{1,3})((?:-\d{1,3})*)")
_CLOSE = 22
"""Numbers nearer than this would touch."""


class Scale(msgspec.Struct, frozen=True):
    """A line from 0 to `highest`, a `place` on it, and limits."""

    highest: int
    place: int
    limits: tuple[int, ...] = ()

    def x(self, value: float) -> float:
        """Where a value lies, in the SVG's units."""
        return LEFT + (RIGHT - LEFT) * value / self.highest

    def below(self) -> list[tuple[float, int]]:
        """The numbers under the line, as many as have room: the ends first."""
        shown = [(self.x(0), 0), (self.x(self.highest), self.highest)]
        for limit in self.limits:
            if all(abs(self.x(limit) - x) >= _CLOSE for x, _ in shown):
                shown.append((self.x(limit), limit))
        return shown


def read_name(name: str) -> Scale | None:
    """The scale that a picture's name without its ending tells, as `dialogs.screening_scale` writes it."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    highest, place, limits = int(found[1]), int(found[2]), tuple(int(each) for each in found[3].split("-")[1:])
    return Scale(highest, place, limits) if highest and max(place, *limits, 0) <= highest else None


def svg(scale: Scale) -> bytes:
    """The picture for a page. Without a title: the words are the page's `alt`."""
    here, end = scale.x(scale.place), f'y="{LINE + 34}" font-size="16"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" text-anchor="middle" fill="#000">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>',
        f'<path d="M{LEFT} {LINE - 8}v16M{RIGHT} {LINE - 8}v16M{LEFT} {LINE}H{RIGHT}" stroke="#000" stroke-width="3"/>',
        *(
            f'<path d="M{scale.x(limit):.1f} {LINE - 16}v34" stroke="#000" stroke-width="3" stroke-dasharray="5 4"/>'
            for limit in scale.limits
        ),
        *(f'<text x="{x:.1f}" {end}>{value}</text>' for x, value in scale.below()),
        f'<path d="M{here:.1f} {LINE - 3}l-10 -18h20z"/>',
        f'<text x="{here:.1f}" y="{LINE - 28}" font-size="24" font-weight="bold">{scale.place}</text>',
        "</svg>",
    ]
    return "".join(parts).encode()


@lru_cache(maxsize=PICTURES_KEPT)
def png(scale: Scale) -> bytes:
    """The picture for a chat that takes no SVG. It is the same for everybody with that number, and names nobody."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.fill(LEFT, LINE - 1.5, RIGHT - LEFT, 3)
    for end in (LEFT, RIGHT):
        canvas.fill(end - 1.5, LINE - 8, 3, 16)
    for limit in scale.limits:
        for dash in steps(LINE - 16, LINE + 18, 9):
            canvas.fill(scale.x(limit) - 1.5, dash, 3, 5)
    for x, value in scale.below():
        canvas.number(value, x, LINE + 22, 3)
    here = scale.x(scale.place)
    for row in steps(0, 18, 0.5):
        half = 10 * (1 - row / 18)
        canvas.fill(here - half, LINE - 21 + row, 2 * half, 0.5)
    canvas.number(scale.place, here, LINE - 50, 5)
    return canvas.png()
