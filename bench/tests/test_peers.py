"""Each peer, and each ceiling's keeper, does its work: the right replies, and rows that are on the disk."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bench.ceilings.grouped import GroupCommit
from bench.ceilings.single import InlineCommit, ThreadedCommit
from bench.peers.__main__ import Name, make_peer
from bench.peers.talk import Peer, Reply, WrongReply, measure
from bench.screening import QUESTIONS, TURNS, reply_to


@pytest.mark.filterwarnings("ignore:If 'per_message=False'")
@pytest.mark.parametrize("name", list(Name))
def test_a_peer_leads_through_the_whole_screening(name: Name, tmp_path: Path) -> None:
    sample = asyncio.run(measure(make_peer(name, tmp_path), 0.01))
    assert sample.count >= 50 * TURNS


def test_the_durable_peer_commits_every_answer(tmp_path: Path) -> None:
    async def half_a_talk(peer: Peer) -> None:
        await peer.start(1)
        for step in range(6):
            await peer.turn(0, step)

    asyncio.run(half_a_talk(make_peer(Name.AIOGRAM_SQLITE, tmp_path)))
    rows = sqlite3.connect(tmp_path / "fsm.db").execute("SELECT state, data FROM fsm").fetchall()
    assert rows == [("Screening:q6", '{"answers": [1, 1, 1, 1, 1]}')]


def test_a_peer_that_says_something_else_is_not_measured() -> None:
    class Parrot:
        async def start(self, citizens: int) -> None: ...
        async def turn(self, citizen: int, step: int) -> Reply:  # noqa: ARG002
            return Reply(QUESTIONS[0].text, 5)

        async def stop(self) -> None: ...

    with pytest.raises(WrongReply, match="step 1"):
        asyncio.run(measure(Parrot(), 0.01))


def test_no_citizen_takes_a_way_around_questions() -> None:
    for citizen in range(60):
        assert all(question.answer(citizen).id != "0" for question in QUESTIONS)
    assert reply_to(len(QUESTIONS), 0) == "Tak. Dit resultat er 12 point."


@pytest.mark.parametrize("keeper", [InlineCommit, ThreadedCommit, GroupCommit])
def test_what_a_ceiling_keeps_is_committed(
    keeper: type[InlineCommit | ThreadedCommit | GroupCommit], tmp_path: Path
) -> None:
    path = tmp_path / "kept.db"

    async def keep() -> int:
        open_keeper = keeper(path)
        await asyncio.gather(*(open_keeper.keep(f"text {number}") for number in range(20)))
        count: int = sqlite3.connect(path).execute("SELECT count(*) FROM message").fetchone()[0]
        open_keeper.close()
        return count

    assert asyncio.run(keep()) == 20
