"""A counselor's day in a real browser: signing in, the queue, a talk with a citizen's page, desktop and phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pyotp
import pytest
from playwright.async_api import Page, expect

from bot.clock import SystemClock
from bot.staff import Actor, Role
from tests.support.browser import accessibility_problems, visit
from tests.support.console import House, running_house
from tests.support.staffed import PASSWORD

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
NASTY = '</textarea><img src=x onerror="document.title=1"><script>document.title=1</script>'


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with running_house(clock=SystemClock()) as running:
        yield running


@asynccontextmanager
async def at_work(
    chromium, house: House, name: str = "mette", viewport=DESKTOP, role: Role = Role.COUNSELOR, refused: int = 0
) -> AsyncIterator[Page]:
    """A page of somebody who is signed in; it must keep within its policy and write nothing to the browser's log
    but that `refused` forms were."""
    token = await house.staffed.hire(name, role=role)
    noted: list[str] = []
    async with visit(chromium, viewport=viewport, reduced_motion="reduce") as visitor:
        await visitor.context.add_cookies([{"name": "doertrin", "value": token, "url": house.url}])
        page = await visitor.context.new_page()
        page.on("console", lambda message: noted.append(message.text))
        yield page
    told = [line for line in noted if "ERR_INTERNET_DISCONNECTED" not in line]
    assert [line for line in told if "status of 422" not in line] == []
    assert len(told) == refused


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_from_the_invitation_to_the_queue_by_keyboard_alone(chromium, house):
    invitation = await house.staffed.staff.add(
        tenant="kolding", name="mette", shown="Mette", role=Role.COUNSELOR, by="test"
    )
    async with visit(chromium, viewport=PHONE) as visitor:
        page = await visitor.context.new_page()
        await page.goto(f"{house.url}/begin")
        assert await accessibility_problems(page) == []
        await page.get_by_label("Brugernavn").fill("mette")
        await page.get_by_label("Koden fra invitationen").fill(invitation)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("img", name="Billede med nøglen")).to_be_visible()
        assert await accessibility_problems(page) == []
        assert await fits(page)
        secret = (await page.locator("p.code").inner_text()).replace(" ", "")
        await page.get_by_label("2. Vælg en adgangskode").fill(PASSWORD)
        await page.get_by_label("3. Skriv de seks cifre").fill(pyotp.TOTP(secret).now())
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Køen")).to_be_visible()
        await page.get_by_role("button", name="Log ud").click()
        await expect(page.get_by_role("heading", name="Log ind")).to_be_visible()
        assert await accessibility_problems(page) == []
        await page.go_back()
        await expect(page.get_by_role("heading", name="Køen")).to_have_count(0)


async def test_a_citizen_and_a_counselor_write_to_each_other(chromium, house):
    async with (
        at_work(chromium, house) as desk,
        visit(chromium, viewport={"width": 390, "height": 844}, reduced_motion="reduce") as visitor,
    ):
        await desk.goto(f"{house.url}/queue")
        await expect(desk.get_by_text("Forbundet")).to_be_attached()
        await expect(desk.get_by_text("Ingen venter lige nu.")).to_be_visible()
        citizen = await visitor.context.new_page()
        await citizen.goto(house.url.removesuffix("console"))
        log = citizen.get_by_role("log")
        await log.get_by_role("button", name="Det handler om mig", exact=True).click()
        field = citizen.get_by_role("textbox", name="Skriv en besked")
        await field.fill("jeg hedder Karen Jensen, og mit nummer er 20 30 40 50")
        await citizen.keyboard.press("Enter")
        await field.fill("jeg vil tale med et menneske")
        await citizen.keyboard.press("Enter")
        await log.get_by_role("button", name="Ja", exact=True).last.click()
        await expect(desk.get_by_text("1 venter")).to_be_visible()
        assert await accessibility_problems(desk) == []
        await desk.keyboard.press("Alt+n")
        await expect(desk.get_by_text("Du har samtalen")).to_be_visible()
        talk = desk.get_by_role("log")
        await expect(talk.get_by_text("telefonnummer")).to_be_visible()
        await expect(talk.get_by_text("20 30 40 50")).to_have_count(0)
        await talk.get_by_role("button", name="Vis skjulte personoplysninger").first.click()
        await expect(talk.get_by_text("20 30 40 50")).to_be_visible()

        await desk.get_by_label("Skriv til borgeren").fill("Hej Karen. Jeg er et menneske.")
        await desk.keyboard.press("Enter")
        await expect(log.get_by_text("Hej Karen. Jeg er et menneske.")).to_be_visible()
        await expect(talk.get_by_text("læst", exact=True).last).to_be_visible()
        await field.press_sequentially("tak ", delay=5)
        await expect(desk.get_by_text("Borgeren skriver …")).to_be_visible()
        await field.fill(f"tak {NASTY}")
        await citizen.keyboard.press("Enter")
        await expect(talk.get_by_text("</textarea>")).to_be_visible()
        assert await desk.title() != "1"
        assert await talk.locator("img, script").count() == 0
        assert await accessibility_problems(desk) == []

        await desk.get_by_role("button", name="Tilbage til botten").click()
        await expect(desk.get_by_text("Samtalen er givet tilbage til botten.")).to_be_visible()


async def test_a_talk_on_a_narrow_phone(chromium, house):
    talk = await house.citizen("jeg drikker for meget hver weekend")
    async with at_work(chromium, house, viewport=PHONE) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name=re.compile("Tag nummer 1")).click()
        await expect(page.get_by_role("log").get_by_text("jeg drikker for meget")).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_role("button", name="Mere: Noter og handlinger").click()
        await page.get_by_label("Ny note").fill(NASTY)
        await page.get_by_role("button", name="Gem note").click()
        await expect(page.get_by_text("</textarea>")).to_be_visible()
        [mette] = await house.staffed.staff.members("kolding")
        await house.run.desk.add_note(Actor(id=mette.id, tenant="kolding", role=mette.role), talk, "fra en anden skærm")
        await expect(page.get_by_text("fra en anden skærm")).to_be_visible()
        await expect(page.locator("#notes li")).to_have_count(2)
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_role("button", name="Goddag").click()
        await expect(page.get_by_label("Skriv til borgeren")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log").get_by_text("sendt", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Mere: Noter og handlinger").click()
        await page.get_by_text("Afslut samtalen").first.click()
        await page.get_by_label("Hvad handlede det om?").select_option("Samtalen var slut")
        await page.get_by_label("Hvad kom der ud af det?").select_option("Råd givet")
        await page.get_by_role("button", name="Afslut samtalen").click()
        await expect(page.get_by_text("Samtalen er afsluttet.")).to_be_visible()
    assert (await house.run.conversations.state(talk))["state"] == "closed"


async def test_cut_off_and_back_nothing_is_lost_or_doubled_and_a_draft_stays(chromium, house):
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with at_work(chromium, house) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        await expect(page.get_by_text("Du har samtalen")).to_be_visible()
        await page.get_by_label("Skriv til borgeren").press_sequentially("jeg skriver lige")
        await expect(page.get_by_text("Kladden er gemt")).to_be_visible()
        await page.reload()
        await expect(page.get_by_label("Skriv til borgeren")).to_have_value("jeg skriver lige")
        await expect(page.get_by_text("Forbundet")).to_be_attached()

        await page.context.set_offline(True)
        for socket in list(house.app_sockets()):
            await socket.close()
        await page.get_by_label("Skriv til borgeren").fill("sendt uden net")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("sender …")).to_be_visible()
        for n in range(3):
            await house.writes(talk, f"imens {n}")
        await page.context.set_offline(False)
        log = page.get_by_role("log")
        await expect(log.get_by_text("sendt uden net")).to_have_count(1)
        await expect(log.get_by_text("sendt", exact=True)).to_be_visible()
        for n in range(3):
            await expect(log.get_by_text(f"imens {n}")).to_have_count(1)
    assert [text for _, text in await house.reads(talk)].count("sendt uden net") == 1


async def test_what_was_sent_leaves_no_draft_and_what_is_left_in_a_hurry_does(chromium, house):
    await house.citizen("jeg vil gerne tale med nogen")
    async with at_work(chromium, house, viewport=PHONE) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        field = page.get_by_label("Skriv til borgeren")
        await field.fill("første")
        await expect(page.get_by_text("Kladden er gemt")).to_be_visible()
        await field.fill("første linje")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log").get_by_text("sendt", exact=True)).to_be_visible()
        await page.reload()
        await expect(field).to_have_value("")
        await field.fill("og så gik jeg")
        await page.get_by_role("link", name="Til køen").click()
        await page.get_by_role("link", name="Åbn samtalen").click()
        await expect(field).to_have_value("og så gik jeg")


async def test_a_talk_that_is_lost_is_said_where_the_counselor_stands(chromium, house):
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with at_work(chromium, house) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        await expect(page.get_by_label("Skriv til borgeren")).to_be_focused()
        mette = (await house.staffed.staff.members("kolding"))[0]
        await house.run.desk.release_to_queue(Actor(id=mette.id, tenant="kolding", role=mette.role), talk)
        await expect(page.get_by_label("Skriv til borgeren")).to_be_hidden()
        await expect(page.get_by_text("Samtalen venter i køen")).to_be_focused()
        assert await accessibility_problems(page) == []


async def test_danger_is_shown_on_every_page_and_signing_out_elsewhere_empties_them(chromium, house):
    first = await house.citizen("jeg vil gerne tale med nogen")
    async with at_work(chromium, house) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        await expect(page.get_by_text("Forbundet")).to_be_attached()
        await house.citizen("jeg har taget 40 panodiler nu")
        await expect(page.get_by_role("alert").get_by_text("Et menneske i fare venter")).to_be_visible()
        assert await accessibility_problems(page) == []
        await house.writes(first, "en meget privat linje")
        await expect(page.get_by_text("en meget privat linje")).to_be_visible()
        await house.staffed.staff.disable("mette", by="test")
        await expect(page.get_by_role("heading", name="Log ind")).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("en meget privat linje")).to_have_count(0)


async def test_the_week_on_a_phone_keeps_the_counselor_at_the_desk(chromium, house):
    await house.run.bookings.keep_slots()
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with at_work(chromium, house, viewport=PHONE) as page:
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        await expect(page.get_by_text("Du har samtalen")).to_be_visible()
        await page.get_by_role("link", name="Tider").click()
        await page.get_by_role("link", name="Næste").click()
        await expect(page.get_by_text("09.00–10.00").first).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await expect(page.get_by_text("Forbundet")).to_be_attached()
        assert len(house.app_sockets()) == 1
        await house.citizen("jeg har taget 40 panodiler nu")
        await expect(page.get_by_role("alert").get_by_text("Et menneske i fare venter")).to_be_visible()
    assert (await house.run.conversations.state(talk))["state"] == "human"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_coordinator_plans_the_evenings_and_ends_them_again(chromium, house, viewport):
    async with at_work(chromium, house, "kim", viewport=viewport, role=Role.COORDINATOR, refused=1) as page:
        await page.goto(f"{house.url}/bookings")
        await page.get_by_role("link", name="Arbejdsplaner").click()
        await expect(page.get_by_text("Står i kommunens pakke").first).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_label("Første tid begynder").fill("19:00")
        await page.get_by_label("Sidste tid er slut").fill("17:00")
        await page.get_by_label("Minutter hver").fill("30")
        await page.get_by_label("Rådgiver eller rum").fill(NASTY)
        await page.get_by_label("Hvor borgeren skal komme").fill("Rum 9")
        await page.get_by_label("Tirsdag").check()
        await page.get_by_role("button", name="Tilføj planen").click()
        await expect(page.get_by_role("alert").get_by_text("Planen er ikke tilføjet.")).to_be_visible()
        await expect(page.get_by_label("Sidste tid er slut")).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_label("Tirsdag")).to_be_checked()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_label("Første tid begynder").fill("17:00")
        await page.get_by_label("Sidste tid er slut").fill("19:00")
        await page.get_by_role("button", name="Tilføj planen").click()
        await expect(page.get_by_text("Planen er tilføjet, og")).to_be_visible()
        plan = page.get_by_role("listitem").filter(has_text="17.00–19.00")
        await expect(plan.get_by_text("</textarea>")).to_be_visible()
        assert await page.title() != "1"
        await plan.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(plan.get_by_text("De ledige tider forsvinder.")).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Planen er slut.")).to_be_visible()
        await expect(page.get_by_text("17.00–19.00")).to_have_count(0)


async def test_an_admin_invites_and_reads_who_did_what_on_a_phone(chromium, house):
    async with at_work(chromium, house, "chief", viewport=PHONE, role=Role.ADMIN) as page:
        await page.goto(house.url)
        await expect(page.get_by_role("heading", name="Medarbejdere")).to_be_visible()
        await page.get_by_label("Brugernavn", exact=True).fill("ole")
        await page.get_by_label("Rolle").select_option("leder")
        await page.get_by_role("button", name="Lav invitation").click()
        await expect(page.get_by_role("alert").get_by_text("Invitation til ole")).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_role("link", name="Hændelser").click()
        await expect(page.get_by_text("inviterede").first).to_be_visible()
        assert await fits(page)
        assert await accessibility_problems(page) == []
        await page.get_by_role("link", name="Konto").click()
        assert await accessibility_problems(page) == []


async def test_a_dark_screen_is_as_legible(chromium, house):
    await house.citizen("jeg tænker på at tage mit eget liv")
    async with at_work(chromium, house) as page:
        await page.emulate_media(color_scheme="dark")
        await page.goto(f"{house.url}/queue")
        await page.get_by_role("button", name="Tag den næste").click()
        await expect(page.get_by_text("Et menneske skal se på det i dag.")).to_be_visible()
        assert await accessibility_problems(page) == []
        await page.get_by_text("Faren er mindre").click()
        await page.get_by_role("button", name="Sæt ned").click()
        await expect(page.get_by_text("Et menneske skal se på det i dag.")).to_be_hidden()
        assert await accessibility_problems(page) == []
