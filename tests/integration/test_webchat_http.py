"""The web chat without a socket (CONTRACTS §3): frames over HTTP, and waiting for them."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.support.device import bearer, frames_of, post


async def test_a_whole_talk_over_http(site, http):
    welcome, state, hello, ask = await post(http, site, None, type="hello")
    assert (welcome["type"], state["state"], hello["seq"], ask["seq"]) == ("welcome", "bot", 1, 2)
    code = welcome["code"]
    ack, own, answer = await post(http, site, code, type="choice", id="a", question=ask["question"], option="me")
    assert ack == {"type": "ack", "id": "a", "seq": 3}
    assert (own["id"], answer["seq"]) == ("a", 4)
    assert await post(http, site, code, type="message", id="a", text="again") == [ack]
    assert await post(http, site, code, type="seen", seq=4) == []
    resumed = await post(http, site, code, type="hello", last_seq=3)
    assert [frame.get("seq") for frame in resumed] == [4, None, 4]


async def test_long_poll(site, http):
    code = (await post(http, site, None, type="hello"))[0]["code"]
    (conversation,) = site.talk.talks

    async def poll(after: int, wait: int) -> list[dict[str, Any]]:
        async with http.get(frames_of(site), params={"after": after, "wait": wait}, headers=bearer(code)) as answer:
            assert answer.status == 200
            frames: list[dict[str, Any]] = (await answer.json())["frames"]
            return frames

    assert [frame.get("seq") for frame in await poll(0, 25)] == [1, 2, None]
    assert await poll(2, 0) == []
    started = time.monotonic()
    assert await poll(2, 1) == []
    assert time.monotonic() - started >= 1
    waiting = asyncio.create_task(poll(2, 25))
    await asyncio.sleep(0.1)
    site.talk.say(conversation, "Hej, jeg er rådgiver.", sender="counselor")
    assert [frame.get("from") for frame in await waiting] == ["counselor", None]
    waiting = asyncio.create_task(poll(3, 25))
    await asyncio.sleep(0.1)
    site.talk.move(conversation, "human")
    assert await waiting == [{"type": "state", "state": "human"}]


async def test_errors_over_http(site, http):
    code = (await post(http, site, None, type="hello"))[0]["code"]
    cases: list[tuple[int, str, Any, dict[str, str]]] = [
        (400, "bad_frame", b"{", bearer(code)),
        (400, "bad_frame", b'{"type":"welcome"}', bearer(code)),
        (401, "unknown_code", b'{"type":"message","id":"a","text":"x"}', {}),
        (404, "unknown_code", b'{"type":"message","id":"a","text":"x"}', bearer("0000-0000-0000-0000")),
        (409, "unknown_question", b'{"type":"choice","id":"a","question":"q","option":"x"}', bearer(code)),
        (413, "too_long", json.dumps({"type": "message", "id": "a", "text": "x" * 4001}).encode(), bearer(code)),
        (413, "bad_frame", b'{"type":"typing","pad":"' + b"x" * 1_000_000 + b'"}', bearer(code)),
    ]
    for status, name, body, headers in cases:
        async with http.post(frames_of(site), data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["frames"][0]["code"]) == (status, name)
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    for query in ({"after": "-1"}, {"after": "x"}, {"wait": "nan"}, {"after": "9" * 40}):
        async with http.get(frames_of(site), params=query, headers=bearer(code)) as answer:
            assert answer.status == 400
    async with http.get(frames_of(site)) as answer:
        assert answer.status == 401
    site.talk.down = True
    async with http.post(frames_of(site), json={"type": "hello"}) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"
    async with http.get(frames_of(site), headers=bearer(code)) as answer:
        assert answer.status == 503
    async with http.get(site.url + "/") as answer:
        assert "tel:112" in await answer.text()
