"""The demo as it is started: one can sign in to its console without a one-time code, on this machine alone."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def demo(folder: Path, *words: str) -> AsyncIterator[tuple[str, list[str]]]:
    """The address, and what is printed until then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "doertrin", "demo", "--port", "0", *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        printed: list[str] = []
        async with asyncio.timeout(60):
            while not (printed and printed[-1].startswith("http://")):
                printed.append((await process.stdout.readline()).decode().strip())
            if not words:
                printed += [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        port = re.search(r":(\d+)/", "\n".join(printed))
        assert port is not None
        yield f"http://127.0.0.1:{port[1]}/console", printed
    finally:
        process.terminate()
        rest, _ = await process.communicate()
        printed += rest.decode().splitlines()


async def csrf_at(http: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    async with http.get(url) as answer:
        page = await answer.text()
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found is not None
    return page, found[1]


async def test_the_printed_sign_in_leads_to_a_queue_with_citizens(tmp_path: Path) -> None:
    async with (
        demo(tmp_path) as (url, printed),
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        told = re.search(r"name: (\w+) +password: (\w+)", "\n".join(printed))
        assert told is not None
        _, csrf = await csrf_at(http, f"{url}/sign-in")
        origin = {"Origin": url.removesuffix("/console")}
        form = {"csrf": csrf, "name": told[1], "password": told[2], "code": ""}
        async with http.post(f"{url}/sign-in", data=form, headers=origin) as answer:
            assert (answer.status, answer.url.path) == (200, "/console/queue")
        async with http.ws_connect(f"{url}/queue/live", headers=origin) as socket, asyncio.timeout(60):
            await socket.send_json({"type": "hello"})
            waiting = 0
            while waiting < 3:
                frame = await socket.receive_json()
                waiting = len(frame["waiting"]) if frame["type"] == "queue" else waiting


async def test_on_another_address_nobody_comes_in_without_a_code(tmp_path: Path) -> None:
    async with (
        demo(tmp_path, "--host", "0.0.0.0") as (url, printed),
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        page, _ = await csrf_at(http, f"{url}/sign-in")
        assert "I demoen" not in page
    assert "password" not in "\n".join(printed)
