from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.errors import TurnTaken
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.ports import NewHandoff
from bot.storage.store import SqlStore

from .talk import NOON, again, begin, turn

HANDOFF = table(t.Handoff)


def take(by: str) -> Any:
    """The shape of every effectful Request: one conditional UPDATE, whose outcome is the answer."""

    def work(connection: Connection) -> bool:
        taken = connection.execute(
            update(HANDOFF)
            .where(HANDOFF.c.id == "slot", HANDOFF.c.state == "waiting")
            .values(state="claimed", counselor=by)
            .returning(HANDOFF.c.id)
        )
        return taken.first() is not None

    return work


async def one_slot(store: SqlStore) -> None:
    await store.commit(turn(await begin(store), handoff=NewHandoff(id="slot", reason="slot", severity=0)))


async def test_of_fifty_takers_one_gets_it_and_all_turns_are_stored(store: SqlStore, another: SqlStore) -> None:
    await one_slot(store)
    talks = [await begin(store) for _ in range(50)]

    async def taker(number: int) -> bool:
        mine, talk = (store, another)[number % 2], talks[number]
        async with mine.alone() as alone:
            got = await alone.run(take(talk.id))
            await alone.commit(turn(talk, session=b"got it" if got else b"taken meanwhile"))
        return got

    # A pool has ten connections and waits five seconds for one: takers come as they would, some at a time.
    got = []
    for start in range(0, 50, 10):
        got += await asyncio.gather(*(taker(n) for n in range(start, start + 10)))
    assert sum(got) == 1
    assert [(await again(store, talk.id)).session == b"got it" for talk in talks] == got


async def test_nothing_stays_of_a_block_that_raises(store: SqlStore) -> None:
    await one_slot(store)
    talk = await begin(store)

    async def change_my_mind() -> None:
        async with store.alone() as alone:
            assert await alone.run(take("me"))
            await alone.commit(turn(talk))
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_my_mind()
    assert (await again(store, talk.id)).turn == 0
    assert await store.claim_handoff("slot", counselor="me", at=NOON)
    await store.commit(turn(talk))


async def test_a_lost_turn_undoes_its_effect(store: SqlStore) -> None:
    await one_slot(store)
    talk = await begin(store)
    await store.commit(turn(talk))

    async def come_late() -> None:
        async with store.alone() as alone:
            assert await alone.run(take("me"))
            await alone.commit(turn(talk, inbound="late"))

    with pytest.raises(TurnTaken):
        await come_late()
    assert await store.claim_handoff("slot", counselor="me", at=NOON)


async def test_an_error_in_a_step_is_told_and_the_block_may_go_on(store: SqlStore) -> None:
    talk = await begin(store)

    def wrong(_connection: Connection) -> None:
        raise KeyError("wrong")

    async with store.alone() as alone:
        with pytest.raises(KeyError):
            await alone.run(wrong)
        await alone.commit(turn(talk))
    assert (await again(store, talk.id)).turn == 1


async def test_others_go_on_meanwhile(store: SqlStore) -> None:
    talks = [await begin(store) for _ in range(5)]
    async with store.alone() as alone:
        others = [asyncio.create_task(store.commit(turn(talk))) for talk in talks[1:]]
        await asyncio.sleep(0)
        await alone.commit(turn(talks[0]))
    await asyncio.gather(*others)
    assert [(await again(store, talk.id)).turn for talk in talks] == [1] * 5
