"""SIGHUP reads content again while citizens talk: broken content is refused and told, good content is said at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import aiohttp

from tests.reliability.conftest import Talking
from tests.support.chatter import Chatter
from tests.support.content_files import write
from tests.support.journaled import Journal
from tests.support.server import Server

OURS = '[who]\ntext = "Hvem handler det om i dag?"\n'
BROKEN = '[who]\ntext = ""\n'


async def greeting(server: Server) -> str:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{server.url}/chat/kolding/ws") as socket:
        await socket.send_json({"type": "hello"})
        said = ""
        while True:
            frame = await asyncio.wait_for(socket.receive_json(), 20)
            said += frame.get("text", "")
            if frame.get("question"):
                return said


async def written_to_the_log(server: Server, words: str) -> None:
    while words not in server.log():  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.02)


async def test_content_is_read_again_and_the_last_good_stays(
    tmp_path: Path, talking: Talking, journal: Journal, figures: Callable[[str], None]
) -> None:
    database, overlay = f"sqlite:///{tmp_path}/doertrin.db", tmp_path / "own"
    overlay.mkdir()
    with Server(database, tmp_path, environment={"DOERTRIN_CONTENT": str(overlay)}) as server:
        await server.ready()
        before = await greeting(server)
        citizens = [Chatter(server.url, f"r{n}", journal) for n in range(8)]
        async with talking(citizens) as crowd:
            await crowd.acknowledges(8)
            write(overlay, **{"da.messages.welcome": BROKEN})
            server.signal(signal.SIGHUP)
            await written_to_the_log(server, "the last good stays: da/messages/welcome.toml: welcome.who")
            assert await greeting(server) == before
            write(overlay, **{"da.messages.welcome": OURS})
            server.signal(signal.SIGHUP)
            await written_to_the_log(server, "Content was read again.")
            await server.ready()
            assert "Hvem handler det om i dag?" in await greeting(server)
            await crowd.acknowledges(8)
        verdict = await crowd.check(server.url, database)
        assert server.stop() == 0
    figures(f"SIGHUP: content read again under 8 conversations, {verdict.lost} lost, {verdict.doubled} doubled")
