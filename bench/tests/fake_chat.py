"""A tiny web chat server that speaks the protocol, keeps nothing, and can misbehave in one chosen way.

By hand: `python -m bench.tests.fake_chat --port 8099`, then point the load generator at it.
"""

import argparse
import asyncio
import json
from enum import StrEnum
from typing import Any

from aiohttp import WSMsgType, web

from bench.load.walk import SCREENING
from bench.loops import run
from bench.screening import QUESTIONS

ROUTE = "/chat/{tenant}/ws"


class Fault(StrEnum):
    NONE = "none"
    SKIPS_A_QUESTION = "skips_a_question"
    ASKS_AGAIN = "asks_again"
    ACKS_NOTHING = "acks_nothing"
    ACKS_ANOTHER = "acks_another"
    LOSES_A_SEQ = "loses_a_seq"
    DOUBLES_A_MESSAGE = "doubles_a_message"
    REFUSES = "refuses"
    HANDS_OVER = "hands_over"
    BREAKS_OFF = "breaks_off"


ITEMS = tuple(zip(SCREENING, (*QUESTIONS[:3], *QUESTIONS), strict=True))
MOVED = {Fault.SKIPS_A_QUESTION: 1, Fault.ASKS_AGAIN: -1}
COMMANDS = (("cmd.back", "Tilbage"), ("cmd.human", "Et menneske"))


class Conversation:
    """Menu, consent, all items, result with doors; wrong in its fault's way at the sixth item."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._seq = 0
        self._asking = 0
        self._step = -2

    def greet(self) -> list[dict[str, Any]]:
        return [{"type": "welcome", "code": "abc", "seq": 0}, {"type": "state", "state": "bot"}, self._ask()]

    def hear(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        self._seq += 1
        own = {"type": "message", "seq": self._seq, "from": "citizen", "text": frame.get("text", ""), "id": frame["id"]}
        ack = {"type": "ack", "id": frame["id"], "seq": self._seq}
        if not self._fits(frame):
            return [ack, own, self._ask()]
        self._step = -2 if self._step == len(ITEMS) else self._step + 1
        return self._break([ack, own, self._ask()])

    def _fits(self, frame: dict[str, Any]) -> bool:
        offered = self._choices()
        if frame["type"] == "choice":
            return frame["question"] == self._question() and frame["option"] in [each["id"] for each in offered]
        return frame["text"] in [each["label"] for each in offered]

    def _question(self) -> str:
        name = {-2: "welcome.who", -1: "screening.consent", len(ITEMS): "screening.doors"}.get(self._step)
        return f"{self._asking}:{name or ITEMS[self._step][0]}"

    def _choices(self) -> list[dict[str, str]]:
        match self._step:
            case -2:
                own = [("me", "Mig selv"), ("other", "En anden")]
            case -1:
                own = [("yes", "Ja"), ("no", "Nej")]
            case step if step < len(ITEMS):
                own = [(option.id, option.label) for option in ITEMS[step][1].options]
            case _:
                own = [("read", "Læs mere"), ("menu", "Menuen")]
        return [{"id": option, "label": label} for option, label in (*own, *COMMANDS)]

    def _ask(self) -> dict[str, Any]:
        self._seq += 1
        self._asking += 1
        text = ITEMS[self._step][1].text if 0 <= self._step < len(ITEMS) else "Hvad vil du?"
        return {
            "type": "message",
            "seq": self._seq,
            "from": "bot",
            "text": text,
            "at": "2026-01-01T00:00:00Z",
            "question": self._question(),
            "choices": self._choices(),
        }

    def _break(self, frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self._step != 5:
            return frames
        ack, own, asked = frames
        if self._fault in MOVED:
            self._step += MOVED[self._fault]
            return [ack, own, {**asked, "question": self._question()}]
        broken: dict[Fault, list[dict[str, Any]]] = {
            Fault.NONE: frames,
            Fault.ACKS_NOTHING: [own, asked],
            Fault.ACKS_ANOTHER: [{**ack, "id": "other"}, own, asked],
            Fault.LOSES_A_SEQ: [ack, own, {**asked, "seq": asked["seq"] + 1}],
            Fault.DOUBLES_A_MESSAGE: [ack, own, {**asked, "question": None, "choices": []}, asked],
            Fault.REFUSES: [{"type": "error", "code": "busy", "text": "Vent lidt", "id": own["id"]}],
            Fault.HANDS_OVER: [ack, own, {"type": "state", "state": "waiting"}, asked],
            Fault.BREAKS_OFF: [],
        }
        return broken[self._fault]


def fake_chat(fault: Fault = Fault.NONE) -> web.Application:
    async def chat(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        conversation = Conversation(fault)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            replies = conversation.greet() if frame["type"] == "hello" else conversation.hear(frame)
            if not replies:
                await socket.close(code=1011)
            for reply in replies:
                await socket.send_str(json.dumps(reply, ensure_ascii=False))
        return socket

    application = web.Application()
    application.router.add_get(ROUTE, chat)
    return application


async def serve(port: int) -> None:
    runner = web.AppRunner(fake_chat(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.tests.fake_chat", description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    run(serve(parser.parse_args().port))
