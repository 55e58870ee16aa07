"""The real server as a process that a test may kill, freeze and start again, always on the same port and database."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from bot.privacy.keys import create_keyring

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


class Server:
    """`doertrin serve` on a free loopback port. Its log is kept over restarts and shown when it does not start."""

    def __init__(
        self, database_url: str, folder: Path, *, name: str = "server", environment: dict[str, str] | None = None
    ):
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / f"{name}.log"
        keyring = folder / "keyring"
        if not keyring.exists():
            create_keyring(keyring)
        self.environment = {
            **os.environ,
            "DOERTRIN_DATABASE_URL": database_url,
            "DOERTRIN_KEYRING": str(keyring),
            "DOERTRIN_PORT": str(self.port),
            **(environment or {}),
        }

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; see `listens` and `ready`."""
        assert not self.alive
        self.starts += 1
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "doertrin", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def listens(self) -> None:
        """Wait until it answers."""
        await self._wait_for("/healthz")

    async def ready(self) -> None:
        """Wait until it answers, reaches its database and understands texts."""
        await self._wait_for("/readyz")

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP freezes it, SIGCONT lets it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def limit(self, what: int, soft: int) -> None:
        """Change a limit of the running process (`resource.RLIMIT_…`)."""
        assert self._process is not None
        resource.prlimit(self._process.pid, what, (soft, resource.prlimit(self._process.pid, what)[1]))

    def kill(self) -> None:
        """SIGKILL: not one more instruction."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(START_SECONDS)

    def stop(self) -> int:
        """SIGTERM, as an operator stops it; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(START_SECONDS)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    async def _wait_for(self, path: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        async with aiohttp.ClientSession() as http:
            while time.monotonic() < deadline:
                if not self.alive:
                    break
                try:
                    async with http.get(self.url + path, timeout=aiohttp.ClientTimeout(5)) as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.02)
        raise AssertionError(f"the server did not answer {path}:\n{self.log()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
