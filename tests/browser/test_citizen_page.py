"""Stories of the citizen's page in a real browser: talking, losing the line, leaving, and nothing left behind."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.support.browser import Chromium, Visitor, accessibility_problems, visit
from tests.support.player import understanding
from tests.support.site import Site, running_site

pytestmark = pytest.mark.browser

QUESTION = "Hvor tit drikker du noget med alkohol i?"
HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg/onload=window.hit=1>",
    '"><iframe src="javascript:window.hit=1"></iframe>',
    "<a href=javascript:window.hit=1>klik</a>",
    "<style>*{display:none}</style>",
    "<body onload=window.hit=1>",
    "</textarea><script>window.hit=1</script>",
    "{{constructor.constructor('window.hit=1')()}}",
    "javascript:window.hit=1",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
    "<template><script>window.hit=1</script></template>",
    "=cmd|' /C calc'!A0",
    "\u202egnirts\u202c \u2066skjult\u2069 a\u200bb \x07 \ufeffc",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as site:
        yield site


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


async def test_a_whole_talk_by_buttons(chromium, site):
    async with citizen(chromium, site) as one:
        await one.choose("Det handler om mig")
        await expect(one.page.get_by_text("Spørgsmål 1 af 10")).to_be_visible()
        await one.choose("2 til 4 gange om måneden")
        for step in range(2, 11):
            await expect(one.page.get_by_text(f"Spørgsmål {step} af 10")).to_be_visible()
            assert await one.page.get_by_role("progressbar").get_attribute("value") == str(step)
            await one.choose("Hver måned")
        await expect(one.button("Tal med en rådgiver")).to_be_visible()
        await expect(one.page.locator("#progress")).to_be_hidden()
        assert await one.log.locator(".citizen").count() == 11
        assert await one.page.locator(".chosen").count() == 11
        await expect(one.log.get_by_text("sendt", exact=True)).to_have_count(1)
        assert await one.page.evaluate("history.length") <= 2


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


async def test_typed_messages_are_text_and_their_sender_is_named(chromium, site):
    async with citizen(chromium, site) as one:
        await one.write("Jeg hedder <b>ingenting</b>")
        await expect(one.log.get_by_text("Jeg hedder <b>ingenting</b>", exact=True)).to_be_visible()
        senders = await one.log.locator(".from").all_text_contents()
        assert {"Dørtrin, chatbot", "Dig"} == set(senders)
        assert one.site.talk.handled[0].text == "Jeg hedder <b>ingenting</b>"


async def test_hostile_text_is_shown_as_text(chromium, site):
    async with citizen(chromium, site) as one:
        kinds = "[...new Set([...document.querySelectorAll('#log *')].map(node => node.localName))].sort().join(' ')"
        await one.choose("Det handler om mig")
        await expect(one.button("Aldrig")).to_be_visible()
        before = await one.page.evaluate(kinds)
        for at, hostile in enumerate(HOSTILE, start=4):
            await one.write("echo " + hostile)  # the bot says it too, and makes a button of it
            await expect(one.log.locator(".message.bot")).to_have_count(at)
            assert await one.page.evaluate(kinds) == before, hostile
            assert await one.page.evaluate("window.hit") is None, hostile
        shown = "".join(await one.texts())
        assert "<script>window.hit=1</script>" in shown
        assert not re.search("[\u200b-\u200c\u200e-\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08]", shown)
        assert await one.page.locator("script").count() == 2


async def test_numbers_that_we_say_can_be_called(chromium, site):
    async with citizen(chromium, site) as one:
        await expect(one.log.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
        await one.write("echo Ring 70 201 201 eller 82 12 12 12, ikke 1125 eller 3,114")
        numbers = one.log.locator(".bot a[href^='tel:']")
        await expect(numbers).to_have_count(3)
        assert await numbers.all_inner_texts() == ["112", "70 201 201", "82 12 12 12"]
        assert await one.log.locator(".citizen a").count() == 0


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


async def test_an_old_button_sends_its_own_question_and_moves_its_mark_only_if_the_answer_changed(chromium, site):
    async with citizen(chromium, site) as one:
        await one.choose("Det handler om mig")
        await expect(one.button("Aldrig")).to_be_visible()
        await one.page.wait_for_timeout(750)
        await one.log.get_by_role("button", name="En jeg kender").click()
        await expect(one.page.get_by_text("Spørgsmål 2 af 10")).to_be_visible()
        assert [one.site.talk.handled[1].question, one.site.talk.handled[1].option] == ["menu:0", "other"]
        await expect(one.page.locator(".chosen")).to_have_text(["Det handler om mig (valgt)"])


async def test_a_double_press_is_one_answer(chromium, site):
    async with citizen(chromium, site) as one:
        await one.button("Det handler om mig").dblclick()
        await expect(one.button("Aldrig")).to_be_visible()
        assert len(one.site.talk.handled) == 1


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


async def test_too_long_a_text_is_told_before_it_is_sent(chromium, site):
    async with citizen(chromium, site) as one:
        await one.field.fill("x" * 3900)
        await expect(one.page.get_by_text("Du kan skrive 100 tegn mere.")).to_be_visible()
        await one.field.fill("x" * 4001)
        await one.field.press("Enter")
        await expect(one.page.get_by_text("Beskeden er for lang.")).to_be_visible()
        assert site.talk.handled == []


async def test_waiting_and_talking_with_a_person(chromium, site):
    async with citizen(chromium, site) as one:
        await one.button("Tal med et menneske").click()
        await expect(one.page.get_by_text("Du er nummer 2 i køen til en rådgiver.")).to_be_visible()
        (talk,) = site.talk.talks.values()
        site.talk.move(talk.id, "human")
        site.talk.say(talk.id, "Hej, jeg hedder Mette.", sender="counselor")
        await expect(one.log.locator(".counselor .from")).to_have_text("Rådgiver")
        await expect(one.page.get_by_text("Du skriver med en rådgiver.")).to_be_visible()
        await one.page.wait_for_timeout(1000)
        assert talk.seen == len(talk.messages)


async def test_english_and_easy_follow_the_talk(chromium, site):
    async with citizen(chromium, site) as one:
        await one.more("Skriv lettere")
        await expect(one.page.get_by_role("textbox", name="Skriv her")).to_be_visible()
        await one.page.reload()
        await expect(one.page.get_by_role("textbox", name="Skriv her")).to_be_visible()
        (talk,) = site.talk.talks.values()
        site.talk.say(
            talk.id,
            "Who?",
            question="q9",
            choices=[{"id": "me", "label": "Me"}, {"id": "cmd.language", "label": "Dansk"}],
        )
        await expect(one.page.get_by_role("link", name="Leave this page")).to_be_visible()
        assert await one.page.evaluate("document.documentElement.lang") == "en"


# -- leaving --


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
