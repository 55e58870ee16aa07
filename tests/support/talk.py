"""A small runtime in memory: what bot.turns and bot.live promise to a channel, with a short scripted talk.

It stands in where a test is about the channel and not about the talk. It has the real thing's rules: one numbering,
repeated ids answered and not repeated, frames published after they are stored.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.channels.ports import Busy, Erased, Incoming, TooLong, UnknownCode, UnknownQuestion, WrongTenant
from bot.errors import StorageUnavailable

QUEUE = 64
COMMANDS = {
    "cmd.back": "Et skridt tilbage",
    "cmd.human": "Tal med et menneske",
    "cmd.stop": "Stop for nu",
    "cmd.repeat": "Sig det igen",
    "cmd.easy": "Skriv lettere",
    "cmd.language": "English",
    "cmd.delete": "Slet alt om mig",
    "cmd.restart": "Start forfra",
}
MENU = {"me": "Det handler om mig", "other": "En jeg kender", "professional": "Jeg er fagperson"}
SCALE = {"0": "Aldrig", "1": "En gang om måneden eller sjældnere", "2": "2 til 4 gange om måneden",
         "3": "2 til 3 gange om ugen", "4": "4 gange om ugen eller oftere"}  # fmt: skip
OFTEN = {"0": "Aldrig", "1": "Sjældnere end en gang om måneden", "2": "Hver måned", "3": "Hver uge",
         "4": "Hver dag eller næsten hver dag"}  # fmt: skip


@dataclass
class Started:
    conversation: str
    code: str


@dataclass
class Resumed:
    conversation: str
    last_used: datetime | None


@dataclass
class Handled:
    seq: int
    duplicate: bool


@dataclass
class Talk:
    id: str
    tenant: str
    code: str
    messages: list[bytes] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    questions: dict[str, dict[str, str]] = field(default_factory=dict)
    step: int = 0
    state: str = "bot"
    easy: bool = False
    used: datetime | None = None
    seen: int = 0


class Queue:
    """Bounded; None once when it ran over."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
        self._lost = False

    def put(self, frame: bytes) -> None:
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            self._lost = True

    async def get(self) -> bytes | None:
        if self._lost:
            self._lost = False
            while not self._queue.empty():
                self._queue.get_nowait()
            return None
        return await self._queue.get()

    def get_nowait(self) -> bytes | None:
        return self._queue.get_nowait()


class FakeLive:
    def __init__(self) -> None:
        self.listeners: dict[str, list[Queue]] = {}

    @asynccontextmanager
    async def subscribe(self, conversation: str) -> AsyncIterator[Queue]:
        queue = Queue()
        self.listeners.setdefault(conversation, []).append(queue)
        try:
            yield queue
        finally:
            self.listeners[conversation].remove(queue)

    def publish(self, conversation: str, frame: bytes) -> None:
        for queue in self.listeners.get(conversation, ()):
            queue.put(frame)


