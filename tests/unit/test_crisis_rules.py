"""Each rule of the scenes has a line it catches and a near one it must not; no rule of the tables is forgotten."""

import tomllib
from pathlib import Path

import pytest

from bot.understanding import (
    rules_da_acts,
    rules_da_home,
    rules_da_indirect,
    rules_da_plain,
    rules_da_signs,
    rules_da_wide,
)
from bot.understanding.crisis import danish
from bot.understanding.reading import Reading, blank, normalised

LINES = tomllib.loads((Path(__file__).parents[1] / "corpora/da/rules.toml").read_text(encoding="utf-8"))
SCENES = (rules_da_acts, rules_da_home, rules_da_indirect, rules_da_plain, rules_da_signs, rules_da_wide)
LEXICON, RULES = danish()
TOKENS = blank("da", LEXICON.spelt)


def why(text: str) -> tuple[str, ...]:
    return RULES.judge(Reading(TOKENS.words(normalised(text)), LEXICON)).why


def test_every_scene_has_its_lines() -> None:
    assert {rule.id for table in SCENES for rule in table.RULES} <= LINES.keys()


@pytest.mark.parametrize("rule", list(LINES))
def test_a_rule_catches_its_line(rule: str) -> None:
    assert rule in why(LINES[rule]["catches"])


@pytest.mark.parametrize("rule", list(LINES))
def test_a_rule_spares_a_near_line(rule: str) -> None:
    assert why(LINES[rule]["spares"]) == ()
