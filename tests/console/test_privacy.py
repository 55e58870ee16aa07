"""Nothing that was written at the console is in the logs, and at rest all of it is sealed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.audit import Audit
from bot.clock import SystemClock
from bot.privacy.logs import configure_logs
from bot.running import make_house, running
from bot.serving import DEMO_STAFFING
from bot.storage.migrations import migrate
from tests.contracts.talk import files_of
from tests.support.console import House, running_console
from tests.support.player import understanding
from tests.support.staffed import KEYRING, PASSWORD, Staffed

MARKERS = ("zebrafisk", "kanelgifler", "fyrretræ", "marsvin")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    configure_logs(level=logging.DEBUG, stream=stream)
    yield stream
    root.handlers[:], _ = before[0], root.setLevel(before[1])


async def test_what_is_written_noted_drafted_or_searched_for_is_nowhere_in_clear(
    tmp_path: Path, logged: io.StringIO
) -> None:
    database, clock = f"sqlite:///{tmp_path}/store.db", SystemClock()
    await migrate(database)
    house = make_house(overlay=None, keyring=KEYRING, hear=understanding())
    async with running(
        url=database,
        house=house,
        clock=clock,
        understanding=None,
        audit=lambda store: Audit(store, KEYRING, clock),
        staffing=DEMO_STAFFING,
    ) as run:
        staffed = Staffed(run.store, clock=clock)
        async with running_console(run.desk, run.bookings, staffed) as site:
            whole = House(staffed, run.desk, site.app)
            whole.url, whole.run = site.url, run
            talk = await whole.citizen("jeg drikker for meget")
            async with whole.at_work() as mette:
                await mette.get("/queue")
                await mette.post("/queue/next")
                await mette.tell(f"/talk/{talk}/lines", {"id": "a", "text": MARKERS[0]})
                await mette.tell(f"/talk/{talk}/notes", {"text": MARKERS[1]})
                await mette.tell(f"/talk/{talk}/draft", {"text": MARKERS[2]})
                await mette.get(f"/talk/{MARKERS[3]}?told={MARKERS[3]}")
                await mette.tell(f"/talk/{talk}/lines/{MARKERS[3]}/reveal", {})
                await mette.post("/sign-in", name=MARKERS[3], password=PASSWORD, code=MARKERS[3])
            secret = staffed.apps["mette"].secret
    kept = files_of(database)
    for word in (*MARKERS, PASSWORD, secret):
        assert word.encode() not in kept, word
        assert word not in logged.getvalue(), word
    assert "127.0.0.1" not in logged.getvalue()
