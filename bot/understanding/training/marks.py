"""Lines of personal data as they are written for people: "jeg hedder [PERSON:mette hansen]"."""

import re

import msgspec

from bot.understanding.training import families
from bot.understanding.training.families import Family, Split
from dialogs.heard import Span

LABELS = ("CPR", "PHONE", "EMAIL", "ADDRESS", "PERSON", "URL_HANDLE")
_MARK = re.compile(r"\[([A-Z_]+):([^\]]*)\]")


class Marked(msgspec.Struct, frozen=True):
    """A line without its marks, and where they were."""

    text: str
    spans: tuple[Span, ...]
    family: Family


def lines(*splits: Split) -> list[Marked]:
    """All lines of these splits, or of all. Raises families.BadFamilyError."""
    return [unmarked(line.text, line.family) for line in families.lines("personal_data", *splits)]


def unmarked(written: str, family: Family) -> Marked:
    """The line as a citizen would write it."""
    spans: list[Span] = []
    parts: list[str] = []
    at = length = 0
    for match in _MARK.finditer(written):
        parts.append(written[at : match.start()])
        length += len(parts[-1])
        spans.append(Span(length, length + len(match.group(2)), match.group(1)))
        parts.append(match.group(2))
        length += len(match.group(2))
        at = match.end()
    parts.append(written[at:])
    return Marked("".join(parts), tuple(spans), family)
