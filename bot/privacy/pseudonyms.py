"""Names that name nobody: ids, resume and booking codes, and the keyed hashes that find codes and addresses."""

import secrets

from bot.privacy.keys import Purpose, TenantKeys

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
CODE_CHARACTERS = 16
BOOKING_CHARACTERS = 12
"""60 bits, for at most some weeks, and guesses are limited; shorter than a resume code, so nobody takes one for the
other."""
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys("- \t\u00a0\u2010\u2011\u2013\u2212", None))


def new_id() -> str:
    """A random id of 128 bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """A resume code of 80 bits, `XXXX-XXXX-XXXX-XXXX`."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS)))


def read_code(text: str) -> str | None:
    """The code somebody typed, in its one form: any case, dashes and blanks anywhere, O as 0, I and L as 1; or None."""
    return _read(text, CODE_CHARACTERS)


def new_booking_code() -> str:
    """A booking code of 60 bits, `XXXX-XXXX-XXXX`."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(BOOKING_CHARACTERS)))


def read_booking_code(text: str) -> str | None:
    """The booking code somebody typed, in its one form, as `read_code` reads a resume code; or None."""
    return _read(text, BOOKING_CHARACTERS)


def booking_index(keys: TenantKeys, code: str) -> bytes:
    """What to store for a booking code as `read_booking_code` or `new_booking_code` gives it."""
    return keys.index(Purpose.BOOKING_INDEX, code.encode())


def booking_indexes(keys: TenantKeys, code: str) -> tuple[bytes, ...]:
    """What to look for, by every key of the ring."""
    return keys.indexes(Purpose.BOOKING_INDEX, code.encode())


def code_index(keys: TenantKeys, code: str) -> bytes:
    """What to store for a code as `read_code` or `new_code` gives it."""
    return keys.index(Purpose.RESUME_INDEX, code.encode())


def code_indexes(keys: TenantKeys, code: str) -> tuple[bytes, ...]:
    """What to look for, by every key of the ring."""
    return keys.indexes(Purpose.RESUME_INDEX, code.encode())


def address_index(keys: TenantKeys, channel: str, address: str) -> bytes:
    """What to store for an address on a channel (a Telegram chat id)."""
    return keys.index(Purpose.CHANNEL_INDEX, _address(channel, address))


def address_indexes(keys: TenantKeys, channel: str, address: str) -> tuple[bytes, ...]:
    """What to look for, by every key of the ring."""
    return keys.indexes(Purpose.CHANNEL_INDEX, _address(channel, address))


def _address(channel: str, address: str) -> bytes:
    return f"{channel}\0{address}".encode()


def _read(text: str, length: int) -> str | None:
    plain = text.strip().upper().translate(_READ_AS)
    if len(plain) != length or any(character not in ALPHABET for character in plain):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))
