from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.keys import Keyring
from bot.privacy.pseudonyms import (
    ALPHABET,
    address_index,
    address_indexes,
    code_index,
    code_indexes,
    new_code,
    new_id,
    read_code,
)

OLD = Keyring(active="k1", keys={"k1": bytes(32)})
RING = Keyring(active="k2", keys={"k1": bytes(32), "k2": b"2" * 32})
KOLDING = RING.tenant("kolding")


def test_a_code_has_eighty_bits_in_four_groups() -> None:
    codes = {new_code() for _ in range(300)}
    assert len(codes) == 300
    assert all([len(group) for group in code.split("-")] == [4, 4, 4, 4] for code in codes)
    assert {letter for code in codes for letter in code if letter != "-"} == set(ALPHABET)
    assert len(ALPHABET) == 32


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-0123-11EF-GH00",
        "abcd-0123-11ef-gh00",
        "abcdO123ilefghoO",
        "  ABCD 0123 LIEF GHo0 ",
        "abcd–0123—1lef‑gh0o".replace("—", "-"),
        "ABCD\u00a00123\t11EF-GH00\n",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "ABCD-0123-11EF-GH00"


@given(st.text(alphabet=ALPHABET, min_size=16, max_size=16), st.data())
def test_any_code_survives_dashes_case_and_lookalikes(plain: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from(["", "-", " "]))
        + data.draw(st.sampled_from({"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())))
        for letter in plain
    )
    read = read_code(typed)
    assert read is not None
    assert read.replace("-", "") == plain
    assert read_code(read) == read


@given(st.text())
def test_other_text_is_no_code_and_no_error(text: str) -> None:
    read = read_code(text)
    assert read is None or len(read) == 19


@pytest.mark.parametrize("typed", ["", "ABCD-0123-11EF-GH0", "ABCD-0123-11EF-GH000", "ABCD-0123-11EF-GHU0", "æ" * 16])
def test_what_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_an_index_is_keyed_by_tenant_channel_and_purpose() -> None:
    indexes = {
        code_index(KOLDING, "7"),
        address_index(KOLDING, "telegram", "7"),
        address_index(KOLDING, "sms", "7"),
        address_index(RING.tenant("randers"), "telegram", "7"),
        address_index(KOLDING, "telegram", "8"),
    }
    assert len(indexes) == 5
    assert all(len(index) == 32 for index in indexes)


def test_what_an_older_key_indexed_is_found() -> None:
    old = OLD.tenant("kolding")
    assert code_indexes(KOLDING, "7") == (code_index(KOLDING, "7"), code_index(old, "7"))
    assert address_index(old, "telegram", "7") in address_indexes(KOLDING, "telegram", "7")


def test_ids_are_random_and_safe_in_an_address() -> None:
    ids = {new_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(len(name) == 22 and name.replace("-", "").replace("_", "").isalnum() for name in ids)
