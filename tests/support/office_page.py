"""The console as a counselor has it open: signing in for the first time, and answering."""

from __future__ import annotations

import pyotp
from playwright.async_api import Page, expect

from tests.support.staffed import PASSWORD

LONG = 60_000
"""Milliseconds: a page that lost its server tries again at most every twenty seconds."""


async def sign_in(page: Page, url: str, invitation: str) -> None:
    await page.goto(f"{url}/console/begin")
    await page.get_by_label("Brugernavn").fill("mette")
    await page.get_by_label("Koden fra invitationen").fill(invitation)
    await page.keyboard.press("Enter")
    secret = (await page.locator("p.code").inner_text()).replace(" ", "")
    await page.get_by_label("2. Vælg en adgangskode").fill(PASSWORD)
    await page.get_by_label("3. Skriv de seks cifre").fill(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Køen")).to_be_visible(timeout=LONG)


async def answers(desk: Page, text: str) -> None:
    await desk.get_by_label("Skriv til borgeren").fill(text)
    await desk.keyboard.press("Enter")
