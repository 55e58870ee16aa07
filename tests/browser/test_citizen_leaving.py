"""Leaving the citizen's page: quickly, by erasing, by being away; nothing is left behind."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect

from tests.support.browser import visit
from tests.support.citizen_page import Citizen, citizen

pytestmark = pytest.mark.browser


async def _neutral(route: Route) -> None:
    await route.fulfill(body="<title>nyheder</title>", content_type="text/html")


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_leaving_quickly_leaves_nothing(chromium, site, way):
    async with visit(chromium, reduced_motion="reduce") as visitor:
        await visitor.context.route("https://www.dr.dk/**", _neutral)
        page = await visitor.context.new_page()
        await page.goto(f"{site.url}/robots.txt")
        one = Citizen(visitor, site, page)
        await one.open()
        await one.write("kanariefugl")
        await expect(one.log.get_by_text("Tak, fordi du fortæller det.")).to_be_visible()
        length = await page.evaluate("history.length")
        async with page.expect_request(lambda request: request.url.endswith("/forlad")):
            if way == "button":
                await page.get_by_role("link", name="Forlad siden").click()
            else:
                for _ in range(3):
                    await page.keyboard.press("Shift")
        await page.wait_for_url("https://www.dr.dk/**")
        assert await page.evaluate("history.length") == length
        await page.go_back()
        assert page.url == f"{site.url}/robots.txt"
        await page.goto(site.url)
        await expect(page.get_by_role("button", name="Det handler om mig")).to_be_visible()
        assert "kanariefugl" not in await page.content()
        assert len(site.talk.talks) == 2
        assert await page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
        assert await page.evaluate("caches.keys().then(keys => keys.length)") == 0
        assert [url for url in visitor.outside if not url.startswith("https://www.dr.dk")] == []
        visitor.outside.clear()


async def test_writing_in_capitals_does_not_leave(chromium, site):
    async with citizen(chromium, site) as one:
        await one.field.focus()
        for letter in "HEJ MED DIG":
            await one.page.keyboard.press(f"Shift+{letter}" if letter != " " else "Space")
        await expect(one.field).to_have_value("HEJ MED DIG")


async def test_erasing_empties_the_page(chromium, site):
    async with citizen(chromium, site) as one:
        await one.more("Slet alt om mig")
        await one.choose("Ja, slet alt")
        await expect(one.page.get_by_text("Det er slettet.")).to_be_visible()
        assert await one.page.evaluate("sessionStorage.length") == 0
        assert await one.log.locator(".message").count() == 0
        await one.button("Begynd en ny samtale").click()
        await expect(one.button("Det handler om mig")).to_be_visible()
        assert len(site.talk.talks) == 2


async def test_ten_idle_minutes_empty_the_page_after_a_warning(chromium, site):
    async with visit(chromium, reduced_motion="reduce") as visitor:
        page = await visitor.context.new_page()
        await page.clock.install()
        one = Citizen(visitor, site, page)
        await one.open()
        code = await one.code()
        await page.clock.run_for("09:10")
        await expect(page.get_by_role("alert").filter(has_text="Er du her stadig?")).to_be_visible()
        await one.button("Ja, jeg er her").click()
        await expect(page.get_by_text("Er du her stadig?")).to_be_hidden()
        await page.clock.run_for("10:06")
        await expect(page.get_by_text("Du har været væk lidt.")).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0
        assert await one.log.locator(".message").count() == 0
        await one.button("Jeg har en kode").click()
        await page.get_by_label("Skriv din kode").fill(code)
        await one.button("Fortsæt").click()
        await expect(one.button("Det handler om mig")).to_be_visible()
        assert len(site.talk.talks) == 1
