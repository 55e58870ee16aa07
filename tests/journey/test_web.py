"""The whole way on the web, real server and real windows: screened, booked, talked to, killed, resumed, erased."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.browser import visit
from tests.support.office_page import LONG, answers, sign_in
from tests.support.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]  # two at once on a busy machine

PHONE = {"width": 390, "height": 844}
SECRET = "min hemmelighed er en kanariefugl"


class Citizen:
    """Somebody at the page; what they press stands under the last question."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")

    async def press(self, name: str | re.Pattern[str]) -> None:
        group = self.log.get_by_role("group").last
        await group.get_by_role("button", name=name, exact=isinstance(name, str)).first.click(timeout=LONG)

    async def command(self, name: str) -> None:
        await self.page.get_by_role("button", name="Mere", exact=True).click()
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def write(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="Skriv en besked").fill(text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str | re.Pattern[str], *, times: int = 1) -> None:
        await expect(self.log.get_by_text(text)).to_have_count(times, timeout=LONG)


async def screened(citizen: Citizen) -> None:
    """AUDIT-C, then AUDIT without being asked the first three again; a corrected answer gives a new result."""
    await citizen.press("Det handler om mig")
    await citizen.press("Se på, hvor meget jeg drikker")
    await citizen.press("26 år eller mere")
    await citizen.press("2-4 gange om måneden")
    await citizen.press("5-6")
    await citizen.press("Hver måned")
    await citizen.sees("Må jeg vise dig, hvad dine svar kan betyde?")
    await citizen.press("Ja")
    await citizen.sees("Lagt sammen giver det 6.")
    await citizen.press("Ja")
    await citizen.press("Ja, brug dem")
    for _ in range(5):
        await citizen.press("Sjældnere end hver måned")
    await citizen.press("Nej")
    await citizen.press("Nej")
    await citizen.sees("Lagt sammen giver det 11.")
    await citizen.sees("Hvor tit drikker du alkohol?")
    await citizen.write(SECRET)
    await citizen.sees("Hvad vil du nu?")
    await citizen.command("Ret et svar")
    await citizen.press("Sjældnere end hver måned")
    await citizen.press("Hver dag eller næsten hver dag")
    await citizen.sees("Lagt sammen giver det 14.")


async def booked(citizen: Citizen) -> str:
    """A time for the first talk; gives its code."""
    await citizen.press("Sådan får jeg en tid")
    await citizen.press("Ja, det vil jeg gerne")
    await citizen.sees(re.compile("Du bad om hjælp"))
    await citizen.press(re.compile("klokken"))
    await citizen.press("Ja, book tiden")
    done = await citizen.log.get_by_text("Koden til din tid er").inner_text(timeout=LONG)
    [code] = re.findall(r"\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b", done)
    await citizen.press("Nej")
    return str(code)


def count(log: Locator, text: str) -> Locator:
    return log.get_by_text(text, exact=True)


async def test_from_the_first_hello_to_nothing_left(chromium, tmp_path: Path) -> None:
    town = Town(tmp_path)
    with town.server as server:
        await server.ready()
        async with (
            visit(chromium, viewport=PHONE, reduced_motion="reduce") as home,
            visit(chromium, viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as office,
        ):
            desk = await office.context.new_page()
            await sign_in(desk, server.url, await town.hire("mette"))
            await expect(desk.get_by_text("Ingen venter lige nu.")).to_be_visible()

            citizen = Citizen(await home.context.new_page())
            await citizen.page.goto(server.url)
            await screened(citizen)
            await booked(citizen)
            await citizen.write("jeg vil gerne tale med et menneske")
            await citizen.press("Ja")

            await expect(desk.get_by_text("1 venter")).to_be_visible(timeout=LONG)
            await desk.get_by_role("button", name="Tag den næste").click()
            talk = desk.get_by_role("log")
            await expect(talk.get_by_text(SECRET)).to_be_visible(timeout=LONG)
            await answers(desk, "Hej. Jeg hedder Mette.")
            await citizen.sees("Hej. Jeg hedder Mette.")
            await citizen.write("godt at høre fra dig")
            await expect(count(talk, "godt at høre fra dig")).to_have_count(1, timeout=LONG)

            server.kill()
            await citizen.write("skrevet mens den var væk")
            await answers(desk, "Svaret mens den var væk")
            server.start()
            await server.ready()
            for text in ("skrevet mens den var væk", "Svaret mens den var væk", "godt at høre fra dig"):
                await expect(count(talk, text)).to_have_count(1, timeout=LONG)
                await expect(count(citizen.log, text)).to_have_count(1, timeout=LONG)

            await desk.get_by_role("button", name="Tilbage til botten").click()
            await expect(desk.get_by_text("Samtalen er givet tilbage til botten.")).to_be_visible(timeout=LONG)
            await expect(citizen.log.get_by_role("group").last.get_by_role("button").first).to_be_enabled(timeout=LONG)

            code = await citizen.page.evaluate("JSON.parse(sessionStorage.getItem('chat')).code")
            elsewhere = Citizen(await home.context.new_page())
            await elsewhere.page.goto(server.url)
            await elsewhere.command("Jeg har en kode")
            await elsewhere.page.get_by_label("Skriv din kode").fill(code)
            await elsewhere.page.keyboard.press("Enter")
            await expect(elsewhere.log.get_by_text(SECRET).first).to_be_visible(timeout=LONG)

            await elsewhere.command("Slet alt om mig")
            await elsewhere.press(re.compile("^Ja"))
            await expect(elsewhere.page.get_by_text(SECRET)).to_have_count(0, timeout=LONG)
        server.stop()
    town.holds_nothing_of(SECRET)
