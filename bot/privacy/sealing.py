"""Sealed values: every text a citizen or counselor wrote is bytes that only its conversation's data key opens.

    sealed    0x01 | nonce (12) | ciphertext | tag (16)          AES-256-GCM
    inside    length (4, big endian) | the bytes | zeros up to the next multiple of 256: an answer of one letter and
              one of a hundred look the same
    bound to  "rc1", tenant, table, column, conversation, row, joined by NUL: a value moved elsewhere does not open

The data key is random, one per conversation, and stored wrapped by the tenant's key (keys.py): with the row of
`conversation_key` gone, everything of that conversation is noise. Keys are unwrapped per turn and not kept, so
that destroying one works at once.
"""

import base64
import hashlib
import os
import secrets
from collections import deque

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import DecryptError
from bot.privacy.keys import KEY_BYTES, TenantKeys

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
BUCKET = 256
_LENGTH_BYTES = 4
_DRAWN_TOGETHER = 256
_SHORTEST = len(VERSION) + NONCE_BYTES + TAG_BYTES


class Wrapped(msgspec.Struct, frozen=True, kw_only=True):
    """A data key as it is stored: which master key wraps it, and the wrapped bytes."""

    kid: str
    blob: bytes


_nonces: deque[bytes] = deque()
"""Random and not yet used. Drawn many at a time: asking the system gives the interpreter lock away."""
os.register_at_fork(after_in_child=_nonces.clear)


def _nonce() -> bytes:
    """A random nonce, never given twice: taking one from the end of a deque is atomic, in any thread."""
    while True:
        try:
            return _nonces.pop()
        except IndexError:
            drawn = secrets.token_bytes(NONCE_BYTES * _DRAWN_TOGETHER)
            _nonces.extend(drawn[at : at + NONCE_BYTES] for at in range(0, len(drawn), NONCE_BYTES))


class DataKey:
    """One conversation's key: seals and opens its values. Keep it for a turn, no longer."""

    __slots__ = ("_cipher", "_conversation", "_dek", "_tenant")

    def __init__(self, *, tenant: str, conversation: str, dek: bytes) -> None:
        self._tenant = tenant
        self._conversation = conversation
        self._cipher = AESGCM(dek)
        self._dek = dek

    def seal(self, table: str, column: str, row: str | int, plain: bytes) -> bytes:
        """The sealed bytes for this place. `row` is the row's unchanging id in the conversation (a message's seq)."""
        nonce = _nonce()
        return VERSION + nonce + self._cipher.encrypt(nonce, _pad(plain), self._place(table, column, row))

    def open(self, table: str, column: str, row: str | int, sealed: bytes) -> bytes:
        """The bytes sealed for this very place. Raises DecryptError, never gives a part."""
        if len(sealed) < _SHORTEST or sealed[:1] != VERSION:
            raise DecryptError
        try:
            padded = self._cipher.decrypt(sealed[1:13], sealed[13:], self._place(table, column, row))
        except InvalidTag:
            raise DecryptError from None
        return _unpad(padded)

    def mark(self, given: str) -> str:
        """What is stored in place of an id that a channel gave: the same for the same id, in this conversation only.

        Keyed BLAKE2b, not HMAC-SHA256 as the indexes: it is ten times as fast and keeps the interpreter lock, which the
        HMAC of OpenSSL gives away in the middle of every turn.
        """
        digest = hashlib.blake2b(given.encode(), digest_size=16, key=self._dek, person=b"rc1 inbound mark")
        return base64.urlsafe_b64encode(digest.digest()).decode()

    def _place(self, table: str, column: str, row: str | int) -> bytes:
        return f"rc1\0{self._tenant}\0{table}\0{column}\0{self._conversation}\0{row}".encode()

    def __repr__(self) -> str:
        return "DataKey()"


def new_key(keys: TenantKeys, conversation: str) -> tuple[DataKey, Wrapped]:
    """A fresh data key for a new conversation, and how to store it."""
    dek = secrets.token_bytes(KEY_BYTES)
    return DataKey(tenant=keys.name, conversation=conversation, dek=dek), _wrap(keys, conversation, dek)


def unwrap(keys: TenantKeys, conversation: str, wrapped: Wrapped) -> DataKey:
    """The data key out of its row. Raises DecryptError, or UnknownKey if the keyring lacks the master key."""
    return DataKey(tenant=keys.name, conversation=conversation, dek=_unwrap(keys, conversation, wrapped))


def rewrap(keys: TenantKeys, conversation: str, wrapped: Wrapped) -> Wrapped:
    """The same data key under the active master key: rotation touches no content. Raises as `unwrap`."""
    return _wrap(keys, conversation, _unwrap(keys, conversation, wrapped))


def _wrap(keys: TenantKeys, conversation: str, dek: bytes) -> Wrapped:
    kid, nonce = keys.active, secrets.token_bytes(NONCE_BYTES)
    return Wrapped(
        kid=kid, blob=VERSION + nonce + keys.kek(kid).encrypt(nonce, dek, _wrap_place(keys.name, conversation, kid))
    )


def _unwrap(keys: TenantKeys, conversation: str, wrapped: Wrapped) -> bytes:
    blob = wrapped.blob
    if len(blob) != _SHORTEST + KEY_BYTES or blob[:1] != VERSION:
        raise DecryptError
    try:
        place = _wrap_place(keys.name, conversation, wrapped.kid)
        return keys.kek(wrapped.kid).decrypt(blob[1:13], blob[13:], place)
    except InvalidTag:
        raise DecryptError from None


def _wrap_place(tenant: str, conversation: str, kid: str) -> bytes:
    return f"rc1\0{tenant}\0conversation_key\0wrapped\0{conversation}\0{kid}".encode()


def _pad(plain: bytes) -> bytes:
    length = len(plain)
    return length.to_bytes(_LENGTH_BYTES, "big") + plain + bytes(-(length + _LENGTH_BYTES) % BUCKET)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    if len(padded) % BUCKET or length + _LENGTH_BYTES > len(padded):
        raise DecryptError
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
