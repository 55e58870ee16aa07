"""Passwords: Argon2id, in a thread and one at a time, so that many wrong ones at once cost others nothing but a wait.

Parameters: 64 MiB, three passes (SECURITY f; the least that OWASP's Password Storage sheet asks is 19 MiB, two passes).
"""

import asyncio
import re
import secrets
from collections.abc import Sequence
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import PasswordCommon, PasswordRefused

SHORTEST: Final = 12
LONGEST: Final = 200
WAITING: Final = 32
"""So many may wait for their turn; whoever comes then is refused at once, and tries again."""
_DIFFERENT: Final = 6
"""Letters that must differ: "aaaaaaaaaaaa" is no password."""
_STRONG: Final = 3
"""Of zxcvbn's scores: below it fewer than a hundred million guesses are enough."""
_LOOKED_AT: Final = 64
DANISH: Final = (
    *("adgangskode", "kodeord", "password", "login", "velkommen", "hemmelig", "skat", "kærlighed", "elsker"),
    *("dejlig", "solskin", "sommer", "vinter", "forår", "efterår", "sommerferie", "ferie", "jul", "juleaften"),
    *("påske", "fødselsdag", "fodbold", "håndbold", "brøndby", "københavn", "aarhus", "odense", "aalborg"),
    *("danmark", "dannebrog", "kommune", "kommunen", "rådhus", "rusmiddel", "rusmiddelcenter", "center"),
    *("centret", "behandling", "rådgiver", "rådgivning", "borger", "konsol", "dørtrin", "doertrin", "mandag"),
    *("tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag", "januar", "februar", "marts", "april", "maj"),
    *("juni", "juli", "august", "september", "oktober", "november", "december", "hund", "kat", "hest", "mormor"),
    *("farmor", "familie", "kaffe", "kage", "hygge", "arbejde", "kontor"),
)
"""What people here begin a password with; zxcvbn's own lists are English."""


class Passwords:
    """Makes and checks the stored form. `quick` is for the demo alone: the least that still is Argon2id."""

    def __init__(self, *, quick: bool = False) -> None:
        self._hasher = PasswordHasher(1, 1024, 1) if quick else PasswordHasher(3, 65536, 1)
        self._one = asyncio.Semaphore(1)
        self._waiting = 0
        self._nobodys: str | None = None

    async def stored(self, password: str) -> str:
        """The form to store."""
        async with self._one:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def fits(self, stored: str | None, password: str) -> bool:
        """Is it the password? Where there is none to compare with it takes just as long. No, too, when too many ask."""
        if self._waiting >= WAITING:
            return False
        self._waiting += 1
        try:
            async with self._one:
                return await asyncio.to_thread(self._fits, stored, _bytes(password))
        finally:
            self._waiting -= 1

    def is_old(self, stored: str) -> bool:
        """Was it made with other parameters than today's?"""
        return self._hasher.check_needs_rehash(stored)

    def _fits(self, stored: str | None, password: bytes) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        try:
            self._hasher.verify(stored or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def check_password(password: str, *, about: Sequence[str]) -> None:
    """Raises PasswordRefused, and PasswordCommon for what is guessed first. Length counts, not kinds of letters;
    nothing ever has to be changed by date. `about` is what is known of the account: name, shown name, municipality.

    Source: NIST SP 800-63B, 5.1.1.2: compare with values that are commonly used, expected or known to be lost.
    """
    simple = len(set(password)) < _DIFFERENT or password.casefold().strip() in {one.casefold() for one in about}
    if not SHORTEST <= len(password) <= LONGEST or simple:
        raise PasswordRefused
    if _score(password, about) < _STRONG:
        raise PasswordCommon


def _score(password: str, about: Sequence[str]) -> int:
    """How hard it is to guess, 0 to 4, by its first 64 letters: more cost time and tell nothing."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its lists are large, and a password is chosen once in a while

    words = [word for one in about for word in (one, *re.split(r"\W+", one)) if word]
    score: int = zxcvbn(password[:_LOOKED_AT], user_inputs=[*DANISH, *words])["score"]
    return score


def _bytes(password: str) -> bytes:
    return password[:LONGEST].encode(errors="replace")
