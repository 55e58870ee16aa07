"""The citizen's page for everybody: by keyboard alone, on any screen, without scripts; nothing for axe to find."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import accessibility_problems, visit
from tests.support.citizen_page import citizen

pytestmark = pytest.mark.browser


async def test_a_whole_talk_by_keyboard_alone(chromium, site):
    async with citizen(chromium, site) as one:
        keys = one.page.keyboard

        async def go_to(name: str, at_most: int = 40) -> None:
            for _ in range(at_most):
                await keys.press("Tab")
                here = "(node => node.localName === 'button' && node.textContent.trim())(document.activeElement)"
                if await one.page.evaluate(here) == name:
                    return
            raise AssertionError(f"{name} cannot be reached")

        await go_to("Det handler om mig")
        assert await one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await keys.press("Enter")
        for step in range(1, 11):
            await expect(one.page.get_by_text(f"Spørgsmål {step} af 10")).to_be_visible()
            # the new question has the focus, so that one Tab leads to its first answer, and Enter alone to none
            await expect(one.log.get_by_role("group").last).to_be_focused()
            await keys.press("Enter")
            await keys.press("Tab")
            await keys.press("Tab")
            await keys.press("Space")
        await expect(one.button("Tal med en rådgiver")).to_be_visible()
        assert await one.log.locator(".citizen").count() == 11
        await one.field.focus()
        await keys.type("Tak for hjælpen")
        await keys.press("Enter")
        await expect(one.log.get_by_text("Tak, fordi du fortæller det.")).to_be_visible()
        await expect(one.field).to_be_focused()
        await go_to("Tal med et menneske", 5)
        await go_to("Mere", 5)
        await keys.press("Enter")
        await expect(one.button("Et skridt tilbage")).to_be_focused()
        await keys.press("Escape")
        await expect(one.button("Mere")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_for_axe_to_find(chromium, site, scheme, width):
    async with citizen(chromium, site, color_scheme=scheme, viewport={"width": width, "height": 800}) as one:
        assert await accessibility_problems(one.page) == []
        await one.choose("Det handler om mig")
        await expect(one.button("Aldrig")).to_be_visible()
        await one.write("Det er svært")
        await expect(one.log.get_by_text("Tak, fordi du fortæller det.")).to_be_visible()
        await one.button("Mere").click()
        assert await accessibility_problems(one.page) == []
        await one.button("Skriv lettere").click()
        await expect(one.page.locator("html[data-easy]")).to_be_visible()
        await one.page.get_by_text("Flere numre").click()
        assert await accessibility_problems(one.page) == []
        await one.more("Vis min kode")
        assert await accessibility_problems(one.page) == []
        await one.button("Luk").click()
        await one.more("Jeg har en kode")
        assert await accessibility_problems(one.page) == []


@pytest.mark.parametrize("size", [(320, 640), (320, 256), (390, 844), (1280, 800)])
async def test_nothing_is_cut_off_sideways_and_everything_is_big_enough_to_press(chromium, site, size):
    async with citizen(chromium, site, viewport={"width": size[0], "height": size[1]}) as one:
        await one.choose("Det handler om mig")
        await one.write("Donaudampfschifffahrtsgesellschaft" * 6)
        await expect(one.log.get_by_text("Tak, fordi du fortæller det.")).to_be_visible()
        await one.button("Mere").click()
        assert await one.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        small = await one.page.evaluate(
            """[...document.querySelectorAll('button, summary, .exit, .help > a')]
            .filter(node => node.checkVisibility())
            .filter(node => node.getBoundingClientRect().height < 43.9).map(node => node.textContent)"""
        )
        assert small == []


async def test_before_any_script_the_numbers_are_there(chromium, site):
    async with visit(chromium, java_script_enabled=False) as visitor:
        page = await visitor.context.new_page()
        await page.goto(site.url)
        await expect(page.get_by_role("link", name="Akut fare? Ring 112")).to_have_attribute("href", "tel:112")
        await page.get_by_text("Flere numre").click()
        await expect(page.get_by_role("link", name="Livslinien 70 201 201").first).to_be_visible()
        # this browser's way to switch scripts off leaves <noscript> unread, so its words are read here
        assert "Chatten kan ikke vises i din browser." in await page.locator("noscript").text_content()
        await expect(page.get_by_role("link", name="Forlad siden")).to_have_attribute("href", "https://www.dr.dk")
