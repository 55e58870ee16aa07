"""A talk in the terminal: for a person, and line by line for programs (CONTRACTS §2, chat).

In the terminal options are lettered, never numbered: "3" typed to "how many drinks" means three drinks.
"""

import asyncio
import json
import secrets
import string
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.channels.ports import Erased, Incoming, TooLong, TurnRefused, UnknownQuestion
from bot.channels.rendering import Scene, write
from bot.conversations import Conversations
from bot.errors import StorageUnavailable
from bot.live import Live
from dialogs.journal import Session

CHANNEL = "terminal"
LETTERS = string.ascii_lowercase
COMMAND_SIGN = "/"


class SteppingClock:
    """A clock that starts at a moment and goes one second on at every line."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def step(self) -> None:
        """A line was read."""
        self._now += timedelta(seconds=1)


class Line(msgspec.Struct, kw_only=True):
    """One line in: exactly one of the two."""

    text: str | None = None
    choice: str | None = None


_decoder = msgspec.json.Decoder(Line, strict=True)


def read_line(line: str) -> Line | None:
    """The line in, or None if it is not one."""
    try:
        read = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return read if (read.text is None) != (read.choice is None) else None


class TerminalTalk:
    """One conversation, driven line by line."""

    def __init__(self, conversations: Conversations, live: Live, *, tenant: str) -> None:
        self._conversations = conversations
        self._live = live
        self._tenant = tenant
        self.conversation = ""
        self.code = ""
        self.asked: dict[str, Any] | None = None
        self.erased = False

    async def begin(self, *, reading: str = "plain", language: str = "da") -> list[dict[str, Any]]:
        """Open the conversation; the greeting."""
        started = await self._conversations.start(
            tenant=self._tenant, channel=CHANNEL, session=Session(easy=reading == "easy", language=language)
        )
        self.conversation, self.code = started.conversation, started.code
        async with self._live.subscribe(self.conversation) as page:
            await self._conversations.greet(self.conversation)
            return self._messages(page)

    async def send(self, line: Line) -> list[dict[str, Any]]:
        """Send one line; the bot's messages."""
        if self.erased:
            return [self._own("engine.erased")]
        question = self.asked["question"] if line.choice is not None and self.asked is not None else None
        incoming = Incoming(id=secrets.token_urlsafe(12), text=line.text, question=question, option=line.choice)
        async with self._live.subscribe(self.conversation) as page:
            try:
                await self._conversations.handle(self.conversation, incoming)
            except TooLong:
                return [self._own("engine.too_long")]
            except UnknownQuestion:
                return [self._own("engine.unknown_choice")]
            except Erased:
                self.erased = True
                return [self._own("engine.erased")]
            except (TurnRefused, StorageUnavailable):
                return [self._own("engine.apology")]
            return self._messages(page)

    def _own(self, key: str) -> dict[str, Any]:
        house = self._conversations.house
        pack = house.content.pack(self._tenant)
        scene = Scene(
            catalog=house.content.messages.for_pack(pack.id),
            pack=pack,
            at=self._conversations.now(),
            channel=CHANNEL,
        )
        return {"text": write(key, scene)}

    def _messages(self, page: Any) -> list[dict[str, Any]]:
        found = []
        while (frame := _next(page)) is not None:
            if frame["type"] == "state":
                self.erased = self.erased or frame["state"] == "erased"
            elif frame["from"] != "citizen":
                found.append(frame)
                self.asked = frame if frame.get("question") else self.asked
        return found

    async def status(self) -> dict[str, Any]:
        """State, running root dialog and crisis, as they stand."""
        if self.erased:
            return {"state": "erased", "dialog": None, "crisis": {"label": "none", "severity": 0}}
        state = await self._conversations.state(self.conversation)
        session = await self._conversations.session(self.conversation)
        label, severity = await self._conversations.crisis(self.conversation)
        root = session.root
        return {
            "state": state["state"],
            "dialog": None if root is None else root.dialog,
            "crisis": {"label": label, "severity": severity},
        }


def _next(page: Any) -> dict[str, Any] | None:
    try:
        raw = page.get_nowait()
    except asyncio.QueueEmpty:
        return None
    frame: dict[str, Any] = json.loads(raw)
    return frame


def out_line(messages: Iterable[dict[str, Any]], status: dict[str, Any]) -> str:
    """One line out, all keys always present."""
    shown = [
        {
            "text": message["text"],
            "choices": [{"id": choice["id"], "label": choice["label"]} for choice in message.get("choices", ())],
            "question": message.get("question"),
            "progress": message.get("progress"),
            "picture": {"alt": message["picture"]["alt"]} if message.get("picture") else None,
        }
        for message in messages
    ]
    return json.dumps({"messages": shown, **status}, ensure_ascii=False)


async def run_jsonl(
    talk: TerminalTalk, lines: AsyncIterator[str], put: Callable[[str], None], clock: SteppingClock | None, **begin: str
) -> None:
    """CONTRACTS §2, chat: the greeting first, then one line out for each line in."""
    put(out_line(await talk.begin(**begin), await talk.status()))
    async for raw in lines:
        if clock is not None:
            clock.step()
        line = read_line(raw)
        if line is None:
            put('{"error": "bad_input"}')
            continue
        put(out_line(await talk.send(line), await talk.status()))


async def run_person(
    talk: TerminalTalk,
    lines: AsyncIterator[str],
    put: Callable[[str], None],
    explain: Callable[[str], str] | None,
    **begin: str,
) -> None:
    """A talk for a person: options are lettered, commands begin with a slash."""
    _show(await talk.begin(**begin), put)
    async for raw in lines:
        typed = raw.strip()
        if not typed:
            continue
        if explain is not None:
            put(f"    · {explain(typed)}")
        _show(await talk.send(_typed(talk, typed)), put)


def _typed(talk: TerminalTalk, typed: str) -> Line:
    own = _own_options(talk.asked)
    if len(typed) == 1 and typed in LETTERS[: len(own)]:
        return Line(choice=own[LETTERS.index(typed)]["id"])
    if typed.startswith(COMMAND_SIGN):
        return Line(choice=f"cmd.{typed[1:]}")
    return Line(text=typed)


def _own_options(asked: dict[str, Any] | None) -> list[dict[str, str]]:
    choices = [] if asked is None else asked.get("choices", [])
    return [choice for choice in choices if not choice["id"].startswith("cmd.")]


def _show(messages: list[dict[str, Any]], put: Callable[[str], None]) -> None:
    for message in messages:
        put("")
        for row in message["text"].splitlines():
            put(f"  {row}")
        if message.get("picture"):
            put(f"  [{message['picture']['alt']}]")
        for letter, option in zip(LETTERS, _own_options(message), strict=False):
            put(f"    {letter}) {option['label']}")
        if message.get("question"):
            commands = [choice["id"].removeprefix("cmd.") for choice in message["choices"] if "cmd." in choice["id"]]
            put("    " + "  ".join(f"{COMMAND_SIGN}{command}" for command in commands))
