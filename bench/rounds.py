"""The run: every row once a round, so that all rows meet the same noise."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.rows import DOERTRIN, HOUSE, ROWS, SERVERS, Row
from bench.samples import Sample
from bench.servers import Running, running, starts

Key = tuple[str, int]
LONGEST = 300.0
STARTS = 3


class Failed(Exception):
    """A measurement ended with an error. The whole run ends: no row is left out quietly."""


class Run:
    """All samples of one run, by row."""

    def __init__(self) -> None:
        self.samples: dict[Key, list[Sample]] = {}
        self.answers_seconds: float | None = None
        """How long Dørtrin took until its page answered."""
        self.ready_seconds: float | None = None
        """How long Dørtrin took until it could also understand what is typed."""
        self.peak_megabytes: float | None = None

    def add(self, row: Row, sample: Sample) -> None:
        self.samples.setdefault(row.key, []).append(sample)


def measure(rows: Sequence[Row], rounds: int, seconds: float, scratch: Path) -> Run:
    """Every other round goes through the rows backwards, so that no row always follows the same one."""
    needed = {row.server for row in rows}
    run = Run()
    with running([server for server in SERVERS if server.name in needed], scratch) as servers:
        for number in range(rounds):
            for row in rows if number % 2 == 0 else reversed(rows):
                sample = _once(row, seconds, servers, scratch)
                run.add(row, sample)
                clients = f", {row.clients} clients" if row.clients else ""
                print(f"round {number + 1}/{rounds}  {row.name}{clients}: {sample.rate:,.0f}/s", file=sys.stderr)
        if DOERTRIN in servers:
            run.peak_megabytes = servers[DOERTRIN].peak_megabytes()
    if DOERTRIN in needed:
        started = starts(HOUSE, STARTS, scratch)
        run.answers_seconds = median(each.answers_seconds for each in started)
        run.ready_seconds = median(each.ready_seconds for each in started)
    return run


def _once(row: Row, seconds: float, servers: dict[str, Running], scratch: Path) -> Sample:
    arguments = [each.format(scratch=scratch) for each in row.command]
    command = [sys.executable, "-m", *arguments, "--seconds", str(seconds)]
    if row.server is not None:
        server = servers[row.server]
        command += [server.url, "--clients", str(row.clients), "--server", str(server.process)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if ended.returncode != 0:
        log = _log(row, scratch)
        raise Failed(f"{row.title}, {row.clients} clients\n{ended.stderr[-3000:]}{log}")
    return Sample.load(ended.stdout.splitlines()[-1])


def _log(row: Row, scratch: Path) -> str:
    log = scratch / (row.server or "") / "log"
    return f"\nthe server's last words:\n{log.read_text()[-3000:]}" if log.is_file() else ""


def chosen(names: Sequence[str], crowds: Sequence[int], *, served: bool) -> list[Row]:
    """The rows to measure; those of Dørtrin's server only if there is one."""
    return [
        row
        for row in ROWS
        if (not names or row.name in names)
        and (row.clients == 0 or row.clients in crowds)
        and (served or row.server != DOERTRIN)
    ]
