from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rendering import Button
from bot.channels.telegram.buttons import Token, belongs, keyboard, read_token
from bot.privacy.keys import Keyring
from bot.privacy.pseudonyms import new_id

OLD, NEW = b"o" * 32, b"n" * 32
RING = Keyring(active="k1", keys={"k1": OLD})
ROTATED = Keyring(active="k2", keys={"k1": OLD, "k2": NEW})
CHOICES = (Button("yes", "Ja"), Button("cmd.delete", "Slet alt"), Button("no", "Nej, det vil jeg helst ikke"))


def tokens(ring: Keyring, conversation: str, seq: int = 12) -> dict[str, Token]:
    shown = keyboard(CHOICES, ring.tenant("kolding"), conversation, seq)
    assert shown is not None
    found = {}
    for row in shown["inline_keyboard"]:
        for button in row:
            token = read_token(button["callback_data"])
            assert token is not None
            found[button["text"]] = token
    return found


def test_a_token_leads_back_to_message_and_place_also_where_a_button_is_left_out():
    found = tokens(RING, "talk")
    assert {label: (token.seq, token.place) for label, token in found.items()} == {
        "Ja": (12, 0),
        "Nej, det vil jeg helst ikke": (12, 2),
    }


def test_it_belongs_to_its_conversation_and_to_no_other():
    one, other = new_id(), new_id()
    token = tokens(RING, one)["Ja"]
    assert belongs(token, RING.tenant("kolding"), one)
    assert not belongs(token, RING.tenant("kolding"), other)
    assert not belongs(token, RING.tenant("randers"), one)
    assert token.mark not in one


def test_it_outlives_a_new_master_key():
    assert belongs(tokens(RING, "talk")["Ja"], ROTATED.tenant("kolding"), "talk")
    assert not belongs(tokens(ROTATED, "talk")["Ja"], RING.tenant("kolding"), "talk")


def test_without_choices_there_is_no_keyboard():
    assert keyboard((), RING.tenant("kolding"), "talk", 1) is None
    assert keyboard((Button("cmd.stop", "Stop"),), RING.tenant("kolding"), "talk", 1) is None


@given(st.integers(min_value=1, max_value=999_999_999), st.lists(st.text(min_size=1), min_size=1, max_size=60))
def test_every_token_is_at_most_64_bytes_and_is_read_again(seq, labels):
    choices = [Button(f"option-{'x' * 200}-{place}", label) for place, label in enumerate(labels)]
    shown = keyboard(choices, RING.tenant("kolding"), "talk", seq)
    assert shown is not None
    data = [button["callback_data"] for row in shown["inline_keyboard"] for button in row]
    assert all(1 <= len(one.encode()) <= 64 for one in data)
    assert [read_token(one) for one in data] == [Token(data[0][:8], seq, place) for place in range(len(labels))]


@given(st.text(max_size=70))
def test_anything_else_is_no_token_or_leads_nowhere(data):
    token = read_token(data)
    assert token is None or not belongs(token, RING.tenant("kolding"), "talk")
