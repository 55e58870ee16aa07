"""The measured servers: each in a process of its own, started once and kept for the whole run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.rows import DOERTRIN, Server
from bot.privacy.keys import create_keyring

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    process: int
    url: str
    answers_seconds: float
    """From the command to the first answer of any kind."""
    ready_seconds: float
    """From the command to the answer that it is ready."""

    def peak_megabytes(self) -> float:
        """The most memory the process has held so far (Linux; elsewhere 0)."""
        try:
            lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@contextmanager
def running(servers: Iterable[Server], scratch: Path) -> Iterator[dict[str, Running]]:
    """Starts the servers, and stops each when the run is over."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        started: dict[str, Running] = {}
        for server in servers:
            began, port = time.perf_counter(), _free_port()
            folder = scratch / server.name
            folder.mkdir(parents=True)
            process = _start(server, port, folder)
            processes.append(process)
            url = f"ws://127.0.0.1:{port}{server.path}"
            waits = []
            for path in (server.answers, server.ready):
                _wait_for(server, path, port, process, folder)
                waits.append(time.perf_counter() - began)
            started[server.name] = Running(process.pid, url, *waits)
        yield started
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(server: Server, port: int, folder: Path) -> "subprocess.Popen[bytes]":
    arguments = [each.format(port=port, scratch=folder) for each in server.command]
    environment = {**os.environ, **(_settings(port, folder) if server.name == DOERTRIN else {})}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments], env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def _settings(port: int, folder: Path) -> dict[str, str]:
    """Dørtrin as it is served: its own SQLite file and keyring, nothing switched off."""
    create_keyring(folder / "keyring")
    return {
        "DOERTRIN_DATABASE_URL": f"sqlite:///{folder / 'doertrin.db'}",
        "DOERTRIN_KEYRING": str(folder / "keyring"),
        "DOERTRIN_PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def starts(server: Server, times: int, scratch: Path) -> list[Running]:
    """Starts a server by itself, again and again, with nothing stored yet."""
    found = []
    for number in range(times):
        with running([server], scratch / f"start-{number}") as started:
            found.append(started[server.name])
    return found


def _wait_for(server: Server, path: str | None, port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            break
        if _answers(port, path):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{server.name} did not get ready:\n{(folder / 'log').read_text()[-4000:]}")


def _answers(port: int, path: str | None) -> bool:
    try:
        if path is None:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as response:
            return bool(response.status == 200)
    except (OSError, URLError):
        return False
