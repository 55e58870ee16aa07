"""Dørtrin's Telegram channel as it is served, on its own SQLite file with FULL, between the bytes of an update and the
calls to Telegram: intake, turn, commit, outbox, sending. Only the pacing and the flood limit are lifted: citizens here
write faster than people.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from bench.load.walk import Choice, Typing, Walk
from bench.peers.updates import TOKEN
from bench.telegram.offline import Offline
from bench.telegram.people import FIRST, message, press
from bot.channels.limits import Limits, Rate, Rules
from bot.channels.telegram.farewells import Farewells
from bot.channels.telegram.haste import Haste
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.pacing import Rate as Sending
from bot.channels.telegram.replies import Replies
from bot.channels.telegram.sending import TelegramChannel
from bot.channels.telegram.transport import Api
from bot.clock import SystemClock
from bot.messages import read_body
from bot.outbox import Relay
from bot.privacy.keys import create_keyring
from bot.running import Running, make_house, running
from bot.storage.migrations import migrate
from bot.storage.ports import OutboxState, StoredMessage
from bot.understanding import load

TENANT = "kolding"
PATIENCE = 30.0
_UNPACED = Sending(10**9, 1e-9)


class Watched(TelegramChannel):
    """The channel, and what it has sent last in each conversation."""

    latest: dict[str, StoredMessage]
    sent: asyncio.Event

    async def send(self, address: bytes, message: StoredMessage) -> None:
        await super().send(address, message)
        self.latest[message.conversation] = message
        self.sent.set()


class Service:
    """Each round every citizen presses or writes once, on the way through the screening."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._telegram = Offline()
        self._stack = AsyncExitStack()
        self._names: list[str] = []
        self._bodies: list[bytes] = []
        self._number = 0

    async def start(self, citizens: int) -> None:
        url = f"sqlite:///{self._folder / 'telegram.db'}"
        await migrate(url)
        clock = SystemClock()
        house = make_house(overlay=None, keyring=create_keyring(self._folder / "keyring"), hear=load())
        run = await self._stack.enter_async_context(running(url=url, house=house, clock=clock, understanding=None))
        await self._open(run)
        self._walks = [Walk(number, Typing.ONE_IN_TEN) for number in range(citizens)]
        self._bodies = [msgspec.json.encode(message(number, 0, "/start")) for number in range(citizens)]
        await asyncio.gather(*map(self._take, self._bodies))
        for number in range(citizens):
            name = await run.conversations.at(str(FIRST + number), tenant=TENANT, channel=self._channel.name)
            assert name is not None
            self._names.append(name)
        while set(await run.store.outbox_counts()) != {OutboxState.SENT}:  # noqa: ASYNC110 - the last line is /start
            await asyncio.sleep(0.05)

    async def _open(self, run: Running) -> None:
        self._run = run
        clock = run.clock.monotonic
        api = Api(TOKEN, request=self._telegram, get_updates_request=Offline())
        pace = Pace(clock, per_chat=_UNPACED, in_all=_UNPACED)
        replies = Replies(api, pace)
        self._channel = Watched(api, pace, run.conversations.house.keyring.tenant(TENANT), counselor="")
        self._channel.latest, self._channel.sent = {}, asyncio.Event()
        relay = Relay(run.store, run.clock, run.conversations.house.keyring, self._channel, owner="me", at_once=200)
        limits = Limits(clock, rules=Rules(messages=Rate(10**9, 1e-9)))
        self._intake = Intake(
            tenant=TENANT,
            content=run.content,
            conversations=run.conversations,
            replies=replies,
            wake=relay.wake,
            clock=clock,
            haste=Haste(limits, clock=clock),
            farewells=Farewells(run.conversations, run.live, replies, usual=str),
            unstored=lambda _tenant, _text: None,
        )
        relay.start()
        self._stack.push_async_callback(replies.close)
        self._stack.push_async_callback(relay.stop)

    async def prepare(self) -> None:
        """What everybody does next, by what they were asked; not on the clock."""
        self._number += 1
        self._bodies = [msgspec.json.encode(self._next(number)) for number in range(len(self._names))]

    def _next(self, citizen: int) -> dict[str, object]:
        stored = self._channel.latest[self._names[citizen]]
        body = read_body(stored.body)
        shown = self._telegram.last[FIRST + citizen]
        rows = shown.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
        choices = [Choice(one.id, one.label) for one in body.choices]
        said = self._walks[citizen].answer(body.question or "", choices)
        if said.option is None:
            return message(citizen, self._number, said.text)
        return press(citizen, self._number, buttons[said.text], shown["text"])

    async def round(self) -> None:
        """Everything is committed, and everybody is answered."""
        await asyncio.gather(*map(self._take, self._bodies))
        await self._all_sent()

    async def _take(self, body: bytes) -> None:
        await self._intake.take(msgspec.json.decode(body))

    async def _all_sent(self) -> None:
        """Raises RuntimeError if that takes too long."""
        ends = time.monotonic() + PATIENCE
        latest = self._channel.latest
        for name in self._names:
            seq = (await self._run.conversations.loaded(name)).seq
            while name not in latest or latest[name].seq < seq:
                self._channel.sent.clear()
                try:
                    async with asyncio.timeout(ends - time.monotonic()):
                        await self._channel.sent.wait()
                except TimeoutError:
                    raise RuntimeError(f"message {seq} was not sent") from None

    async def check(self) -> None:
        """The walk raises for a question that cannot come: that is looked at when the next answer is prepared."""

    async def stop(self) -> None:
        await self._stack.aclose()
