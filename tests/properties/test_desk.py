"""Whatever citizen and counselors do in whatever order: a talk is with the bot, in the queue, or with one counselor,
and its rows say the same; every line that was accepted is there once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.channels.ports import Erased
from bot.desk.values import CloseForm
from bot.errors import DeskError
from bot.staff import Actor
from bot.storage.batches import table
from bot.storage.ports import HandoffState, State
from bot.storage.store import open_store
from bot.storage.tables import Handoff, Holding
from tests.support.office import ANNE, BENT, DANGER, Office

OPEN_ROW = {State.WAITING: HandoffState.WAITING, State.HUMAN: HandoffState.CLAIMED}
Doing = Callable[["Talk"], Awaitable[object]]


class Talk:
    """One talk at a desk with two counselors, and what was accepted in it."""

    def __init__(self, office: Office, conversation: str) -> None:
        self.office = office
        self.conversation = conversation
        self.accepted: Counter[str] = Counter()
        self.number = 0
        self.before, self.seen = State.BOT, 0

    async def writes(self, text: str) -> None:
        self.number += 1
        line = text if text == DANGER else f"{text} {self.number}"
        await self.office.writes(self.conversation, line)
        self.accepted[line] += 1

    async def sends(self, actor: Actor, *, twice: bool = False) -> None:
        self.number += 1
        line = f"{actor.id} {self.number}"
        for _ in range(1 + twice):
            sent = await self.office.desk.send(actor, self.conversation, f"l{self.number}", line)
            self.accepted[line] += not sent.duplicate

    async def check(self) -> None:
        """The rows agree with each other and with what was accepted."""

        def read(c: Connection) -> tuple[list[tuple[str, str | None]], list[str]]:
            handoff, holding = table(Handoff), table(Holding)
            rows = c.execute(select(handoff.c.state, handoff.c.counselor).where(handoff.c.state != "closed"))
            held = c.execute(select(holding.c.counselor).where(holding.c.ended_at.is_(None)))
            return [(row.state, row.counselor) for row in rows], list(held.scalars())

        loaded = await self.office.store.load(self.conversation)
        assert loaded is not None
        open_rows, held = await self.office.store.read(read)
        expected = OPEN_ROW.get(loaded.state)
        assert [state for state, _ in open_rows] == ([] if expected is None else [expected])
        assert held == ([open_rows[0][1]] if loaded.state is State.HUMAN else [])
        if loaded.state is State.ERASED:
            assert not loaded.wrapped
            return
        lines = await self.office.reads(self.conversation)
        assert [line["seq"] for line in lines] == list(range(1, loaded.seq + 1))
        said = Counter(line["text"] for line in lines if line["from"] in ("citizen", "counselor"))
        assert all(said[text] == n for text, n in self.accepted.items())
        if self.before is State.HUMAN and loaded.state is State.HUMAN:
            assert not any("question" in line for line in lines[self.seen :]), "beside a counselor the bot asks nothing"
        self.before, self.seen = loaded.state, loaded.seq


CLOSING = CloseForm(reason="talked", outcome="nothing")
DOINGS: dict[str, Doing] = {
    "write": lambda talk: talk.writes("hej"),
    "danger": lambda talk: talk.writes(DANGER),
    "human, shared": lambda talk: talk.office.presses(talk.conversation, "cmd.human", "yes"),
    "human, not shared": lambda talk: talk.office.presses(talk.conversation, "cmd.human", "no"),
    "answer": lambda talk: talk.office.presses(talk.conversation, "me"),
    "safe": lambda talk: talk.office.presses(talk.conversation, "yes"),
    "stop": lambda talk: talk.office.presses(talk.conversation, "cmd.stop"),
    "erase": lambda talk: talk.office.presses(talk.conversation, "cmd.delete", "yes"),
    "anne next": lambda talk: talk.office.desk.next(ANNE),
    "bent next": lambda talk: talk.office.desk.next(BENT),
    "anne sends": lambda talk: talk.sends(ANNE),
    "anne sends twice": lambda talk: talk.sends(ANNE, twice=True),
    "bent sends": lambda talk: talk.sends(BENT),
    "anne to bot": lambda talk: talk.office.desk.release_to_bot(ANNE, talk.conversation),
    "anne to queue": lambda talk: talk.office.desk.release_to_queue(ANNE, talk.conversation),
    "bent closes": lambda talk: talk.office.desk.close(BENT, talk.conversation, CLOSING),
    "anne lowers": lambda talk: talk.office.desk.lower_severity(ANNE, talk.conversation, 0),
    "anne leaves": lambda talk: talk.office.desk.leave(ANNE),
    "bent is there": lambda talk: talk.office.desk.heartbeat(BENT),
    "sweep": lambda talk: talk.office.desk.sweep(),
}
WEIGHTED = [*DOINGS, *("anne next", "anne sends", "human, shared", "write", "danger")]


async def play(steps: list[tuple[str, int]]) -> None:
    store = await open_store("sqlite://")
    try:
        office = Office(store)
        await office.staffed()
        talk = Talk(office, await office.citizen())
        for name, seconds in steps:
            office.passes(seconds=seconds)
            with suppress(DeskError, Erased, ValueError):  # refused, and then nothing has changed
                await DOINGS[name](talk)
            await office.board.refresh()
            await talk.check()
    finally:
        await store.close()


@given(st.lists(st.tuples(st.sampled_from(WEIGHTED), st.sampled_from([0, 5, 61])), max_size=25))
def test_in_whatever_order_things_happen_the_talk_is_with_exactly_one(steps: list[tuple[str, int]]) -> None:
    asyncio.run(play(steps))
