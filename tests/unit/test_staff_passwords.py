from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import PasswordCommon, PasswordRefused
from bot.staff.passwords import WAITING, Passwords, check_password


async def test_only_the_password_fits_and_the_product_makes_it_costly() -> None:
    passwords = Passwords()
    stored = await passwords.stored("en stille morgen")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert await passwords.fits(stored, "en stille morgen")
    assert not await passwords.fits(stored, "en stille aften")
    assert not passwords.is_old(stored)
    assert passwords.is_old(await Passwords(quick=True).stored("en stille morgen"))


@pytest.mark.parametrize("stored", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
async def test_what_is_no_stored_password_fits_nothing(stored: str | None) -> None:
    assert not await Passwords(quick=True).fits(stored, "")


async def test_a_flood_waits_in_a_short_line_and_the_rest_is_refused_at_once() -> None:
    passwords = Passwords(quick=True)
    stored = await passwords.stored("en stille morgen")
    asked = await asyncio.gather(*(passwords.fits(stored, "en stille morgen") for _ in range(WAITING * 3)))
    assert sum(asked) == WAITING
    assert await passwords.fits(stored, "en stille morgen")


@pytest.mark.parametrize("password", ["kort", "aaaaaaaaaaaaaaaa", "abababababab", "x" * 201, "mettehansen12", ""])
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(PasswordRefused):
        check_password(password, about=["mettehansen12"])


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertyuiop123",
        "adgangskode123",
        "Velkommen2026",
        "Kodeord12345",
        "letmein123456",
        "kolding12345",
    ],
)
def test_what_anybody_guesses_first(password: str) -> None:
    with pytest.raises(PasswordCommon):
        check_password(password, about=["mette", "Mette Hansen", "kolding"])


@pytest.mark.parametrize("password", ["mettehansen2026", "Hansen12345678", "karleby20262026"])
def test_what_is_made_of_the_account_itself(password: str) -> None:
    with pytest.raises(PasswordCommon):
        check_password(password, about=["mettehansen", "Mette Hansen", "karleby"])


def test_the_longest_is_looked_at_in_no_time() -> None:
    began = time.process_time()
    check_password("abcdefg hijk" * 16, about=["mette"])
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("password", ["en stille morgen", "æblekage med fløde", "\N{OWL} uglen flyver om natten"])
def test_length_is_what_counts(password: str) -> None:
    check_password(password, about=["mette"])
