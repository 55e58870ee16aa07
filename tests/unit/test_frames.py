"""Frames of the web chat: only what the contract says is believed."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import frames

GOOD = [
    ({"type": "hello"}, frames.Hello()),
    ({"type": "hello", "code": "ABCD", "last_seq": 7}, frames.Hello("ABCD", 7)),
    ({"type": "hello", "code": None, "last_seq": None}, frames.Hello()),
    ({"type": "message", "id": "a-Z_9", "text": "hej 👋"}, frames.Text("a-Z_9", "hej 👋")),
    ({"type": "message", "id": "a", "text": "", "extra": 1}, frames.Text("a", "")),
    ({"type": "choice", "id": "a", "question": "q", "option": "0"}, frames.Choice("a", "q", "0")),
    ({"type": "seen", "seq": 0}, frames.Seen(0)),
    ({"type": "typing"}, frames.Typing()),
]


@pytest.mark.parametrize(("sent", "read"), GOOD)
def test_every_client_frame_is_read(sent, read):
    assert frames.parse(json.dumps(sent)) == read
    assert frames.parse(json.dumps(sent).encode()) == read


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"{", b"null", b"[]", b'"hello"', b"1", b"{}", b'{"type":1}', b'{"type":"ack","id":"a","seq":1}',
        b'{"type":"message","text":"no id"}', b'{"type":"message","id":"","text":"x"}',
        b'{"type":"message","id":"' + b"a" * 65 + b'","text":"x"}', b'{"type":"message","id":"a b","text":"x"}',
        b'{"type":"message","id":"a\\n","text":"x"}', '{"type":"message","id":"ø","text":"x"}'.encode(),
        b'{"type":"choice","id":"a","question":"","option":"x"}',
        b'{"type":"choice","id":"a","question":1,"option":"x"}',
        b'{"type":"seen","seq":-1}', b'{"type":"seen","seq":1.5}', b'{"type":"seen","seq":true}',
        b'{"type":"hello","last_seq":"1"}', b'{"type":"hello"}{"type":"hello"}', b"\xff\xfe",
        b'{"type":"message","id":"a","text":"\xff"}', b"[" * 10_000, b'{"type":"message","id":"a","text":"\\ud800"}',
    ],
)  # fmt: skip
def test_anything_else_is_bad(sent):
    with pytest.raises(frames.BadFrame):
        frames.parse(sent)


def test_a_bad_frame_keeps_its_good_id():
    with pytest.raises(frames.BadFrame) as bad:
        frames.parse(b'{"type":"message","id":"abc","text":7}')
    assert bad.value.id == "abc"
    with pytest.raises(frames.BadFrame) as bad:
        frames.parse(b'{"type":"message","id":"a b c","text":7}')
    assert bad.value.id is None


@given(st.one_of(st.binary(), st.text()))
def test_nothing_else_is_ever_raised(data):
    with suppress(frames.BadFrame):
        frames.parse(data)


def test_what_the_server_says():
    used = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
    assert json.loads(frames.welcome("C", 0, None)) == {"type": "welcome", "code": "C", "seq": 0}
    assert json.loads(frames.welcome("C", 3, used)) == {
        "type": "welcome", "code": "C", "seq": 3, "last_used": "2026-11-22T12:00:00Z",
    }  # fmt: skip
    assert json.loads(frames.ack("a", 4)) == {"type": "ack", "id": "a", "seq": 4}
    assert json.loads(frames.error("busy", "Prøv igen.")) == {"type": "error", "code": "busy", "text": "Prøv igen."}
    assert json.loads(frames.error("busy", "x", "a"))["id"] == "a"
    assert json.loads(frames.envelope([frames.ack("a", 1), frames.ack("b", 2)]))["frames"][1]["seq"] == 2
    assert json.loads(frames.envelope([])) == {"frames": []}


def test_numbers_are_found_without_reading_the_whole_frame():
    assert frames.seq_of(b'{"type":"message","seq":42,"from":"bot"}') == 42
    assert frames.seq_of(b'{"seq": 42, "from": "bot", "type": "message"}') == 42
    assert frames.seq_of(b'{"type":"state","state":"bot","seq":3}') == 0
    assert frames.says_erased(b'{"type":"state","state":"erased"}')
    assert not frames.says_erased(b'{"type":"message","seq":1,"text":"\\"erased\\""}')
    assert frames.encoded({"type": "typing"}) == b'{"type":"typing"}'


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_frames_are_written_as_the_standard_says(length):
    rest, told = frames.as_websocket([b"x" * length, b"second"]), []
    while rest:
        assert rest[0] == 0x81  # whole, and text
        size, start = rest[1], 2  # not masked: the topmost bit is not set
        if size in (126, 127):
            start += 2 if size == 126 else 8
            size = int.from_bytes(rest[2:start], "big")
            assert size >= (126 if start == 4 else 65536)
        told.append(rest[start : start + size])
        rest = rest[start + size :]
    assert told == [b"x" * length, b"second"]
