"""Answers, languages and substances, line by line of the data beside the understanding."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from bot.understanding import load
from bot.understanding.values import Values
from dialogs.heard import Expect, Range

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
HEAR = load()
READ = Values().read


def table(path: str) -> dict[str, Any]:
    return tomllib.loads(files("bot.understanding").joinpath("data", path).read_text(encoding="utf-8"))


def pairs(path: str) -> list[tuple[str, str]]:
    return [(name, line) for name, lines in table(path)["lines"].items() for line in lines]


@pytest.mark.parametrize(
    "line", table("answers/answers.toml")["line"], ids=lambda row: f"{row['expect']} {row['text']}"
)
def test_an_answer_is_recorded_or_left(line: dict[str, Any]) -> None:
    got = READ(line["text"], Expect(line["expect"]))
    if "min" in line:
        assert isinstance(got, Range)
        assert got.min == pytest.approx(line["min"], abs=0.3)
        assert got.max is None if "max" not in line else got.max == pytest.approx(line["max"], abs=0.3)
    elif "value" not in line:
        assert got is None
    else:
        assert type(got) is bool if isinstance(line["value"], bool) else type(got) is not bool
        assert got == pytest.approx(line["value"], rel=0.1)


@pytest.mark.parametrize(("language", "text"), pairs("language/lines.toml"))
def test_the_language_is_told(language: str, text: str) -> None:
    assert HEAR.hear(text, now=NOW).language == language


@pytest.mark.parametrize(("substances", "text"), pairs("substances/lines.toml"))
def test_a_substance_is_named_when_it_is_meant(substances: str, text: str) -> None:
    assert sorted(HEAR.hear(text, now=NOW).substances) == ([] if substances == "none" else substances.split())
