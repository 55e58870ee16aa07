"""Nothing that Telegram tells us of a person, and neither the token nor the secrets, can be read in what we leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.privacy.keys import create_keyring
from bot.storage.store import open_store
from tests.support import bot_api_faults as faults
from tests.support.bot_api import TOKEN, BotApi, Person, post
from tests.support.markers import Markers, dump_of, files_below

CHAT = 7_700_112_233_445
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Hooked:
    """The program at DEBUG, in which things go wrong when a text says so, with its webhook."""

    def __init__(self, folder: Path, api: BotApi, marks: Markers) -> None:
        self.folder, self.database = folder, f"sqlite:///{folder}/talk.db"
        self.path_secret, self.secret = marks("pathsecret"), marks("headersecret")
        self.out = folder / "out.log"
        create_keyring(folder / "keyring")
        given = {
            "DATABASE_URL": self.database,
            "KEYRING": str(folder / "keyring"),
            "LOG_LEVEL": "DEBUG",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API": api.url,
            "TELEGRAM_EVERY": "0.05",  # how it is paced is tested elsewhere
            "TELEGRAM_PATH_SECRET": self.path_secret,
            "TELEGRAM_WEBHOOK_SECRET": self.secret,
            "TELEGRAM_WEBHOOK_URL": "https://chat.example",
        }
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.leaky", "serve", "--port", "0"],
                cwd=Path(__file__).parents[2],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    **{f"DOERTRIN_{name}": value for name, value in given.items()},
                    **{"PYTHONASYNCIODEBUG": "1", "PYTHONUNBUFFERED": "1"},
                },
            )

    async def address(self) -> str:
        """Where it listens, once it understands."""
        ends = time.monotonic() + 60
        async with ClientSession() as http:
            while time.monotonic() < ends and self.process.poll() is None:
                lines = [line for line in self.out.read_text().splitlines() if line.startswith("http://")]
                if lines:
                    url = lines[0].rstrip("/")
                    async with http.get(f"{url}/readyz") as ready:
                        if ready.status == 200:
                            return url
                time.sleep(0.1)  # noqa: ASYNC251  another process starts
        raise AssertionError(self.out.read_text())


@pytest.mark.slow
async def test_the_served_bot_leaves_nothing_readable(api: BotApi, tmp_path: Path) -> None:
    marks = Markers()
    marks.also(str(CHAT), TOKEN, TOKEN.partition(":")[2])
    hooked = Hooked(tmp_path, api, marks)
    anna = Person(api, CHAT, name=marks("name"))
    try:
        base = await hooked.address()
        url = f"{base}/telegram/kolding/{hooked.path_secret}"

        async def send(update: Any) -> None:
            assert await post(url, update, secret=hooked.secret) == 200

        await send(anna.writes("/start"))
        await anna.asked()
        api.fail(CHAT, faults.Fault(500), faults.GARBAGE, faults.DROPPED, faults.flood(1), faults.REFUSED)
        for text in (marks("text"), f"BREAK {marks('failing')}", f"ORPHAN {marks('orphan')}", f"/kode {marks('code')}"):
            wrote = anna.writes(text)
            await send(wrote)
            await send(anna.edits(wrote, marks("edited")))
        file = {"file_id": marks("file"), "file_unique_id": marks("unique")}
        await send(anna.sends(document={**file, "file_name": marks("filename")}, caption=marks("caption")))
        await send(anna.sends(contact={"phone_number": marks("phone"), "first_name": marks("contact")}))
        await send(anna.sends(venue={"location": 7, "title": marks("venue")}))  # the library cannot read it
        await send({"update_id": 5, "message": {"text": marks("broken"), "chat": {"id": CHAT}}})
        await send(anna.pressing(marks("data"), None))
        await send(anna.presses("Tal med et menneske", api.shown[CHAT][3]))
        refused = [
            await post(url, anna.writes(marks("forged")), secret=marks("wrong")),
            await post(f"{base}/telegram/kolding/{marks('path')}", anna.writes("x"), secret=hooked.secret),
            await post(url, marks("noupdate"), secret=hooked.secret),
            await post(url, [marks("huge") * 20_000], secret=hooked.secret),
        ]
        assert refused == [403, 404, 400, 413]
        await api.until(lambda: not api.unanswered())
        await api.until(lambda: any("Jeg kan kun læse tekst" in text for text in api.texts(CHAT)), seconds=60)
        left = {"keyring", "out.log", "talk.db", "talk.db-wal", "talk.db-shm"}
        while_it_runs = files_below(tmp_path)
        assert {Path(name).name for name in while_it_runs} == left
        assert marks.found_in(while_it_runs) == []
        store = await open_store(hooked.database)
        tables = await dump_of(store)
        await store.close()
        assert marks.found_in(tables) == []
        assert len(tables["channel_binding"]) > 200
    finally:
        hooked.process.terminate()
        hooked.process.wait(30)
    assert marks.found_in(files_below(tmp_path)) == []
    log = [json.loads(line) for line in hooked.out.read_text().splitlines() if line.startswith("{")]
    events = {line["event"] for line in log}
    assert {"telegram_update_unread", "telegram_away", "telegram_refused", "turn_failed"} <= events
