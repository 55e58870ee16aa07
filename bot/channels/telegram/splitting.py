"""Cuts a text that is longer than Telegram takes: between paragraphs, else sentences, else words.

Telegram counts UTF-16 units: most emoji are two.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

_CUTS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[»”\"')]*\s+"),
    re.compile(r"\s+"),
)
"""Where a text may be cut, best first."""


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most `most` units, nothing lost but the blanks between them. No part is empty."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > most:
        first, rest = _cut(rest, _fitting(rest, most))
        parts.append(first)
    return [*parts, rest] if rest else parts


def _cut(text: str, room: int) -> tuple[str, str]:
    """The best kind of cut that leaves no mere scrap before it, else the best there is."""
    for least in (room // 3, 1):
        for kind in _CUTS:
            last = max(_within(kind, text, least, room), key=re.Match.start, default=None)
            if last is not None:
                return text[: last.start()] + last.group().rstrip(), text[last.end() :].lstrip()
    return text[:room], text[room:]


def _within(kind: re.Pattern[str], text: str, least: int, room: int) -> Iterator[re.Match[str]]:
    for found in kind.finditer(text, least):
        if found.start() + len(found.group().rstrip()) > room:
            return
        yield found


def _fitting(text: str, most: int) -> int:
    """How many characters from the start fit."""
    widths = accumulate(2 if character > "\uffff" else 1 for character in text)
    return sum(1 for width in widths if width <= most)
