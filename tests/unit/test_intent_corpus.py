"""The lines that intents are learnt from and measured with: no line twice, and each intent can be measured."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import bot.understanding

FOLDER = Path(bot.understanding.__file__).parent / "data" / "intents"

INTENTS = [
    "screening_alcohol",
    "screening_cannabis",
    "screening_other_drugs",
    "screening_wellbeing",
    "relative_advice",
    "child_of_user",
    "booking_new",
    "booking_change",
    "booking_cancel",
    "talk_to_human",
    "opening_hours",
    "anonymity_question",
    "delete_my_data",
    "info_treatment",
    "info_substance",
    "language_switch",
    "easy_read",
    "back",
    "restart",
    "stop",
    "greeting",
    "thanks",
    "out_of_scope",
]
VOICES = {"teen", "parent", "older", "few_words", "dialect", "drunk", "mixed", "english", "neutral"}
FIELDS = {"id", "split", "intent", "voice", "lines"}

LEAST_LINES = 20
LEAST_OUT_OF_SCOPE = 60
LEAST_HELD_OUT_FAMILIES = 10


def _families() -> Iterator[Mapping[str, Any]]:
    for path in sorted(FOLDER.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["family"]


FAMILIES = list(_families())


def _heard(line: str) -> str:
    """The line as a reader of words takes it: case and punctuation tell no two lines apart."""
    return " ".join(re.findall(r"\w+", line.casefold())) or line


def test_each_family_has_its_own_id() -> None:
    repeated = [name for name, times in Counter(family["id"] for family in FAMILIES).items() if times > 1]
    assert repeated == []


def test_no_line_stands_twice() -> None:
    where = defaultdict(list)
    for family in FAMILIES:
        for line in family["lines"]:
            where[_heard(line)].append(family["id"])
    assert {line: ids for line, ids in where.items() if len(ids) > 1} == {}


def test_each_family_is_well_formed() -> None:
    wrong = [
        family["id"]
        for family in FAMILIES
        if set(family) - FIELDS
        or family["intent"] not in INTENTS
        or family["split"] not in {"train", "dev", "test"}
        or family.get("voice", "neutral") not in VOICES
        or not family["lines"]
        or any(line != line.strip() or not line for line in family["lines"])
    ]
    assert wrong == []


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("split", ["dev", "test"])
def test_each_intent_can_be_measured(intent: str, split: str) -> None:
    lines = [
        line
        for family in FAMILIES
        if family["intent"] == intent and family["split"] == split
        for line in family["lines"]
    ]
    assert len(lines) >= (LEAST_OUT_OF_SCOPE if intent == "out_of_scope" else LEAST_LINES)


@pytest.mark.parametrize("intent", INTENTS)
def test_what_is_measured_is_more_than_a_few_ideas(intent: str) -> None:
    held_out = [family for family in FAMILIES if family["intent"] == intent and family["split"] != "train"]
    assert len(held_out) >= LEAST_HELD_OUT_FAMILIES


@pytest.mark.parametrize("voice", sorted(VOICES))
@pytest.mark.parametrize("split", ["dev", "test"])
def test_each_voice_is_heard_in_both_halves(voice: str, split: str) -> None:
    assert any(family.get("voice", "neutral") == voice and family["split"] == split for family in FAMILIES)
