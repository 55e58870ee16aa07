"""Both sides of the Telegram rows do their work: everybody is answered, and the turns are on the disk."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bench.telegram.__main__ import CITIZENS, KINDS, make, measure
from bench.telegram.offline import Offline


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_is_answered_in_each_round(kind: str, tmp_path: Path) -> None:
    sample = asyncio.run(measure(make(kind, tmp_path), 0.01))
    assert sample.count >= CITIZENS


def test_the_service_commits_every_turn(tmp_path: Path) -> None:
    asyncio.run(measure(make("service", tmp_path), 0.01))
    rows = (
        sqlite3.connect(tmp_path / "telegram.db")
        .execute("SELECT state, count(*) FROM outbox GROUP BY state")
        .fetchall()
    )
    assert [state for state, _ in rows] == ["sent"]
    assert rows[0][1] >= CITIZENS * 4


async def test_telegram_takes_only_what_is_sent_as_it_asks() -> None:
    with pytest.raises(ValueError, match="only POST"):
        await Offline().do_request("https://x/bot/sendMessage", "GET")
