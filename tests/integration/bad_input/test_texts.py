"""Texts that are odd, too long, or in a language that is not spoken here."""

from __future__ import annotations

import json

import pytest
from aiohttp import ClientSession

from bot.channels.frames import MAX_FRAME, MAX_TEXT
from tests.support.served import Served, Talk, label_of, of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "control characters": "\x00\x01\x1b[31m\x07\x7f\u0085\u2028",
    "emoji only": "🍺🍺🍺👨‍👩‍👧",
    "HTML and script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{ 7*7 }} {phone} {0} %s %(x)s ${jndi:ldap://x}",
    "SQL": "'; DROP TABLE message; --",
    "turned writing": "\u202etxet\u2066\u2069\u200b\ufeff",
    "combining marks": "a" + "\u0301" * 1000,
    "a number beyond all": "9" * 400,
    "as long as may be": "æ" * MAX_TEXT,
    "beyond the first plane": "\U0001f9ff\U0010fffd\ufffe",
}


@pytest.mark.parametrize("how", ODD)
async def test_an_odd_text_is_kept_as_it_is_and_answered_kindly(served: Served, talk: Talk, how: str) -> None:
    before = talk.asked
    frames = await talk.say(ODD[how])
    assert [frame["type"] for frame in frames if frame["type"] != "message"] == ["ack"]
    assert of(frames, "citizen") == [ODD[how]]
    answered = of(frames, "bot")
    assert answered[0] in {served.bot_says(f"engine.retry.{which}") for which in ("first", "second")}
    assert answered[-1] == before["text"]
    assert talk.asked["question"] == before["question"]
    assert "<script>" not in "".join(answered)


@pytest.mark.parametrize("text", ["Привет, мне нужна помощь", "مرحبا، أحتاج إلى مساعدة", "我需要帮助"])
async def test_another_language_is_told_which_there_are(served: Served, talk: Talk, text: str) -> None:
    answered = of(await talk.say(text), "bot")
    assert answered == [served.bot_says("engine.other_language"), talk.asked["text"]]


async def test_a_text_that_is_too_long_is_refused_and_the_talk_goes_on(served: Served, talk: Talk) -> None:
    (error,) = await talk.say("x" * (MAX_TEXT + 1))
    assert error == {"type": "error", "code": "too_long", "text": served.page_says("too_long"), "id": "i0"}
    label = label_of(talk.asked, "me")
    assert of(await talk.press("me"), "citizen") == [label]


async def test_a_megabyte_closes_the_socket_and_the_talk_can_be_resumed(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    await talk.socket.send_str(json.dumps({"type": "message", "id": "m", "text": "x" * 1_000_000}))
    assert await talk.closed_with() == 1009
    async with http.ws_connect(f"{served.url}/chat/kolding/ws") as socket:
        again = Talk(socket)
        await socket.send_json({"type": "hello", "code": talk.code})
        assert (await again.get())["seq"] == talk.asked["seq"]
    async with http.post(f"{served.url}/chat/kolding/frames", data=b"x" * 1_000_000) as answer:
        assert answer.status == 413
        assert [frame["code"] for frame in (await answer.json())["frames"]] == ["bad_frame"]


async def test_a_frame_as_long_as_may_be_is_read(talk: Talk) -> None:
    frame = json.dumps({"type": "message", "id": "m", "text": "hej"})
    await talk.socket.send_str(frame + " " * (MAX_FRAME - len(frame) - 1))
    assert (await talk.get())["type"] == "ack"
