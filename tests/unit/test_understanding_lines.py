"""`doertrin nlu --jsonl`, word for word as CONTRACTS §2."""

# ruff: noqa: E501

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.understanding.lines import run
from dialogs.heard import About, Crisis, CrisisLabel, Expect, Heard, Intent, Range, Span

CLOCK = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Told:
    """An understanding that hears what it is told, and remembers how it was asked."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.asked: list[tuple[str, datetime, Expect | None]] = []

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        self.asked.append((text, now, expect))
        return self.heard


def answers(lines: Iterable[str], understanding: Told) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(lines, understanding, lambda: CLOCK)]


def test_all_keys_are_always_present() -> None:
    [answer] = answers(['{"text": "hej"}'], Told(Heard()))
    assert answer == {
        "crisis": {"label": "none", "severity": 0, "about": None, "why": []},
        "intent": {"name": "out_of_scope", "score": 0.0, "sure": False},
        "pii": [],
        "when": None,
        "value": None,
        "language": "da",
        "substances": [],
    }


def test_what_was_heard_is_shown() -> None:
    heard = Heard(
        crisis=Crisis(CrisisLabel.OVERDOSE_POISONING, 3, About.OTHER, ("blue",)),
        intent=Intent("stop", 0.5, sure=True),
        personal_data=(Span(0, 4, "CPR"),),
        when="2026-11-25",
        value=Range(5.0, None),
        language="en",
        substances=("opioids",),
    )
    [answer] = answers(['{"text": "x", "expect": "number_units"}'], Told(heard))
    assert answer == {
        "crisis": {"label": "overdose_poisoning", "severity": 3, "about": "other", "why": ["blue"]},
        "intent": {"name": "stop", "score": 0.5, "sure": True},
        "pii": [[0, 4, "CPR"]],
        "when": "2026-11-25",
        "value": {"min": 5, "max": None},
        "language": "en",
        "substances": ["opioids"],
    }


def test_value_is_null_unless_asked_for() -> None:
    assert answers(['{"text": "ja"}'], Told(Heard(value=True)))[0]["value"] is None
    assert answers(['{"text": "ja", "expect": "yesno"}'], Told(Heard(value=True)))[0]["value"] is True


@pytest.mark.parametrize(
    "line",
    ["", "x", "null", "[]", '"hej"', "{}", '{"text": 5}', '{"text": null}', '{"text": "x", "now": 5}', '{"text": "x", "now": "i går"}',
     '{"text": "x", "expect": "color"}', '{"text": "x", "expect": 1}', '{"text": "x"', "[" * 100_000],
)  # fmt: skip
def test_a_bad_line_is_said_to_be_bad_and_the_run_goes_on(line: str) -> None:
    bad, good = run([line, '{"text": "hej"}'], Told(Heard()), lambda: CLOCK)
    assert json.loads(bad) == {"error": "bad_input"}
    assert "crisis" in json.loads(good)


def test_now_comes_from_the_line_else_the_clock_and_is_copenhagen_without_a_zone() -> None:
    told = Told(Heard())
    answers(
        [
            '{"text": "a"}',
            '{"text": "b", "now": "2026-07-01T12:00:00"}',
            '{"text": "c", "now": "2026-07-01T12:00:00Z"}',
        ],
        told,
    )
    assert [now.astimezone(UTC).hour for _, now, _ in told.asked] == [12, 10, 12]
    assert all(now.tzinfo for _, now, _ in told.asked)


def test_null_for_an_optional_key_is_as_if_missing() -> None:
    assert "crisis" in answers(['{"text": "x", "now": null, "expect": null}'], Told(Heard()))[0]
