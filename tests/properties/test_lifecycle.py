"""A conversation's whole life in any order: messages, duplicates, edits, crashes, counselors, erasure.

What must hold whatever happens: nothing acknowledged is lost or doubled, numbers have no gap, nobody is with the bot
and with a counselor at once, and after erasure nothing can be read.
"""

import asyncio
import secrets
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import messages
from bot.channels.ports import Erased, Incoming, UnknownQuestion
from bot.conversations import Conversations
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.running import make_house
from bot.storage.ports import NewMessage, Sender, StateChange
from bot.storage.store import SqlStore, open_store
from dialogs import lifecycle
from dialogs.heard import Expect, Heard
from dialogs.lifecycle import State
from tests.support.player import understanding

T = TypeVar("T")


class Clock:
    """Moves on by a second whenever it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 25, 10, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()


class Hearing:
    """The product's understanding, loaded once for all runs."""

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        return understanding().hear(text, now=now, expect=expect)


HOUSE = make_house(overlay=None, keyring=Keyring(active="k1", keys={"k1": secrets.token_bytes(32)}), hear=Hearing())


TEXTS = ["hej", "ja", "nej", "dagligt", "18 til 25 år", "tilbage", "jeg vil ikke leve mere", "🍺", ""]


class Life(RuleBasedStateMachine):
    """One conversation, and what we know of it."""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.store: SqlStore = self.run(open_store("sqlite://"))
        self.start_process()
        started = self.run(self.talk.start(tenant="kolding", channel="web"))
        self.id, self.code = started.conversation, started.code
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.sent = 0
        self.erased = False
        self.run(self.talk.greet(self.id))

    def start_process(self) -> None:
        self.talk = Conversations(store=self.store, house=HOUSE, live=Live(), clock=self.clock)

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(work)  # type: ignore[arg-type]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.talk.close())
            self.run(self.store.close())
            self.loop.close()

    # what citizens do

    def send(self, **what: Any) -> None:
        self.sent += 1
        incoming = Incoming(id=f"m{self.sent}", **what)
        try:
            handled = self.run(self.talk.handle(self.id, incoming))
        except Erased:
            assert self.erased
            return
        except UnknownQuestion:
            return
        if self.state() is State.ERASED:
            self.erased = True
        else:
            self.acknowledged[incoming.id] = (handled.seq, incoming.text or "")

    @rule(
        text=st.sampled_from(
            ["hej", "ja", "nej", "dagligt", "18 til 25 år", "tilbage", "jeg vil ikke leve mere", "🍺", ""]
        )
    )
    def write(self, text: str) -> None:
        self.send(text=text)

    @rule(pick=st.integers(0, 12))
    def press(self, pick: int) -> None:
        """A button of the last question."""
        asked = [frame for frame in self.frames() if frame.get("question")]
        if asked and asked[-1]["choices"]:
            choice = asked[-1]["choices"][pick % len(asked[-1]["choices"])]
            if choice["id"] != "cmd.delete":
                self.send(question=asked[-1]["question"], option=choice["id"])

    @rule(which=st.integers(0, 30), pick=st.integers(0, 6))
    def press_an_old_button(self, which: int, pick: int) -> None:
        """Any button ever shown: an edit, or nothing."""
        asked = [frame for frame in self.frames() if frame.get("question")]
        if asked:
            frame = asked[which % len(asked)]
            choice = frame["choices"][pick % len(frame["choices"])]
            if choice["id"] != "cmd.delete":
                self.send(question=frame["question"], option=choice["id"])

    @rule(which=st.integers(0, 30))
    def send_again(self, which: int) -> None:
        """A redelivery is answered with the same number and has no other effect."""
        if not self.acknowledged or self.erased:
            return
        name = sorted(self.acknowledged)[which % len(self.acknowledged)]
        before = self.frames()
        handled = self.run(self.talk.handle(self.id, Incoming(id=name, text="noget helt andet")))
        assert handled.duplicate
        assert handled.seq == self.acknowledged[name][0]
        assert self.frames() == before

    @rule()
    def crash(self) -> None:
        """The process dies between two messages: only the store is left."""
        self.start_process()

    # what counselors do

    def change(self, event: lifecycle.Event, said: str | None = None) -> None:
        loaded = self.run(self.store.load(self.id))
        assert loaded is not None
        new = []
        if said is not None:
            body = messages.seal(messages.encode(messages.Body(text=said)), loaded.seq + 1, HOUSE.key(loaded))
            new = [NewMessage(seq=loaded.seq + 1, sender=Sender.COUNSELOR, body=body)]
        self.run(
            self.store.change(
                StateChange(
                    conversation=self.id,
                    turn=loaded.turn + 1,
                    at=self.clock.now(),
                    state=lifecycle.after(loaded.state, event),
                    severity=loaded.severity,
                    messages=tuple(new),
                )
            )
        )

    @precondition(lambda self: not self.erased and self.state() is State.BOT)
    @rule()
    def hand_over(self) -> None:
        self.change(lifecycle.Event.HANDED_OVER)

    @precondition(lambda self: not self.erased and self.state() is State.WAITING)
    @rule()
    def claim(self) -> None:
        self.change(lifecycle.Event.CLAIMED, said="Hej, du taler med en rådgiver.")

    @precondition(lambda self: not self.erased and self.state() is State.HUMAN)
    @rule(event=st.sampled_from([lifecycle.Event.RELEASED, lifecycle.Event.REQUEUED, lifecycle.Event.HEARTBEAT_LOST]))
    def let_go(self, event: lifecycle.Event) -> None:
        self.change(event)

    @precondition(lambda self: not self.erased and self.state() is State.HUMAN)
    @rule(text=st.sampled_from(["hej", "tak", "jeg drikker hver dag"]))
    def talk_beside_the_bot(self, text: str) -> None:
        """While a counselor has the conversation the bot is silent."""
        before = len(self.frames())
        self.send(text=text)
        assert [frame["from"] for frame in self.frames()[before:]] == ["citizen"]

    # the end

    @precondition(lambda self: not self.erased)
    @rule(sure=st.booleans())
    def erase(self, sure: bool) -> None:
        self.send(option="cmd.delete")
        self.send(text="ja" if sure else "nej")
        if sure:
            assert self.state() is State.ERASED
            self.erased = True

    # what holds

    def state(self) -> State:
        loaded = self.run(self.store.load(self.id))
        return State.ERASED if loaded is None else loaded.state

    def frames(self) -> list[dict[str, Any]]:
        if self.erased:
            return []
        return [msgspec.json.decode(frame) for frame in self.run(self.talk.history(self.id, after=0))]

    @invariant()
    def numbers_have_no_gap_and_nothing_acknowledged_is_lost_or_doubled(self) -> None:
        if self.erased or not hasattr(self, "id"):
            return
        frames = self.frames()
        assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
        own = {frame["id"]: (frame["seq"], frame["text"]) for frame in frames if frame["from"] == "citizen"}
        assert len(own) == sum(frame["from"] == "citizen" for frame in frames)
        for name, (seq, text) in self.acknowledged.items():
            assert own[name][0] == seq
            assert not text or own[name][1] == text

    @invariant()
    def nothing_can_be_read_after_erasure(self) -> None:
        if not self.erased:
            return
        loaded = self.run(self.store.load(self.id))
        assert loaded is None or (loaded.wrapped, loaded.session) == (b"", b"")
        try:
            self.run(self.talk.history(self.id, after=0))
        except Erased:
            return
        raise AssertionError("an erased conversation was read")


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
