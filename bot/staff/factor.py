"""The second factor: one-time codes of six digits every thirty seconds (TOTP, RFC 6238), the secret sealed.

A code is good for its own half minute and the ones beside it, for clocks that differ; and once: the step it belongs to
must lie after the last one used.
"""

import secrets
from datetime import datetime
from typing import Final

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import DecryptError
from bot.privacy.keys import Keyring, Purpose

STEP_SECONDS: Final = 30
_BESIDE: Final = (0, -1, 1)
_NONCE_BYTES: Final = 12
ISSUER: Final = "Dørtrin"


def new_secret() -> str:
    """A fresh secret, 160 bits, in the letters an authenticator reads."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """What an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step that `code` belongs to, if it fits now and lies after the last one used."""
    digits = "".join(code.split())
    totp, at = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in (at + beside for beside in _BESIDE):
        if step > after and secrets.compare_digest(totp.at(step * STEP_SECONDS).encode(), digits.encode()):
            return step
    return None


def seal_secret(keyring: Keyring, tenant: str, staff: str, secret: str) -> tuple[str, bytes]:
    """Key id and sealed secret; it opens for this account only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(keyring.derive(kid=keyring.active, tenant=tenant, purpose=Purpose.TOTP))
    return keyring.active, nonce + cipher.encrypt(nonce, secret.encode(), _place(tenant, staff))


def open_secret(keyring: Keyring, tenant: str, staff: str, kid: str, sealed: bytes) -> str:
    """The secret. Raises DecryptError, or UnknownKey if the keyring lacks the key."""
    cipher = AESGCM(keyring.derive(kid=kid, tenant=tenant, purpose=Purpose.TOTP))
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(tenant, staff)).decode()
    except (InvalidTag, ValueError):
        raise DecryptError from None


def _place(tenant: str, staff: str) -> bytes:
    return f"rc1\0{tenant}\0staff\0factor\0{staff}".encode()
