"""The stretch of time in which replies count: after the warm-up, before the end."""

import asyncio
import os
import time
from array import array
from pathlib import Path

from bench.samples import Sample

WARM_UP = 0.4
_TICKS = os.sysconf("SC_CLK_TCK")


class Window:
    def __init__(self, seconds: float, server: int | None = None, warm_up: float = WARM_UP) -> None:
        self.seconds = seconds
        self.over = False
        self._server = server
        self.warm_up = warm_up
        self._open = False
        self._latencies = array("d")
        self._began = (0.0, 0.0, 0.0)
        self._ended = (0.0, 0.0, 0.0)

    async def pass_by(self) -> None:
        """Lets the warm-up and then the window go by."""
        await asyncio.sleep(self.warm_up)
        self._began, self._open = self._clocks(), True
        await asyncio.sleep(self.seconds)
        self._ended, self._open, self.over = self._clocks(), False, True

    def replied(self, sent: float, now: float) -> None:
        if self._open:
            self._latencies.append(now - sent)

    def sample(self) -> Sample:
        wall, mine, server = (end - begin for begin, end in zip(self._began, self._ended, strict=True))
        return Sample.of(self._latencies, wall, mine / wall, None if self._server is None else server / wall)

    def _clocks(self) -> tuple[float, float, float]:
        server = 0.0 if self._server is None else processor_seconds(self._server)
        return time.perf_counter(), time.process_time(), server


def processor_seconds(process: int) -> float:
    """User and system time of a process, all threads together (Linux; elsewhere 0)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
