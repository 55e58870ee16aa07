from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DecryptError, UnknownKey
from bot.privacy.keys import Keyring
from bot.privacy.sealing import BUCKET, DataKey, Wrapped, new_key, rewrap, unwrap

RING = Keyring(active="k2", keys={"k1": bytes(range(32)), "k2": bytes(range(32, 64))})
KOLDING = RING.tenant("kolding")
DEK = bytes(range(100, 132))
KEY = DataKey(tenant="kolding", conversation="c", dek=DEK)

# NIST CAVP gcmEncryptExtIV256 / the GCM specification's test cases 13 to 16 (256-bit keys).
_FEFFE = "feffe9928665731c6d6a8f9467308308" * 2
_PLAIN = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
    "b16aedf5aa0de657ba637b391aafd255"
)
_CIPHER = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
    "c5f61e6393ba7a0abcc9f662898015ad"
)
NIST = [
    ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
    (_FEFFE, "cafebabefacedbaddecaf888", _PLAIN, "", _CIPHER, "b094dac5d93471bdec1a502270e3cc6c"),
    (
        *(_FEFFE, "cafebabefacedbaddecaf888", _PLAIN[:120], "feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        *(_CIPHER[:120], "76fc6ece0f4e1768cddf8853bb2d551b"),
    ),
]

# Sealed by version 1 on 2026-11-22 with DEK above, nonces aa…: what is in databases must open for ever.
GOLDEN = (
    "01aaaaaaaaaaaaaaaaaaaaaaaa3184d864e2efe0d8886d566cdd071e707c752f7060b0c20c2e65114c5595bb56c143c67777"
    "3cd25a4e4d4b9e6d2956aeb9262b3568a4860c8c4f859b1de684a22744fc51767b13a98390ad672f5f182e56d0643302c868"
    "7c977796fe0f904c0e8766f6adce5a57e02ae67b9f979271733f6bd748edb4c4bf0d040b7cb3657b7585f43706f3d67247c8"
    "21fe4e0908e7f26f2419d8145f181fd67e9d3ae6da6b93e02b9c3633675b85b1a87cafa79dd1befb30519662406b188014ea"
    "3f153a89c7c73c2b83025a78d3fe23d949fb2bd3262852e37572084d46014a7143fdd15b7993fb5460b8fb6fd4a2ed02010c"
    "6838066145bdbd8387e477358e17f78acbd341382dfff38eb502af17dccbf885daffb5"
)
GOLDEN_WRAPPED = (
    "01aaaaaaaaaaaaaaaaaaaaaaaa0729ed3ee29c7018c33ccfc0afc8defb75efcb7f52aa78f2d3de13869962f4fb6b41731a33"
    "08c9b8926b313be779264b"
)


@pytest.mark.parametrize(("key", "nonce", "plain", "aad", "cipher", "tag"), NIST)
def test_the_cipher_gives_the_published_answers(
    key: str, nonce: str, plain: str, aad: str, cipher: str, tag: str
) -> None:
    aes = AESGCM(bytes.fromhex(key))
    sealed = aes.encrypt(bytes.fromhex(nonce), bytes.fromhex(plain), bytes.fromhex(aad))
    assert sealed.hex() == cipher + tag
    assert aes.decrypt(bytes.fromhex(nonce), sealed, bytes.fromhex(aad)).hex() == plain


def test_what_version_one_sealed_still_opens() -> None:
    assert KEY.open("message", "body", 7, bytes.fromhex(GOLDEN)) == "Jeg vil gerne have hjælp 👋".encode()
    wrapped = Wrapped(kid="k1", blob=bytes.fromhex(GOLDEN_WRAPPED))
    assert unwrap(KOLDING, "c", wrapped).open("message", "body", 7, bytes.fromhex(GOLDEN)).startswith(b"Jeg vil")


@given(st.binary(max_size=2000), st.text(max_size=40), st.integers())
def test_what_was_sealed_opens(plain: bytes, column: str, row: int) -> None:
    assert KEY.open("t", column, row, KEY.seal("t", column, row, plain)) == plain


@given(st.binary(max_size=600))
def test_the_length_tells_only_the_bucket(plain: bytes) -> None:
    sealed = KEY.seal("t", "c", 1, plain)
    assert len(sealed) == 1 + 12 + 16 + BUCKET * -(-(len(plain) + 4) // BUCKET)
    assert sealed[0] == 1


def test_an_answer_of_one_letter_looks_like_one_of_two_hundred() -> None:
    assert len(KEY.seal("t", "c", 1, b"0")) == len(KEY.seal("t", "c", 1, b"x" * 200)) == 285


def test_the_same_text_never_looks_the_same() -> None:
    assert len({KEY.seal("t", "c", 1, b"nej") for _ in range(200)}) == 200


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (DataKey(tenant="randers", conversation="c", dek=DEK), ("message", "body", 1)),
        (DataKey(tenant="kolding", conversation="d", dek=DEK), ("message", "body", 1)),
        (DataKey(tenant="kolding", conversation="c", dek=bytes(32)), ("message", "body", 1)),
        (KEY, ("note", "body", 1)),
        (KEY, ("message", "label", 1)),
        (KEY, ("message", "body", 2)),
        (KEY, ("message\0body", "1", "")),
    ],
)
def test_moved_elsewhere_it_does_not_open(key: DataKey, place: tuple[str, str, int | str]) -> None:
    sealed = KEY.seal("message", "body", 1, b"hemmeligt")
    with pytest.raises(DecryptError):
        key.open(*place, sealed)


