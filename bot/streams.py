"""What the commands read and write: lines, as UTF-8 whatever the terminal says."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator

from bot.errors import SettingsError


def put(line: str) -> None:
    """One line out, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def lines_in() -> Iterator[str]:
    """Lines in; what is not UTF-8 comes as a line that cannot be read."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", errors="replace").rstrip("\r\n")


async def lines_in_async() -> AsyncIterator[str]:
    """Lines in, without holding up the loop."""
    lines = lines_in()
    while (line := await asyncio.to_thread(next, lines, None)) is not None:
        yield line


def only_jsonl(*, jsonl: bool) -> None:
    """Raises SettingsError where a command that speaks only JSON lines was not asked for them."""
    if not jsonl:
        raise SettingsError("this command speaks JSON lines only; add --jsonl")
