"""Buttons that are old, that never were, and that are pressed too often."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientSession

from tests.support.served import Frame, Served, Talk, label_of, of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_button_of_something_long_gone_changes_nothing_and_says_so(served: Served, talk: Talk) -> None:
    first = talk.asked["question"]
    await talk.press("me")
    menu = talk.asked
    for option in ("me", "other"):
        frames = await talk.press(option, first)
        assert of(frames, "bot") == [served.bot_says("engine.old_button.ended"), menu["text"]]
        assert talk.asked["question"] == menu["question"]


async def test_a_button_that_never_was_is_refused_or_explained(served: Served, talk: Talk) -> None:
    for question in ("nothing", "<b>", "99.menu.what.1"):
        (error,) = await talk.press("me", question)
        assert (error["code"], error["text"]) == ("unknown_question", served.page_says("unknown_question"))
    asked = talk.asked
    frames = await talk.press("me", "1.welcome.never.1")
    assert of(frames, "bot") == [served.bot_says("engine.old_button.unknown"), asked["text"]]
    question = talk.asked["question"]
    frames = await talk.press("<script>")
    assert of(frames, "bot")[0] == served.bot_says("engine.unknown_choice")
    assert talk.asked["question"] == question
    assert "<script>" not in json.dumps(frames)


async def test_a_button_pressed_twice_counts_once(talk: Talk) -> None:
    await talk.press("me")
    menu, label = talk.asked["question"], label_of(talk.asked, "alcohol")
    for _ in range(2):
        await talk.socket.send_json({"type": "choice", "id": "same", "question": menu, "option": "alcohol"})
    acks: list[Frame] = []
    said: list[Frame] = []
    while len(acks) < 2 or not said or not said[-1].get("question"):
        frame = await talk.get()
        (acks if frame["type"] == "ack" else said).append(frame)
    assert acks[0] == acks[1]
    assert [frame["text"] for frame in said if frame["from"] == "citizen"] == [label]


async def test_a_button_pressed_by_many_fingers_at_once_counts_once(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    """Ten presses with ids of their own, over ten connections: one is the answer, nine are told that it is given."""
    await talk.press("me")
    menu, label = talk.asked["question"], label_of(talk.asked, "alcohol")

    async def press(number: int) -> list[Frame]:
        frame = {"type": "choice", "id": f"finger{number}", "question": menu, "option": "alcohol"}
        headers = {"Authorization": f"Bearer {talk.code}"}
        async with http.post(f"{served.url}/chat/kolding/frames", json=frame, headers=headers) as answer:
            assert answer.status == 200
            found: list[Frame] = (await answer.json())["frames"]
            return found

    answers = await asyncio.gather(*(press(number) for number in range(10)))
    assert sorted({frames[0]["type"] for frames in answers}) == ["ack"]
    async with http.get(
        f"{served.url}/chat/kolding/frames?after=0", headers={"Authorization": f"Bearer {talk.code}"}
    ) as answer:
        history = [frame for frame in (await answer.json())["frames"] if frame["type"] == "message"]
    assert [frame["seq"] for frame in history] == list(range(1, len(history) + 1))
    texts = [frame["text"] for frame in history]
    assert texts.count(label) == 10, "each press is a message of the citizen, with the words of the button"
    assert texts.count(served.bot_says("engine.old_button.ended")) == 9
    assert len({frame["question"] for frame in history if frame.get("question")}) == 3
