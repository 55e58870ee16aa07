"""A small black and white picture, drawn in rectangles, lines and numbers, as PNG. No library: ten digits need none."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

ZOOM = 2
"""Pixels for each unit of the SVG beside it."""
_DIGITS = (
    *("111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001"),
    *("111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111"),
)
"""Ten digits, three wide and five high, row by row."""


class Canvas:
    """One byte a pixel, 0 black and 1 white. All measures are the SVG's units."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width * ZOOM, height * ZOOM
        self.pixels = bytearray(b"\x01") * (self.width * self.height)

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        """A black rectangle."""
        left, right = max(0, round(x * ZOOM)), min(self.width, round((x + width) * ZOOM))
        for row in range(max(0, round(y * ZOOM)), min(self.height, round((y + height) * ZOOM))):
            self.pixels[row * self.width + left : row * self.width + right] = bytes(right - left)

    def line(self, start: tuple[float, float], end: tuple[float, float], thick: float) -> None:
        """A straight line."""
        (x, y), (to_x, to_y) = start, end
        steps = max(1, round(2 * max(abs(to_x - x), abs(to_y - y))))
        for step in range(steps + 1):
            part = step / steps
            self.fill(x + (to_x - x) * part - thick / 2, y + (to_y - y) * part - thick / 2, thick, thick)

    def number(self, value: int, x: float, y: float, size: float) -> None:
        """A number with its middle at `x` and its top at `y`; `size` is one dot."""
        text = str(value)
        left = x - (4 * len(text) - 1) * size / 2
        for place, digit in enumerate(text):
            for dot, black in enumerate(_DIGITS[int(digit)]):
                if black == "1":
                    row, column = divmod(dot, 3)
                    self.fill(left + (4 * place + column) * size, y + row * size, size, size)

    def png(self) -> bytes:
        """The picture as a file."""
        rows = bytearray()
        for row in range(self.height):
            line = self.pixels[row * self.width : (row + 1) * self.width]
            rows += b"\x00" + _bits(line)
        header = struct.pack(">IIBBBBB", self.width, self.height, 1, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def steps(start: float, end: float, step: float) -> Iterable[float]:
    """From `start` on, before `end`."""
    return (start + step * number for number in range(int((end - start) / step) + 1) if start + step * number < end)


def _bits(line: bytearray) -> bytes:
    return int(line.translate(bytes.maketrans(b"\x00\x01", b"01")), 2).to_bytes(len(line) // 8, "big")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