class FakeConversations:
    """Everything in memory. Set `down` for a database that cannot be reached, `crowded` for one too busy."""

    def __init__(self) -> None:
        self.live = FakeLive()
        self.talks: dict[str, Talk] = {}
        self.down = False
        self.crowded = False
        self.handled: list[Incoming] = []

    def _alive(self) -> None:
        if self.down:
            raise StorageUnavailable

    async def start(self, *, tenant: str, channel: str) -> Started:
        self._alive()
        raw = "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(16))
        code = "-".join(raw[at : at + 4] for at in range(0, 16, 4))
        talk = Talk(secrets.token_hex(8), tenant, code)
        self.talks[talk.id] = talk
        return Started(talk.id, code)

    async def resume(self, *, tenant: str, code: str) -> Resumed:
        self._alive()
        for talk in self.talks.values():
            if talk.code == code and talk.state != "erased":
                if talk.tenant != tenant:
                    raise WrongTenant
                used, talk.used = talk.used, datetime.now(UTC)
                return Resumed(talk.id, used)
        raise UnknownCode

    async def greet(self, conversation: str) -> None:
        self._alive()
        talk = self.talks[conversation]
        if not talk.messages:
            self.say(talk.id, "Hej. Jeg hedder Dørtrin, og jeg er en chatbot. Du er anonym her. "
                     "Skriv ikke dit navn. Er nogen i fare lige nu, så ring 112.")  # fmt: skip
            self.ask(talk, "menu", "Hvem handler det om?", MENU)

    async def handle(self, conversation: str, incoming: Incoming) -> Handled:
        self._alive()
        if self.crowded:
            raise Busy
        talk = self.talks[conversation]
        if talk.state == "erased":
            raise Erased
        if incoming.id in talk.ids:
            return Handled(talk.ids[incoming.id], True)
        if incoming.text is not None and len(incoming.text) > 4000:
            raise TooLong
        label = incoming.text or ""
        if incoming.question is not None:
            if incoming.question not in talk.questions:
                raise UnknownQuestion
            label = talk.questions[incoming.question].get(incoming.option or "", "?")
        await asyncio.sleep(0)
        self.handled.append(incoming)
        seq = self.say(talk.id, label, sender="citizen", id=incoming.id)
        talk.ids[incoming.id] = seq
        self._answer(talk, incoming)
        return Handled(seq, False)

    async def history(self, conversation: str, *, after: int) -> list[bytes]:
        self._alive()
        await asyncio.sleep(0)
        return self.talks[conversation].messages[after:]

    async def state(self, conversation: str) -> dict[str, Any]:
        self._alive()
        return {"type": "state", "state": self.talks[conversation].state}

    async def typing(self, conversation: str) -> None:
        pass

    async def seen(self, conversation: str, seq: int) -> None:
        self.talks[conversation].seen = seq

    # -- what the bot does --

    def say(self, conversation: str, text: str, *, sender: str = "bot", **more: Any) -> int:
        talk = self.talks[conversation]
        seq = len(talk.messages) + 1
        frame = {"type": "message", "seq": seq, "from": sender, "text": text,
                 "at": datetime.now(UTC).isoformat(timespec="seconds"), **more}  # fmt: skip
        talk.messages.append(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode())
        self.live.publish(conversation, talk.messages[-1])
        return seq

    def move(self, conversation: str, state: str, **more: Any) -> None:
        self.talks[conversation].state = state
        frame = {"type": "state", "state": state, **more}
        self.live.publish(conversation, json.dumps(frame, separators=(",", ":")).encode())

    def ask(self, talk: Talk, key: str, text: str, options: dict[str, str], **more: Any) -> None:
        question = f"{key}:{len(talk.questions)}"
        commands = dict(COMMANDS)
        if talk.easy:
            commands["cmd.easy"] = "Mere tekst"
        choices = {**options, **commands}
        talk.questions[question] = choices
        self.say(talk.id, text, question=question, choices=[{"id": k, "label": v} for k, v in choices.items()], **more)

    def _answer(self, talk: Talk, incoming: Incoming) -> None:
        if incoming.option == "cmd.delete":
            self.ask(talk, "erase", "Vil du slette alt? Det kan ikke fortrydes.", {"yes": "Ja, slet alt", "no": "Nej"})
        elif incoming.option == "yes" and (incoming.question or "").startswith("erase"):
            talk.messages.clear()
            self.move(talk.id, "erased")
        elif incoming.option == "cmd.human":
            self.say(talk.id, "Det er godt, du siger det. Jeg finder en rådgiver til dig.")
            self.move(talk.id, "waiting", position=2, wait_minutes=10)
        elif incoming.option == "cmd.easy":
            talk.easy = not talk.easy
            self.say(talk.id, "Nu skriver jeg kortere og lettere." if talk.easy else "Nu skriver jeg som før.")
            self._question(talk)
        elif incoming.text is not None and incoming.text.startswith("echo "):
            self.ask(talk, "echo", incoming.text[5:], {"x": incoming.text[5:]})
        elif incoming.text is not None:
            self.say(talk.id, "Tak, fordi du fortæller det. Jeg har læst det hele.")
            self._question(talk)
        else:
            talk.step += 1
            self._question(talk)

    def _question(self, talk: Talk) -> None:
        if talk.step == 0:
            self.ask(talk, "menu", "Hvem handler det om?", MENU)
        elif talk.step <= 10:
            text, options = (
                ("Hvor tit drikker du noget med alkohol i?", SCALE)
                if talk.step == 1
                else ("Hvor tit har du inden for det sidste år fortrudt noget, du gjorde, mens du drak?", OFTEN)
            )
            if talk.easy:
                text = "Hvor tit drikker du øl, vin eller spiritus?"
            self.ask(talk, f"audit.q{talk.step}", text, options, progress={"step": talk.step, "of": 10})
        else:
            self.say(
                talk.id,
                "Tak. Du har svaret på det hele. Dine svar tyder på, at du drikker mere, end din krop har godt af.",
            )
            self.ask(
                talk,
                "doors",
                "Hvad vil du nu?",
                {"read": "Læs gode råd", "talk": "Tal med en rådgiver", "book": "Få en tid"},
            )
