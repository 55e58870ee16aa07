"""A municipality that is ready for everything: a desk that may always be staffed, times to book, and a way to hire."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT, Server

PACK = """
[plans.demo_mornings]
demo = false

[staffing]
hours = { all = "00-24", holidays = "as_usual" }
"""


class Town:
    """The real server, its database on disk, and hours and times laid over Kolding's pack."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.database = folder / "town.db"
        overlay = folder / "content" / "packs" / "kolding"
        overlay.mkdir(parents=True)
        (overlay / "pack.toml").write_text(PACK, encoding="utf-8")
        self.environment = {"DOERTRIN_CONTENT": str(folder / "content"), "DOERTRIN_TENANT": "kolding", **environment}
        self.server = Server(f"sqlite:///{self.database}", folder, environment=self.environment)

    async def hire(self, name: str) -> str:
        """Make an account as an operator does; the code of its invitation."""
        hired = await asyncio.to_thread(
            subprocess.run,
            [
                sys.executable,
                "-m",
                "doertrin",
                "counselor",
                "add",
                name,
                "--tenant",
                "kolding",
                "--shown",
                name.title(),
            ],
            cwd=ROOT,
            env=self.server.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        [invitation] = re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", hired.stdout)
        return str(invitation)

    def holds_nothing_of(self, text: str) -> None:
        """Nothing is left that could be read; what is sealed has lost its key, and goes with the next sweep."""
        assert text.encode() not in b"".join(path.read_bytes() for path in self.database.parent.glob("town.db*"))
        with sqlite3.connect(self.database) as database:
            erased = database.execute("SELECT id FROM conversation WHERE state = 'erased'").fetchall()
            assert len(erased) == 1
            for table in ("conversation_key", "resume_code", "channel_binding"):
                left = f"SELECT count(*) FROM {table} WHERE conversation_id = ?"
                assert database.execute(left, erased[0]).fetchone() == (0,), table
