"""A citizen books a time in a real browser and takes it home as a calendar file; with the code, from a second one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import icalendar
import pytest
from playwright.async_api import Page, expect

from tests.support.browser import accessibility_problems, visit
from tests.support.whole import whole_service

pytestmark = pytest.mark.browser


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with whole_service(tmp_path, demo=True) as served:
        yield f"{served}/"


async def choose(page: Page, name: str | re.Pattern[str]) -> None:
    await page.get_by_role("log").get_by_role("group").last.get_by_role("button", name=name).first.click()


async def test_a_time_is_booked_and_fetched_and_moved_with_its_code(chromium, url):
    async with visit(chromium, reduced_motion="reduce", viewport={"width": 390, "height": 844}) as visitor:
        page = await visitor.context.new_page()
        await page.goto(url)
        await choose(page, "Det handler om mig")
        await choose(page, "Sådan får jeg en tid")
        await choose(page, "Ja, det vil jeg gerne")
        await choose(page, "26 år eller mere")
        await expect(page.get_by_text("Du bad om hjælp")).to_be_visible()
        await choose(page, re.compile("klokken"))
        await choose(page, "Ja, book tiden")
        done = await page.get_by_text("Koden til din tid er").inner_text()
        [code] = re.findall(r"\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b", done)
        await choose(page, "Nej")
        link = page.get_by_role("log").get_by_role("link", name="/t/kolding/aftale")
        async with visitor.context.expect_page() as opened:
            await link.click()
        calendar = await opened.value
        await expect(calendar.get_by_role("heading")).to_have_text("Læg din tid i kalenderen")
        assert await accessibility_problems(calendar) == []
        await calendar.get_by_label("Din kode").fill("0000-0000-0000")
        await calendar.get_by_role("button").click()
        await expect(calendar.get_by_role("alert")).to_contain_text("Vi kan ikke finde en tid med den kode lige nu.")
        assert await accessibility_problems(calendar) == []
        await calendar.get_by_label("Din kode").fill(code.lower())
        async with calendar.expect_download() as downloading:
            await calendar.get_by_role("button").click()
        file = await downloading.value
        assert file.suggested_filename == "aftale.ics"
        body = await asyncio.to_thread(Path(await file.path()).read_bytes)
        [event] = icalendar.Calendar.from_ical(body).walk("VEVENT")
        assert str(event["summary"]) == "Aftale"
        assert code not in calendar.url

    async with visit(chromium, reduced_motion="reduce") as visitor:
        page = await visitor.context.new_page()
        await page.goto(url)
        await choose(page, "Det handler om mig")
        await choose(page, "Sådan får jeg en tid")
        await choose(page, "Jeg har en tid og en kode")
        await page.get_by_role("textbox", name="Skriv en besked").fill(code)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Du har en tid")).to_be_visible(timeout=20_000)
        await choose(page, "Flytte tiden")
        await choose(page, re.compile("klokken"))
        await choose(page, "Ja, flyt tiden")
        await expect(page.get_by_text("Din tid er flyttet til")).to_be_visible()
