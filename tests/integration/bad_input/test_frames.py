"""Frames that are none, and anything at all in the place of a frame."""

from __future__ import annotations

import asyncio
import json
import time
import zlib

import pytest
from aiohttp import ClientSession, WSMsgType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.frames import BAD_FRAMES, CLOSE_BAD_FRAMES
from tests.support.served import Served, Talk, label_of, of

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = {
    "nothing": b"",
    "no JSON": b"hej",
    "half": b'{"type": "message", "id": "a"',
    "a list": b"[]",
    "null": b"null",
    "no type": b'{"id": "a", "text": "b"}',
    "unknown type": b'{"type": "root", "id": "a"}',
    "a number for a text": b'{"type": "message", "id": "a", "text": 7}',
    "no id": b'{"type": "message", "text": "b"}',
    "an id with a blank": b'{"type": "message", "id": "a b", "text": "b"}',
    "an id with a line end": b'{"type": "message", "id": "a\\n", "text": "b"}',
    "an id of 65": b'{"type": "message", "id": "' + b"a" * 65 + b'", "text": "b"}',
    "half a surrogate": b'{"type": "message", "id": "a", "text": "\\ud800"}',
    "deep": b"[" * 30_000,
    "a huge number": b'{"type": "seen", "seq": ' + b"9" * 5000 + b"}",
    "minus one": b'{"type": "seen", "seq": -1}',
    "not UTF-8": b'{"type": "message", "id": "a", "text": "\xff"}',
}


@pytest.mark.parametrize("how", BAD)
async def test_what_is_no_frame_is_told_and_stores_nothing(
    served: Served, talk: Talk, http: ClientSession, how: str
) -> None:
    if how != "not UTF-8":  # such a socket is closed by the protocol itself
        await talk.socket.send_frame(BAD[how], WSMsgType.TEXT)
        error = await talk.get()
        assert {"type": "error", "code": "bad_frame", "text": served.page_says("bad_frame")}.items() <= error.items()
    headers = {"Authorization": f"Bearer {talk.code}"}
    async with http.post(f"{served.url}/chat/kolding/frames", data=BAD[how], headers=headers) as answer:
        assert answer.status == 400
        (error,) = (await answer.json())["frames"]
        assert error["code"] == "bad_frame"
    before = talk.asked["seq"]
    assert (await talk.say("hej"))[0] == {"type": "ack", "id": "i0", "seq": before + 1}


async def test_five_bad_frames_close_the_socket(talk: Talk) -> None:
    for _ in range(BAD_FRAMES):
        await talk.socket.send_bytes(b"\x00\x01")
    assert await talk.closed_with() == CLOSE_BAD_FRAMES


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_not_what_it_says_or_far_more_is_refused(
    served: Served, http: ClientSession, encoding: str
) -> None:
    bomb = zlib.compress(b" " * 50_000_000) if encoding == "deflate" else b"\x1f\x8bno"
    began = time.monotonic()
    async with http.post(
        f"{served.url}/chat/kolding/frames", data=bomb, headers={"Content-Encoding": encoding, "Connection": "close"}
    ) as answer:
        assert answer.status in {400, 413}
        assert "Traceback" not in await answer.text()
    assert time.monotonic() - began < 5


# Anything at all.


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
ALMOST = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "message", "choice", "seen", "typing"]) | TEXTS},
    optional={
        "id": st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z") | SCALARS,
        "text": SCALARS,
        "question": SCALARS | st.just("1.welcome.who.1"),
        "option": SCALARS | st.sampled_from(["me", "cmd.back", "cmd.human", "cmd.easy", "edit.x"]),
        "code": SCALARS,
        "seq": SCALARS,
        "last_seq": SCALARS,
    },
)
JSONS = st.one_of(ALMOST, SCALARS, st.lists(SCALARS)).map(lambda one: json.dumps(one).encode())
ANYTHING = st.binary(max_size=300) | JSONS
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(body=ANYTHING)
async def test_any_body_is_answered_in_time_and_never_with_an_error_of_ours(
    served: Served, talk: Talk, http: ClientSession, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {talk.code}"}
    began = time.monotonic()
    async with http.post(f"{served.url}/chat/kolding/frames", data=body, headers=headers) as answer:
        assert answer.status in {200, 400, 409, 413, 404}
        for frame in (await answer.json())["frames"]:
            assert frame["type"] in {"welcome", "state", "message", "ack", "error"}
    assert time.monotonic() - began < 5


@FUZZ
@given(frames=st.lists(ANYTHING, max_size=4), binary=st.booleans())
async def test_any_frames_on_a_socket_leave_the_talk_alive(
    served: Served, talk: Talk, http: ClientSession, frames: list[bytes], binary: bool
) -> None:
    """Up to four bad ones are told; a text after them is acknowledged, unless the socket was closed for one."""
    async with http.ws_connect(f"{served.url}/chat/kolding/ws") as socket:
        await socket.send_json({"type": "hello", "code": talk.code})
        for frame in frames:
            await socket.send_frame(frame, WSMsgType.BINARY if binary else WSMsgType.TEXT)
        await socket.send_json({"type": "message", "id": "after", "text": "hej"})
        while (message := await asyncio.wait_for(socket.receive(), 10)).type is WSMsgType.TEXT:
            frame_out = json.loads(message.data)
            assert frame_out["type"] in {"welcome", "state", "message", "ack", "error"}
            if frame_out["type"] == "ack" and frame_out["id"] == "after":
                break
        else:
            assert socket.close_code in {1007, CLOSE_BAD_FRAMES}  # no UTF-8, or a fifth


async def test_and_after_all_that_it_still_talks(served: Served, talk: Talk, http: ClientSession) -> None:
    label = label_of(talk.asked, "me")
    assert of(await talk.press("me"), "citizen") == [label]
    async with http.get(f"{served.url}/readyz") as answer:
        assert answer.status == 200
