"""Phrases of time: those of the data, and what must hold of any text."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.times import read
from bot.understanding.times.calendar import NAMED_DAYS, named_day

TABLE: dict[str, Any] = tomllib.loads(
    files("bot.understanding").joinpath("data/times/phrases.toml").read_text(encoding="utf-8")
)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize("line", TABLE["line"], ids=lambda line: line["text"])
def test_the_phrase_names_what_it_says(line: dict[str, str]) -> None:
    now = datetime.fromisoformat(line.get("now", TABLE["now"]))
    assert read(line["text"], now) == line.get("when")


@given(text=st.text(max_size=80), hours=st.integers(0, 20_000))
def test_no_text_raises(text: str, hours: int) -> None:
    read(text, datetime(2026, 1, 1, tzinfo=COPENHAGEN) + timedelta(hours=hours))


@given(
    words=st.lists(
        st.sampled_from(
            (
                *(
                    "på",
                    "den",
                    "kl",
                    "halv",
                    "om",
                    "i",
                    "uge",
                    "morgen",
                    "3.",
                    "12",
                    "31/2",
                    "99",
                    "torsdag",
                    "eller",
                    "og",
                ),
                *(
                    "næste",
                    "efter",
                    "mellem",
                    "10",
                    "formiddag",
                    "februar",
                    "29",
                    "14.75",
                    "dage",
                    "juleaften",
                    "2028",
                    "fra",
                ),
                *("kvart", "over", "til", "15:61", "000000", "uge54", "30/12-9999", "999999", "år", "måneder", "nat"),
            )
        ),
        max_size=9,
    ),
    hours=st.integers(0, 40_000),
)
def test_no_phrase_raises_and_no_past_moment_is_named(words: list[str], hours: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=COPENHAGEN) + timedelta(hours=hours)
    named = read(" ".join(words), now)
    if named is not None and "W" not in named:
        moment = datetime.fromisoformat(named.partition("/")[0])
        assert (moment if moment.tzinfo else moment.replace(hour=23, minute=59, tzinfo=COPENHAGEN)) >= now.replace(
            second=0, microsecond=0
        )


@pytest.mark.parametrize("name", NAMED_DAYS)
def test_every_named_day_is_found_within_a_year(name: str) -> None:
    today = datetime.fromisoformat(TABLE["now"]).date()
    assert today <= named_day(name, today) < today + timedelta(days=400)
    assert read(f"kan jeg komme {name}", datetime.fromisoformat(TABLE["now"])) == named_day(name, today).isoformat()
