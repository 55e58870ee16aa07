"""Takes the pictures of every page for the docs: `python -m tests.support.pictures`, after a change one can see.

Everything in them is made up: the service of the tests, in memory, with citizens of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page

from bot.clock import SystemClock
from bot.staff import Role
from content.plans import Plan
from tests.support.browser import Chromium, visit
from tests.support.console import House, running_house

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SIZES = {"desktop": DESKTOP, "phone": PHONE}

EVENINGS = Plan(
    id="", days=("tue", "thu"), start="16:00", end="19:00", minutes=60, who="Aftenrådgiver", place="Samtalerum 2"
)

DIARY = (
    *(("Det handler om mig", "Hvad vil du gerne?"), ("min dagbog", "Hvor gammel er du?")),
    ("26 år eller mere", "Hvilken dag vil du skrive om?"),
    *(("I går", "Hvad brugte du"), ("Alkohol", "Hvor mange genstande?"), ("fem øl", "Hvad vil du nu?")),
    *(("Skrive mere", "Hvilken dag vil du skrive om?"), ("I dag", "Hvad brugte du")),
    *(("Alkohol", "Hvor mange genstande?"), ("en halv flaske vin", "Hvad vil du nu?")),
)
"""What the citizen writes, and what is asked then."""

Walk = Callable[[House, Page], Awaitable[None]]


async def _citizen_books(house: House, page: Page) -> None:
    await page.goto(house.url.removesuffix("console"))
    for name in ("Det handler om mig", "Sådan får jeg en tid", "Ja, det vil jeg gerne", "26 år eller mere"):
        await page.get_by_role("log").get_by_role("group").last.get_by_role("button", name=name).first.click()
    await page.get_by_text("Her er de første ledige tider").wait_for()


async def _citizen_keeps_a_diary(house: House, page: Page) -> None:
    await page.goto(house.url.removesuffix("console"))
    for said, asked in DIARY:
        await page.get_by_role("textbox").fill(said)
        await page.keyboard.press("Enter")
        await page.get_by_role("log").get_by_text(asked).last.wait_for()
        await page.get_by_role("log").get_by_role("group").last.get_by_role("button").first.wait_for()
    await page.get_by_role("log").get_by_role("img").last.scroll_into_view_if_needed()


async def _citizen_reads_easily(house: House, page: Page) -> None:
    await page.goto(house.url.removesuffix("console"))
    await page.get_by_role("group").last.get_by_role("button", name="Det handler om mig").wait_for()
    await page.locator("textarea").fill("let dansk")
    await page.keyboard.press("Enter")
    await page.get_by_text("Nu skriver jeg let dansk").wait_for()
    for name in ("Det handler om mig", "Om mig og alkohol"):
        await page.get_by_role("log").get_by_role("group").last.get_by_role("button", name=name).first.click()
    await page.get_by_text("Det her skal vi:").wait_for()


async def _calendar(house: House, page: Page) -> None:
    await page.goto(f"{house.url.removesuffix('console')}t/kolding/aftale")


async def _sign_in(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/sign-in")


async def _begin(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/begin")


async def _queue(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/queue")
    await page.get_by_text("Forbundet").wait_for(state="attached")


async def _talk(house: House, page: Page) -> None:
    await _queue(house, page)
    await page.get_by_role("button", name=re.compile("^Tag nummer")).last.click()
    await page.get_by_text("Du har samtalen").wait_for()
    await page.get_by_label("Skriv til borgeren").fill("Hej. Jeg er et menneske, og jeg har læst det, du skrev.")
    await page.keyboard.press("Enter")
    await page.get_by_role("log").get_by_text("Jeg er et menneske").wait_for()


async def _sparring(house: House, page: Page) -> None:
    await _queue(house, page)
    await page.get_by_role("button", name=re.compile("^Tag nummer")).last.click()
    await page.get_by_text("Du har samtalen").wait_for()
    await page.goto(f"{page.url.partition('?')[0]}/sparring")


async def _week(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/bookings")
    await page.get_by_role("link", name="Næste").click()


async def _plans(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/plans")


async def _people(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/people")


async def _audit(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/audit")


async def _account(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/account")


PAGES: dict[str, tuple[Role | None, Walk]] = {
    "booking": (None, _citizen_books),
    "easy": (None, _citizen_reads_easily),
    "diary": (None, _citizen_keeps_a_diary),
    "calendar": (None, _calendar),
    "console-sign-in": (None, _sign_in),
    "console-begin": (None, _begin),
    "console-queue": (Role.COUNSELOR, _queue),
    "console-talk": (Role.COUNSELOR, _talk),
    "console-sparring": (Role.COUNSELOR, _sparring),
    "console-week": (Role.COORDINATOR, _week),
    "console-plans": (Role.COORDINATOR, _plans),
    "console-people": (Role.ADMIN, _people),
    "console-audit": (Role.ADMIN, _audit),
    "console-account": (Role.COUNSELOR, _account),
}
"""Name of the picture, who is signed in, and how one gets there."""


@asynccontextmanager
async def _filled() -> AsyncIterator[tuple[House, dict[Role, str]]]:
    """A house with citizens who wait, and the session of somebody in each role."""
    async with running_house(clock=SystemClock()) as house:
        await house.run.bookings.keep_slots()
        await house.run.bookings.add_plan("kolding", EVENINGS)
        names = {Role.COUNSELOR: "mette", Role.COORDINATOR: "omar", Role.ADMIN: "lis"}
        sessions = {role: await house.staffed.hire(name, role=role) for role, name in names.items()}
        await house.citizen("jeg drikker for meget hver weekend, og det er svært at holde igen")
        await house.citizen("jeg kan ikke holde det ud mere, jeg tænker på at tage mit eget liv")
        await house.citizen("min søn på 17 ryger hash hver dag, og jeg hedder Karen Jensen")
        yield house, sessions


async def main() -> None:
    """Every page, on a desktop and on a phone."""
    chromium = Chromium()
    try:
        for size, viewport in SIZES.items():
            async with _filled() as (house, sessions):
                for name, (role, walk) in PAGES.items():
                    async with visit(chromium, viewport=viewport, reduced_motion="reduce") as visitor:
                        if role is not None:
                            await visitor.context.add_cookies(
                                [{"name": "doertrin", "value": sessions[role], "url": house.url}]
                            )
                        page = await visitor.context.new_page()
                        await walk(house, page)
                        await page.screenshot(path=FOLDER / f"{name}-{size}.png")
    finally:
        chromium.close()


if __name__ == "__main__":
    asyncio.run(main())
