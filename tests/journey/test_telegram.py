"""The whole way on Telegram, against a Bot API that holds every call to the published rules, and a killed server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.bot_api import TOKEN, BotApi, Person, bot_api
from tests.support.browser import visit
from tests.support.office_page import LONG, answers, sign_in
from tests.support.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]  # two at once on a busy machine

SECRET = "min hemmelighed er en solsort"
SECONDS = 60.0


class Citizen:
    """Somebody in a private chat with the bot."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.person = Person(api, 1001)

    async def press(self, label: str) -> None:
        """A button of the last question, as soon as that stands; `label` is a pattern of the whole label."""

        def shown() -> str | None:
            if not self.api.shown.get(self.person.id):
                return None
            return next((name for name in self.person.last().buttons if re.fullmatch(label, name)), None)

        await self.api.until(shown, seconds=SECONDS)
        asked, name = self.person.last(), shown()
        assert name is not None
        self.api.put(self.person.presses(name, asked))
        await self.api.until(lambda: self.person.last().id > asked.id and not asked.buttons, seconds=SECONDS)

    def write(self, text: str) -> None:
        self.api.put(self.person.writes(text))

    async def is_told(self, text: str, *, times: int = 1) -> None:
        await self.api.until(lambda: self.told(text) >= times, seconds=SECONDS)

    def told(self, text: str) -> int:
        return sum(text in said for said in self.api.texts(self.person.id))


async def test_from_the_first_start_to_nothing_left(chromium, tmp_path: Path) -> None:
    async with bot_api() as api:
        bot = {"TOKEN": TOKEN, "API": api.url, "EVERY": "0.05"}  # how it is paced is tested elsewhere
        town = Town(tmp_path, **{f"DOERTRIN_TELEGRAM_{name}": value for name, value in bot.items()})
        citizen = Citizen(api)
        with town.server as server:
            await server.ready()
            async with visit(chromium, viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as office:
                desk = await office.context.new_page()
                await sign_in(desk, server.url, await town.hire("mette"))

                citizen.write("/start")
                await citizen.is_told("Telegram ved, hvem du er")
                for label in ("Det handler om mig", "Se på, hvor meget jeg drikker", "26 år eller mere"):
                    await citizen.press(label)
                for label in ("2-4 gange om måneden", "5-6", "Hver måned"):
                    await citizen.press(label)
                await citizen.is_told("Må jeg vise dig, hvad dine svar kan betyde?")
                await citizen.press("Ja")
                await citizen.is_told("Lagt sammen giver det 6.")
                await citizen.press("Ja")
                await citizen.press("Ja, brug dem")
                for _ in range(4):
                    await citizen.press("Sjældnere end hver måned")
                old = citizen.person.last()
                buttons = dict(old.buttons)
                await citizen.press("Sjældnere end hver måned")
                await citizen.press("Nej")
                await citizen.press("Nej")
                await citizen.is_told("Lagt sammen giver det 11.")
                assert citizen.told("Hvor tit drikker du alkohol?") == 1

                worse = api.message_of(citizen.person.id, old)
                api.put(citizen.person.pressing(buttons["Hver dag eller næsten hver dag"], worse))
                await citizen.is_told("Lagt sammen giver det 14.")
                citizen.write(SECRET)
                await citizen.press("Sådan får jeg en tid")
                await citizen.press("Ja, det vil jeg gerne")
                await citizen.press(".*klokken.*")
                await citizen.press("Ja, book tiden")
                await citizen.is_told("Koden til din tid er")
                await citizen.press("Nej")

                citizen.write("/menneske")
                await citizen.press("Ja")
                await expect(desk.get_by_text("1 venter")).to_be_visible(timeout=LONG)
                await desk.get_by_role("button", name="Tag den næste").click()
                talk = desk.get_by_role("log")
                await expect(talk.get_by_text(SECRET).first).to_be_visible(timeout=LONG)
                await answers(desk, "Hej. Jeg hedder Mette.")
                await citizen.is_told("Hej. Jeg hedder Mette.")

                server.kill()
                citizen.write("skrevet mens den var væk")
                await answers(desk, "Svaret mens den var væk")
                server.start()
                await server.ready()
                for text in ("skrevet mens den var væk", "Svaret mens den var væk"):
                    await expect(talk.get_by_text(text, exact=True)).to_have_count(1, timeout=LONG)
                await citizen.is_told("Svaret mens den var væk")
                assert citizen.told("Svaret mens den var væk") == 1

                await desk.get_by_role("button", name="Tilbage til botten").click()
                await expect(desk.get_by_text("Samtalen er givet tilbage til botten.")).to_be_visible(timeout=LONG)
                citizen.write("/slet")
                await citizen.press("Ja.*")
            server.stop()
        town.holds_nothing_of(SECRET)
        assert api.broken == []
