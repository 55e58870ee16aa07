"""The lines about crises: well formed, nobody's twin, and every label in every split."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "bot" / "understanding" / "data" / "crisis"
FILES = sorted(FOLDER.glob("*.toml"))
SPLITS = {"train", "dev", "test"}
DANGERS = {
    "suicide_imminent": {3},
    "suicide_ideation": {1, 2},
    "overdose_poisoning": {1, 2, 3},
    "violence_danger": {1, 2, 3},
    "withdrawal_severe": {1, 2, 3},
    "child_in_danger": {1, 2, 3},
}
"""Severities of each label (DESIGN §5): who is taking their life now is 3, who thinks of it 2, who once did 1."""
ABOUT = {"self", "other", "child"}
VOICES = {"teen", "parent", "older", "few_words", "dialect", "drunk", "mixed", "english", "neutral"}
KEYS = {"id", "split", "label", "severity", "about", "voice", "lines"}


def read(path: Path) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["family"]
    return tables


FAMILIES = [family for path in FILES for family in read(path)]


def plain(line: str) -> str:
    """The line without capitals, marks and doubled spaces. Emoji are kept: they can be all there is."""
    kept = (char if unicodedata.category(char)[0] in "LNS" else " " for char in line.casefold())
    return " ".join("".join(kept).split())


def wrong(family: dict[str, Any]) -> list[str]:
    """The fields of a family that are not as they should be."""
    label, severity = family.get("label"), family.get("severity")
    lines = family.get("lines", [])
    right = {
        "fields": KEYS >= family.keys() >= KEYS - {"about"},
        "split": family.get("split") in SPLITS,
        "voice": family.get("voice") in VOICES,
        "lines": bool(lines) and all(x == x.strip() and 0 < len(x) <= 1000 and x.isprintable() for x in lines),
        "severity": severity in ({0, 1} if label == "none" else DANGERS.get(str(label), set())),
        "about": family.get("about") in (ABOUT if severity else {None}),
    }
    return [field for field, is_right in right.items() if not is_right]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ids_name_their_file(path: Path) -> None:
    assert [family["id"] for family in read(path) if not family["id"].startswith(f"{path.stem}.")] == []


def test_ids_are_unique() -> None:
    assert [name for name, times in Counter(family["id"] for family in FAMILIES).items() if times > 1] == []


def test_no_line_stands_twice() -> None:
    lines = Counter(plain(line) for line in chain.from_iterable(family["lines"] for family in FAMILIES))
    assert [line for line, times in lines.items() if times > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_families_are_well_formed(path: Path) -> None:
    assert {family["id"]: found for family in read(path) if (found := wrong(family))} == {}


@pytest.mark.parametrize("label", [*DANGERS, "none"])
def test_every_label_is_in_every_split_at_each_of_its_severities(label: str) -> None:
    there = {(family["severity"], family["split"]) for family in FAMILIES if family["label"] == label}
    severities = DANGERS.get(label, {0, 1})
    assert there == {(severity, split) for severity in severities for split in SPLITS}


@pytest.mark.parametrize("label", DANGERS)
def test_every_label_is_about_everybody_it_can_be_about(label: str) -> None:
    possible = {"self", "child"} if label == "child_in_danger" else ABOUT
    assert {family["about"] for family in FAMILIES if family["label"] == label and family["severity"] >= 2} == possible


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_every_voice_cries_and_chats_where_it_is_measured(voice: str) -> None:
    measured = {family["severity"] for family in FAMILIES if family["voice"] == voice and family["split"] != "train"}
    assert measured >= {0, 2, 3}


def test_there_is_enough_and_harmless_lines_balance_the_others() -> None:
    lines: Counter[int] = Counter()
    for family in FAMILIES:
        lines[family["severity"]] += len(family["lines"])
    assert len(FAMILIES) >= 500
    assert lines.total() >= 2500
    assert lines[3] >= 450
    assert lines[2] >= 600
    assert lines[0] >= lines[2] + lines[3]


@pytest.mark.parametrize(("split", "least", "most"), [("train", 0.5, 0.65), ("dev", 0.15, 0.25), ("test", 0.18, 0.28)])
def test_the_splits_are_of_the_size_they_should_be(split: str, least: float, most: float) -> None:
    """By families, since a family is what is split."""
    share = sum(family["split"] == split for family in FAMILIES) / len(FAMILIES)
    assert least <= share <= most
