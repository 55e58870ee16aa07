"""Draws a number a day as a curve: black on white, for a page as SVG and for a chat as PNG.

Shape tells all, colour nothing: a dot for each day that is written, a line between two such days that follow each
other, and nothing at all where nothing is written. A dashed line at the limit, if there is one.
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from bot.channels.canvas import Canvas, steps

WIDTH, HEIGHT = 320, 150
"""Of the SVG, in its own units; the PNG has twice as many pixels."""
LEFT, RIGHT, TOP, BOTTOM = 34, 300, 22, 112
MOST_DAYS = 31
_NAME = re.compile(r"curve-(\d{1,2})((?:-\d{1,2}_(?:x|\d{1,2}))+)")
_CLOSE = 24
"""Days whose numbers stand nearer than this are numbered every second time."""
_FLOOR = 4
"""The curve is at least so high, so that one drink is no peak."""


class Curve(msgspec.Struct, frozen=True):
    """Days of the month and their values, None where nothing is written; `limit` 0 is none."""

    limit: int
    days: tuple[tuple[int, int | None], ...]

    @property
    def highest(self) -> int:
        """What the top stands for."""
        return max(_FLOOR, self.limit + 1, *(value for _, value in self.days if value is not None))

    def x(self, place: int) -> float:
        """Where a day stands, by its place."""
        return LEFT + 12 + (RIGHT - LEFT - 24) * place / max(1, len(self.days) - 1)

    def y(self, value: int) -> float:
        """How high a value lies."""
        return BOTTOM - (BOTTOM - TOP) * value / self.highest

    def dots(self) -> list[tuple[float, float]]:
        """A dot for each written day."""
        return [(self.x(place), self.y(value)) for place, (_, value) in enumerate(self.days) if value is not None]

    def lines(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Between written days that follow each other."""
        return [
            ((self.x(place), self.y(one)), (self.x(place + 1), self.y(next_one)))
            for place, ((_, one), (_, next_one)) in enumerate(pairwise(self.days))
            if one is not None and next_one is not None
        ]

    def below(self) -> list[tuple[float, int]]:
        """The days that are numbered, the last one always."""
        every = 2 if len(self.days) > 1 and self.x(1) - self.x(0) < _CLOSE else 1
        last = len(self.days) - 1
        return [(self.x(place), day) for place, (day, _) in enumerate(self.days) if (last - place) % every == 0]

    def beside(self) -> list[tuple[float, int]]:
        """The numbers at the side: nothing, the top, and the limit."""
        named = dict.fromkeys((0, *((self.limit,) if self.limit else ()), self.highest))
        shown: list[tuple[float, int]] = []
        for value in named:
            if all(abs(self.y(value) - y) >= 17 for y, _ in shown):
                shown.append((self.y(value), value))
        return shown


def read_name(name: str) -> Curve | None:
    """The curve that a picture's name without its ending tells, as `dialogs.diary_curve` writes it."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    days = [each.split("_") for each in found[2].split("-")[1:]]
    if len(days) > MOST_DAYS:
        return None
    return Curve(int(found[1]), tuple((int(day), None if value == "x" else int(value)) for day, value in days))


def svg(curve: Curve) -> bytes:
    """The picture for a page. Without a title: the words are the page's `alt`."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="16" text-anchor="middle" fill="#000">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>',
        f'<path d="M{LEFT} {TOP - 8}V{BOTTOM}H{RIGHT}" fill="none" stroke="#000" stroke-width="2"/>',
        *(f'<path d="M{curve.x(place):.1f} {BOTTOM}v5" stroke="#000"/>' for place in range(len(curve.days))),
        *(f'<text x="{x:.1f}" y="{BOTTOM + 24}">{day}</text>' for x, day in curve.below()),
        *(f'<text x="{LEFT - 14}" y="{y + 5.5:.1f}">{value}</text>' for y, value in curve.beside()),
    ]
    if curve.limit:
        y = curve.y(curve.limit)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#000" stroke-width="2" stroke-dasharray="6 5"/>')
    for (x, y), (to_x, to_y) in curve.lines():
        parts.append(f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="#000" stroke-width="2.5"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in curve.dots()]
    return "".join([*parts, "</svg>"]).encode()


def png(curve: Curve) -> bytes:
    """The picture for a chat that takes no SVG."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.fill(LEFT - 1, TOP - 8, 2, BOTTOM - TOP + 9)
    canvas.fill(LEFT - 1, BOTTOM - 1, RIGHT - LEFT + 1, 2)
    for place in range(len(curve.days)):
        canvas.fill(curve.x(place) - 0.5, BOTTOM, 1, 5)
    for x, day in curve.below():
        canvas.number(day, x, BOTTOM + 12, 2)
    for y, value in curve.beside():
        canvas.number(value, LEFT - 14, y - 5, 2)
    if curve.limit:
        for dash in steps(LEFT, RIGHT, 11):
            canvas.fill(dash, curve.y(curve.limit) - 1, 6, 2)
    for start, end in curve.lines():
        canvas.line(start, end, 2)
    for x, y in curve.dots():
        for row in steps(-4, 4, 0.5):
            half = (16 - row * row) ** 0.5
            canvas.fill(x - half, y + row, 2 * half, 0.5)
    return canvas.png()