@given(st.data())
def test_changed_anywhere_it_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal("t", "c", 1, b"hemmeligt"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecryptError):
        KEY.open("t", "c", 1, bytes(sealed))


@given(st.binary(max_size=400))
def test_anything_else_is_one_error(blob: bytes) -> None:
    with pytest.raises(DecryptError):
        KEY.open("t", "c", 1, blob)
    with pytest.raises(DecryptError):
        unwrap(KOLDING, "c", Wrapped(kid="k1", blob=blob))


@pytest.mark.parametrize("cut", [0, 1, 13, 28, 29, 100, 284])
def test_cut_short_it_does_not_open(cut: int) -> None:
    with pytest.raises(DecryptError):
        KEY.open("t", "c", 1, KEY.seal("t", "c", 1, b"hemmeligt")[:cut])


def test_a_false_length_inside_is_refused() -> None:
    nonce = bytes(12)
    aad = b"rc1\0kolding\0t\0c\0c\x001"
    for padded in (b"\xff\xff\xff\xff" + bytes(252), (253).to_bytes(4, "big") + bytes(252), bytes(10), b""):
        with pytest.raises(DecryptError):
            KEY.open("t", "c", 1, b"\x01" + nonce + AESGCM(DEK).encrypt(nonce, padded, aad))


def test_a_data_key_comes_back_only_to_its_conversation() -> None:
    key, wrapped = new_key(KOLDING, "c")
    sealed = key.seal("t", "c", 1, b"x")
    assert wrapped.kid == "k2"
    assert len(wrapped.blob) == 61
    assert unwrap(KOLDING, "c", wrapped).open("t", "c", 1, sealed) == b"x"
    for keys, name, other in (
        (KOLDING, "d", wrapped),
        (RING.tenant("randers"), "c", wrapped),
        (KOLDING, "c", Wrapped(kid="k1", blob=wrapped.blob)),
    ):
        with pytest.raises(DecryptError):
            unwrap(keys, name, other)
    with pytest.raises(UnknownKey):
        unwrap(KOLDING, "c", Wrapped(kid="k9", blob=wrapped.blob))


def test_rotation_wraps_anew_and_touches_no_content() -> None:
    old = Keyring(active="k1", keys={"k1": bytes(range(32))}).tenant("kolding")
    key, wrapped = new_key(old, "c")
    sealed = key.seal("t", "c", 1, b"x")
    fresh = rewrap(KOLDING, "c", wrapped)
    assert (wrapped.kid, fresh.kid) == ("k1", "k2")
    assert unwrap(KOLDING, "c", fresh).open("t", "c", 1, sealed) == b"x"


def test_keys_do_not_show_themselves() -> None:
    for thing in (KEY, RING, KOLDING):
        assert not re.search(r"[0-9a-f]{8}|\\x", repr(thing))
