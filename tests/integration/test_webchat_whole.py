"""The web chat over the real runtime and a real database: the contract, from the first word to the erasure."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.support.whole import whole_service


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """A whole service on a fresh SQLite file."""
    async with whole_service(tmp_path) as served:
        yield served


@asynccontextmanager
async def socket(url: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with ClientSession() as http, http.ws_connect(f"{url}/chat/kolding/ws") as one:
        yield one


async def until_question(one: ClientWebSocketResponse) -> list[dict[str, Any]]:
    """Everything up to the next message that awaits an answer."""
    frames = []
    while not frames or "question" not in frames[-1]:
        message = await asyncio.wait_for(one.receive(), 20)
        assert message.type is WSMsgType.TEXT, one.close_code
        frames.append(json.loads(message.data))
    return frames


async def press(
    one: ClientWebSocketResponse, asked: dict[str, Any], option: str, frame_id: str
) -> list[dict[str, Any]]:
    await one.send_json({"type": "choice", "id": frame_id, "question": asked["question"], "option": option})
    return await until_question(one)


async def test_a_screening_by_buttons_with_a_reconnect_in_the_middle_and_two_devices(url):
    async with socket(url) as one:
        await one.send_json({"type": "hello"})
        frames = await until_question(one)
        assert [frame["type"] for frame in frames[:2]] == ["welcome", "state"]
        code = frames[0]["code"]
        frames += await press(one, frames[-1], "me", "c1")
        menu = frames[-1]
        own = next(frame for frame in frames if frame.get("id") == "c1" and frame["type"] == "message")
        assert (own["from"], own["text"]) == ("citizen", "Det handler om mig")
        assert {choice["id"] for choice in menu["choices"]} >= {"cmd.human", "cmd.easy", "cmd.delete"}
    async with socket(url) as one, socket(url) as two:
        for each in (one, two):
            await each.send_json({"type": "hello", "code": code.lower(), "last_seq": 0})
        told = [await until_whole(each) for each in (one, two)]
        assert told[0] == told[1]
        seqs = [frame["seq"] for frame in told[0]]
        assert seqs == list(range(1, len(seqs) + 1))
        frames = await press(one, told[0][-1], own_options(told[0][-1])[0], "c2")
        same = await until_question(two)
        assert [frame for frame in frames if frame["type"] == "message"] == [f for f in same if f["type"] == "message"]
        await one.send_json({"type": "choice", "id": "c1", "question": menu["question"], "option": "nonsense"})
        while (frame := await asyncio.wait_for(one.receive_json(), 5)).get("type") != "ack" or frame["id"] != "c1":
            pass
        assert frame["seq"] == own["seq"]


async def until_whole(one: ClientWebSocketResponse) -> list[dict[str, Any]]:
    """All messages of the history."""
    welcome = await asyncio.wait_for(one.receive_json(), 5)
    assert welcome["code"].isupper()  # in its one form, however it was typed
    assert (await one.receive_json())["type"] == "state"
    return [await asyncio.wait_for(one.receive_json(), 5) for _ in range(welcome["seq"])]


def own_options(asked: dict[str, Any]) -> list[str]:
    return [choice["id"] for choice in asked["choices"] if not choice["id"].startswith("cmd.")]


async def test_texts_are_stored_and_answered_and_errors_leave_the_talk_alone(url):
    async with socket(url) as one:
        await one.send_json({"type": "hello"})
        await until_question(one)
        await one.send_json({"type": "message", "id": "m1", "text": "hej, jeg drikker for meget 🍺 <script>"})
        frames = await until_question(one)
        assert any(frame["type"] == "ack" and frame["id"] == "m1" for frame in frames)
        for bad, expected in (
            ({"type": "message", "id": "m2", "text": "x" * 4001}, "too_long"),
            ({"type": "choice", "id": "m3", "question": "never", "option": "me"}, "unknown_question"),
            ({"type": "nonsense"}, "bad_frame"),
        ):
            await one.send_json(bad)
            error = await asyncio.wait_for(one.receive_json(), 5)
            assert (error["type"], error["code"], error.get("id")) == ("error", expected, bad.get("id"))
        await one.send_json({"type": "message", "id": "m4", "text": ""})
        assert any(frame["type"] == "ack" for frame in await until_question(one))


async def test_erasing_closes_with_4410_and_the_code_is_dead(url):
    async with socket(url) as one:
        await one.send_json({"type": "hello"})
        frames = await until_question(one)
        code = frames[0]["code"]
        frames = await press(one, frames[-1], "cmd.delete", "d1")
        yes = next(option for option in own_options(frames[-1]) if option in {"yes", "delete", "erase"})
        await one.send_json({"type": "choice", "id": "d2", "question": frames[-1]["question"], "option": yes})
        states = []
        while (message := await asyncio.wait_for(one.receive(), 5)).type is WSMsgType.TEXT:
            states.append(json.loads(message.data).get("state"))
        assert "erased" in states
        assert one.close_code == 4410
    async with socket(url) as again:
        await again.send_json({"type": "hello", "code": code})
        assert (await again.receive_json())["code"] == "unknown_code"


async def test_the_same_over_http(url):
    async with ClientSession() as http:
        frames_url = f"{url}/chat/kolding/frames"

        async def post(frame: dict[str, Any], code: str | None = None) -> list[dict[str, Any]]:
            headers = {"Authorization": f"Bearer {code}"} if code else {}
            async with http.post(frames_url, json=frame, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                frames: list[dict[str, Any]] = (await answer.json())["frames"]
                return frames

        opened = await post({"type": "hello"})
        assert [frame["type"] for frame in opened[:2]] == ["welcome", "state"]
        code, asked = opened[0]["code"], opened[-1]
        ack, own, *more = await post({"type": "choice", "id": "a", "question": asked["question"], "option": "me"}, code)
        assert (ack["type"], own["id"], own["seq"]) == ("ack", "a", ack["seq"])
        assert more[-1]["question"]
        again = await post({"type": "choice", "id": "a", "question": asked["question"], "option": "me"}, code)
        assert again == [ack]
        params = {"after": str(own["seq"]), "wait": "25"}
        async with http.get(frames_url, params=params, headers={"Authorization": f"Bearer {code}"}) as answer:
            told = (await answer.json())["frames"]
            assert [frame["seq"] for frame in told if frame["type"] == "message"] == [frame["seq"] for frame in more]


async def test_a_new_code_is_told_to_who_asked_and_puts_every_other_device_out(url):
    async with socket(url) as asks, socket(url) as other, ClientSession() as http:
        await asks.send_json({"type": "hello"})
        asked = await until_question(asks)
        old = asked[0]["code"]
        await other.send_json({"type": "hello", "code": old})
        await until_question(other)
        asked = await press(asks, asked[-1], "cmd.code", "c1")
        assert own_options(asked[-1]) == ["new", "keep"]
        headers, params = {"Authorization": f"Bearer {old}"}, {"after": str(asked[-1]["seq"]), "wait": "25"}
        waits = asyncio.create_task(http.get(f"{url}/chat/kolding/frames", params=params, headers=headers))
        told = await press(asks, asked[-1], "new", "c2")
        [welcome] = [frame for frame in told if frame["type"] == "welcome"]
        seqs = [frame["seq"] for frame in told if frame["type"] == "message"]
        assert seqs == list(range(seqs[0], welcome["seq"] + 1))
        assert welcome["code"] != old
        assert not any(welcome["code"] in frame.get("text", "") for frame in told)  # a counselor may read the talk

        while (await asyncio.wait_for(other.receive(), 5)).type is WSMsgType.TEXT:
            pass
        assert other.close_code == 4401
        async with await waits as answer:
            assert [frame["code"] for frame in (await answer.json())["frames"]] == ["unknown_code"]
        async with socket(url) as again:
            await again.send_json({"type": "hello", "code": old})
            assert (await again.receive_json())["code"] == "unknown_code"
        async with socket(url) as again:
            await again.send_json({"type": "hello", "code": welcome["code"], "last_seq": 0})
            assert [frame["seq"] for frame in await until_whole(again)] == list(range(1, welcome["seq"] + 1))
        await asks.send_json({"type": "message", "id": "c3", "text": "hej"})
        assert any(frame.get("id") == "c3" for frame in await until_question(asks))  # its own socket stayed open


async def test_a_new_code_over_http(url):
    async with ClientSession() as http:

        async def post(frame: dict[str, Any], code: str = "") -> tuple[int, list[dict[str, Any]]]:
            headers = {"Authorization": f"Bearer {code}"} if code else {}
            async with http.post(f"{url}/chat/kolding/frames", json=frame, headers=headers) as answer:
                return answer.status, (await answer.json())["frames"]

        _, opened = await post({"type": "hello"})
        old = opened[0]["code"]
        choice = {"type": "choice", "id": "a", "question": opened[-1]["question"], "option": "cmd.code"}
        _, asked = await post(choice, old)
        _, told = await post({**choice, "id": "b", "question": asked[-1]["question"], "option": "new"}, old)
        assert [frame["type"] for frame in told[:2]] == ["ack", "welcome"]
        status, refused = await post({"type": "message", "id": "c", "text": "hej"}, old)
        assert (status, refused[0]["code"]) == (404, "unknown_code")
        status, answered = await post({"type": "message", "id": "c", "text": "hej"}, told[1]["code"])
        assert (status, answered[0]["type"]) == (200, "ack")
