"""One citizen's whole way through the real service in a real browser: answers, a crisis, other words, and erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.browser import accessibility_problems, visit
from tests.support.whole import whole_service

pytestmark = pytest.mark.browser


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with whole_service(tmp_path) as served:
        yield f"{served}/"


async def test_a_citizen_from_the_first_word_to_the_last(chromium, url):
    async with visit(chromium, reduced_motion="reduce", viewport={"width": 390, "height": 844}) as visitor:
        page = await visitor.context.new_page()
        noted: list[str] = []
        page.on("console", lambda message: noted.append(message.text))
        await page.goto(url)
        log = page.get_by_role("log")

        async def choose(name: str) -> None:
            await log.get_by_role("button", name=name, exact=True).last.click()

        async def more(name: str) -> None:
            await page.get_by_role("button", name="Mere", exact=True).click()
            await page.get_by_role("button", name=name, exact=True).click()

        await choose("Det handler om mig")
        await choose("Se på, hvor meget jeg drikker")
        await choose("26 år eller mere")
        await expect(page.get_by_text("Spørgsmål 1 af 3")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("Spørgsmål 1 af 3")).to_be_visible()
        await choose("2-4 gange om måneden")
        await expect(page.get_by_text("Spørgsmål 2 af 3")).to_be_visible()
        assert await accessibility_problems(page) == []

        await more("Skriv lettere")
        await expect(page.locator("html[data-easy]")).to_be_visible()
        await more("Mere tekst")
        await expect(page.locator("html[data-easy]")).to_have_count(0)

        await page.get_by_role("textbox", name="Skriv en besked").fill("jeg vil ikke leve mere")
        await page.keyboard.press("Enter")
        await expect(log.locator(".bot a[href='tel:112']").last).to_be_visible(timeout=20_000)
        await expect(log.get_by_text("sendt", exact=True)).to_be_visible()
        assert await accessibility_problems(page) == []

        code = await page.evaluate("JSON.parse(sessionStorage.getItem('chat')).code")
        other = await visitor.context.new_page()
        await other.goto(url)
        await other.get_by_role("button", name="Mere", exact=True).click()
        await other.get_by_role("button", name="Jeg har en kode", exact=True).click()
        await other.get_by_label("Skriv din kode").fill(code)
        await other.keyboard.press("Enter")
        await expect(other.get_by_text("jeg vil ikke leve mere")).to_be_visible()
        await more("Vis min kode")
        await page.get_by_role("button", name="Ny kode", exact=True).click()
        await choose("Giv mig en ny kode")
        await expect(log.get_by_text("Nu har du en ny kode.")).to_be_visible()
        await more("Vis min kode")
        shown = page.locator("#code")
        await expect(shown).to_have_text(await page.evaluate("JSON.parse(sessionStorage.getItem('chat')).code"))
        await expect(shown).not_to_have_text(code)
        await page.get_by_role("button", name="Luk", exact=True).click()
        await expect(other.get_by_text("Samtalen har fået en ny kode.")).to_be_visible()
        await expect(other.get_by_text("jeg vil ikke leve mere")).to_have_count(0)
        assert await other.evaluate("sessionStorage.length") == 0
        await other.close()

        await more("Slet alt om mig")
        group = log.get_by_role("group").last
        for _ in range(3):  # with a crisis open it is asked once more
            if not await group.is_visible():
                break
            await group.get_by_role("button").first.click()
            await page.wait_for_timeout(900)
        await expect(page.get_by_text("Det er slettet.")).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0
        assert noted == []
