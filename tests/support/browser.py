"""A real Chromium for the tests: found or fetched once, started once a session, one clean context a test.

The browser is a process of its own. Each test connects to it from its own event loop, so no test depends on another's
loop, and no page may speak to anybody but this machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, async_playwright

from tests.support import provisioning

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
)
HERE = {"127.0.0.1", "localhost", "::1"}
START_SECONDS = 60
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class BrowserUnavailableError(RuntimeError):
    """Chromium did not start; the message holds what it said."""


class Chromium:
    """A running browser; `endpoint` is where Playwright connects."""

    def __init__(self, program: Path | None = None) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="doertrin-chromium-"))
        self._log = self._profile / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program or provisioning.chromium(), *FLAGS, f"--user-data-dir={self._profile}", "about:blank"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.endpoint = self._wait_for_endpoint()
        except BaseException:
            self.close()
            raise

    def _wait_for_endpoint(self) -> str:
        announced = self._profile / "DevToolsActivePort"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if announced.exists() and len(lines := announced.read_text().splitlines()) > 1:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.05)
        raise BrowserUnavailableError(f"Chromium did not start:\n{self._log.read_text(errors='replace')[-4000:]}")

    def close(self) -> None:
        """End the browser with all its processes and remove its profile."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Visitor:
    """One person's browser: a context of its own, and what went wrong in its pages."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        self.outside: list[str] = []
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self._saw(request.url))
        context.on("page", self._watch_sockets)

    def _watch_sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._saw(socket.url))

    def _saw(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            self.outside.append(url)

    def check(self) -> None:
        """Fail if a page threw an error or asked for anything beyond this machine."""
        assert not self.outside, f"a page asked for something from outside: {self.outside}"
        assert not self.errors, f"a page threw: {self.errors}"


@asynccontextmanager
async def visit(chromium: Chromium, **options: Any) -> AsyncIterator[Visitor]:
    """A fresh visitor; `options` go to Playwright's `new_context` (viewport, locale, reduced_motion …)."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium.endpoint)
        context = await browser.new_context(**{"locale": "da-DK", "timezone_id": "Europe/Copenhagen", **options})
        visitor = Visitor(context)
        try:
            yield visitor
        finally:
            await context.close()
    visitor.check()


async def accessibility_problems(page: Page, tags: tuple[str, ...] = WCAG) -> list[str]:
    """What axe-core finds wrong on the page as it stands, one line a problem and place; empty is good."""
    await page.evaluate((provisioning.package("axe_playwright_python") / "axe.min.js").read_text())
    result = await page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(tags))
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
