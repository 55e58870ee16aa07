"""The citizen's page when the line, the server or the database is away: nothing is lost, and danger is answered."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.citizen_page import citizen
from tests.support.player import understanding

pytestmark = pytest.mark.browser


async def test_reloading_in_the_middle_resumes(chromium, site):
    async with citizen(chromium, site) as one:
        await one.choose("Det handler om mig")
        await one.choose("Aldrig")
        await expect(one.page.get_by_text("Spørgsmål 2 af 10")).to_be_visible()
        before = await one.texts()
        await one.page.reload()
        await expect(one.page.get_by_text("Spørgsmål 2 af 10")).to_be_visible()
        assert await one.texts() == before
        assert await one.page.locator(".chosen").all_text_contents() == [
            "Det handler om mig (valgt)",
            "Aldrig (valgt)",
        ]
        assert len(one.site.talk.talks) == 1


async def test_two_windows_one_code(chromium, site):
    async with citizen(chromium, site) as one, citizen(chromium, site) as two:
        await one.choose("Det handler om mig")
        await one.more("Vis min kode")
        code = (await one.page.locator("#code").inner_text()).strip()
        await one.button("Luk").click()
        await two.more("Jeg har en kode")
        await two.page.get_by_label("Skriv din kode").fill("0000-0000-0000-0000")
        await two.button("Fortsæt").click()
        await expect(two.page.get_by_role("alert").filter(has_text="Den kode kender vi ikke.")).to_be_visible()
        await two.page.get_by_label("Skriv din kode").fill(code.lower().replace("-", " "))
        await two.button("Fortsæt").click()
        await expect(two.button("Aldrig")).to_be_visible()
        await two.choose("Aldrig")
        await expect(one.page.get_by_text("Spørgsmål 2 af 10")).to_be_visible()
        await one.write("Hej fra den ene")
        await expect(two.log.get_by_text("Hej fra den ene")).to_be_visible()
        await expect(two.log.get_by_text("Tak, fordi du fortæller det.")).to_be_visible()
        assert await one.texts() == await two.texts()


async def test_offline_and_back_loses_nothing(chromium, site):
    async with citizen(chromium, site) as one:
        await one.visitor.context.set_offline(True)
        await expect(one.page.get_by_text("Der er ingen forbindelse.")).to_be_visible()
        await one.write("Skrevet uden forbindelse")
        await one.write("Og en til")
        await expect(one.log.get_by_text("venter på forbindelse")).to_have_count(2)
        assert one.site.talk.handled == []
        await one.visitor.context.set_offline(False)
        await expect(one.log.get_by_text("Tak, fordi du fortæller det.")).to_have_count(2)
        assert [each.text for each in one.site.talk.handled] == ["Skrevet uden forbindelse", "Og en til"]
        await expect(one.page.get_by_text("Forbindelsen er tilbage.")).to_be_visible()
        one.said.clear()  # the browser itself notes the lost line


async def test_a_message_is_sent_only_once_it_is_stored(chromium, site):
    async with citizen(chromium, site) as one:
        site.talk.down = True
        await one.write("Vigtigt")
        await expect(
            one.page.get_by_role("status").filter(has_text="Vi kan ikke gemme din besked lige nu.")
        ).to_be_visible()
        await expect(one.log.get_by_text("venter på forbindelse")).to_be_visible()
        await expect(one.log.get_by_text("sendt", exact=True)).to_have_count(0)
        site.talk.down = False
        await expect(one.log.get_by_text("sendt", exact=True)).to_be_visible(timeout=8000)
        assert len({each.id for each in site.talk.handled}) == 1


async def test_a_danger_is_answered_though_it_cannot_be_stored(chromium, site):
    site.hear = understanding()
    async with citizen(chromium, site) as one:
        site.talk.down = True
        await one.write("min ven vågner ikke og hans læber er blå")
        told = one.page.get_by_role("status").filter(has_text="Giv hjertemassage")
        await expect(told).to_be_visible()
        await expect(told).to_contain_text("Giftlinjen: 82 12 12 12")
        site.talk.down = False
        await expect(one.log.get_by_text("sendt", exact=True)).to_be_visible(timeout=8000)


async def test_a_server_that_restarts_is_found_again(chromium, site):
    async with citizen(chromium, site) as one:
        await one.choose("Det handler om mig")
        await expect(one.button("Aldrig")).to_be_visible()
        for device in list(site.devices()):
            device.close(1012)
        await one.choose("Aldrig")
        await expect(one.page.get_by_text("Spørgsmål 2 af 10")).to_be_visible()
        assert len(await one.texts()) == len(set(await one.texts())) + 0
