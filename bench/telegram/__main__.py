"""`python -m bench.telegram echo|service --seconds S`: one measurement, printed as one line of JSON.

The unit is processor time, of all threads of the process: a turn's "milliseconds" are those, and turns a second are
turns in a second of processor.
"""

import argparse
import gc
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bench.loops import run
from bench.samples import Sample

CITIZENS = 50
WARM_UP = 3
"""Rounds before the clock."""
KINDS = ("echo", "service")


class Talked(Protocol):
    async def start(self, citizens: int) -> None: ...
    async def prepare(self) -> None: ...
    async def round(self) -> None: ...
    async def check(self) -> None: ...
    async def stop(self) -> None: ...


def make(kind: str, folder: Path) -> Talked:
    """Imports one of the two only."""
    if kind == "echo":
        from bench.telegram.echo import Echo

        return Echo()
    from bench.telegram.service import Service

    return Service(folder)


async def measure(talked: Talked, seconds: float) -> Sample:
    """Rounds of all citizens, until so many seconds of processor have been used for them."""
    await talked.start(CITIZENS)
    costs: list[float] = []
    used = 0.0
    began, at_first = time.perf_counter(), time.process_time()
    number = 0
    while used < seconds:
        await talked.prepare()
        if number == WARM_UP:
            gc.collect()
            gc.freeze()
        before = time.process_time()
        await talked.round()
        cost = time.process_time() - before
        await talked.check()
        number += 1
        if number > WARM_UP:
            used += cost
            costs += [cost / CITIZENS] * CITIZENS
    share = (time.process_time() - at_first) / (time.perf_counter() - began)
    await talked.stop()
    return Sample.of(costs, used, share)


async def once(kind: str, seconds: float, scratch: Path | None) -> str:
    with TemporaryDirectory(dir=scratch) as folder:
        return (await measure(make(kind, Path(folder)), seconds)).dump()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.telegram", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--scratch", type=Path, help="a folder on a real disk, for what is committed")
    arguments = parser.parse_args()
    print(run(once(arguments.kind, arguments.seconds, arguments.scratch)), flush=True)


if __name__ == "__main__":
    main()
