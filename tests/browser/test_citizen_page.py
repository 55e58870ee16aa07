"""Talking on the citizen's page in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.support.citizen_page import citizen

pytestmark = pytest.mark.browser

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
