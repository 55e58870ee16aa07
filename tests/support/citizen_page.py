"""The citizen's page in a real browser, as a citizen sees and uses it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, expect

from tests.support.browser import Chromium, Visitor, visit
from tests.support.site import Site


@asynccontextmanager
async def citizen(chromium: Chromium, site: Site, **options: Any) -> AsyncIterator[Citizen]:
    """A citizen with the page open and greeted; afterwards nothing may have been refused by the page's own policy."""
    options.setdefault("reduced_motion", "reduce")
    async with visit(chromium, **options) as visitor:
        one = Citizen(visitor, site, await visitor.context.new_page())
        await one.open()
        yield one
        assert one.said == []


class Citizen:
    """What a citizen sees and does."""

    def __init__(self, visitor: Visitor, site: Site, page: Page) -> None:
        self.visitor, self.site, self.page = visitor, site, page
        self.log = page.get_by_role("log")
        self.field = page.get_by_role("textbox", name="Skriv")
        self.said: list[str] = []
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type in {"error", "warning"} else None
        )

    async def open(self) -> None:
        await self.page.goto(self.site.url)
        await expect(self.button("Det handler om mig")).to_be_visible()

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    async def choose(self, name: str) -> None:
        await self.log.get_by_role("button", name=name, exact=True).last.click()

    async def write(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def more(self, name: str) -> None:
        await self.button("Mere").click()
        await self.button(name).click()

    async def texts(self) -> list[str]:
        return await self.log.locator(".text").all_inner_texts()

    async def code(self) -> str:
        return str(json.loads(await self.page.evaluate("sessionStorage.getItem('chat')"))["code"])
