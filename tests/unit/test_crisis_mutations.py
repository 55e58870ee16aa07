"""Danger is heard however it is typed: letters lost, doubled, swapped, words split, capitals, no æøå, emoji.

The lines are those of the counselors' and the hand-made corpora with severity 2 and 3. Each is changed in every way
once, by a dice that always falls the same; the shares below are what is reached, rounded down, and may only rise.
"""

import random
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from bot.understanding import load
from bot.understanding.reading import CUT
from dialogs.heard import Understanding

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CORPORA = Path(__file__).parents[1] / "corpora" / "da"
FULL_WIDTH = 0xFEE0  # from a letter to its full-width form
LONG_ENOUGH = 5  # letters: what is shorter is lost with one letter less, for a human too


def _corpus(name: str) -> dict[str, Any]:
    return tomllib.loads((CORPORA / f"{name}.toml").read_text(encoding="utf-8"))


def _lines(severity: int) -> Iterator[str]:
    for name in ("golden", "crisis_second", "crisis_third"):
        yield from _corpus(name)[f"severity_{severity}"]
    for lines in _corpus("crisis")["alert" if severity == 3 else "alert_2"].values():
        yield from lines


def _place(line: str, dice: random.Random) -> int:
    """Where a letter inside one of the longer words stands."""
    inside = [
        place
        for place in range(1, len(line) - 1)
        if line[place - 1 : place + 2].isalpha() and len(_word(line, place)) >= LONG_ENOUGH
    ]
    return dice.choice(inside) if inside else 0


def _word(line: str, place: int) -> str:
    start = line.rfind(" ", 0, place) + 1
    end = line.find(" ", place)
    return line[start : len(line) if end < 0 else end]


def _dropped(line: str, dice: random.Random) -> str:
    place = _place(line, dice)
    return line[:place] + line[place + 1 :] if place else line


def _doubled(line: str, dice: random.Random) -> str:
    place = _place(line, dice)
    return line[:place] + line[place] + line[place:] if place else line


def _swapped(line: str, dice: random.Random) -> str:
    place = _place(line, dice)
    return line[:place] + line[place + 1] + line[place] + line[place + 2 :] if place else line


def _split(line: str, _: random.Random) -> str:
    longest = max(line.split(), key=len)
    middle = len(longest) // 2
    return line.replace(longest, f"{longest[:middle]} {longest[middle:]}", 1)


def _spelled(pairs: dict[str, str]) -> Callable[[str, random.Random], str]:
    return lambda line, _: line.translate(str.maketrans(pairs))


CHANGES: dict[str, tuple[Callable[[str, random.Random], str], float, float]] = {
    # the share of severity 3, and of severity 2, that is still heard as 2 or 3
    "capitals": (lambda line, _: line.upper(), 1.0, 1.0),
    "emoji": (lambda line, _: f"😭 {line} 🙏💔", 1.0, 1.0),
    "no signs": (lambda line, _: "".join(c for c in line if c.isalnum() or c == " "), 1.0, 0.99),
    "ae oe aa": (_spelled({"æ": "ae", "ø": "oe", "å": "aa"}), 0.98, 0.99),
    "a o a": (_spelled({"æ": "a", "ø": "o", "å": "a"}), 0.96, 0.9),
    "letter dropped": (_dropped, 0.92, 0.9),
    "letter doubled": (_doubled, 0.97, 0.98),
    "letters swapped": (_swapped, 0.93, 0.97),
    "word split": (_split, 0.86, 0.87),
}


@pytest.fixture(scope="module")
def guard() -> Understanding:
    return load()


@pytest.mark.parametrize("severity", [3, 2])
@pytest.mark.parametrize("name", list(CHANGES))
def test_danger_is_heard_however_it_is_typed(guard: Understanding, name: str, severity: int) -> None:
    change, *least = CHANGES[name]
    dice = random.Random(f"dørtrin {name}")
    changed = [change(line, dice) for line in _lines(severity)]
    missed = [line for line in changed if guard.hear(line, now=NOW).crisis.severity < 2]
    rate = 1 - len(missed) / len(changed)
    assert rate >= least[3 - severity], f"{rate:.4f} of {len(changed)}; missed: {missed}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "jeg vil\0 ikke leve mere\0",
        "\N{COMBINING ACUTE ACCENT}" * 5_000,
        "\N{ZERO WIDTH JOINER}" * 5_000,
        "\N{RIGHT-TO-LEFT OVERRIDE}jeg vil ikke leve",
        "я не хочу жить أريد أن أموت 死にたい jeg vil dø",
        "a" * 1_000_000,
        "ikke " * 200_000,
        "💊" * 4_000,
        "\ud800 halv",
        "...???!!!\n\n\n",
        "9" * 4_000,
    ],
    ids=lambda text: f"{len(text)} {text[:12]!r}",
)
def test_no_text_is_too_strange(guard: Understanding, text: str) -> None:
    assert guard.hear(text, now=NOW).crisis.severity in range(4)


def test_nothing_hides_danger(guard: Understanding) -> None:
    for hidden in (
        "jeg vil i\u200bkke le\u00adve mere",
        "jeg vil\0 ikke leve mere",
        "".join(chr(ord(c) + FULL_WIDTH) if c != " " else c for c in "jeg vil ikke leve mere"),
    ):
        assert guard.hear(hidden, now=NOW).crisis.severity == 2, unicodedata.normalize("NFKC", hidden)


def test_only_the_first_characters_are_read(guard: Understanding) -> None:
    assert guard.hear("x " * (CUT // 2) + "jeg vil ikke leve mere", now=NOW).crisis.severity == 0
    assert guard.hear("jeg vil ikke leve mere. " + "x " * CUT, now=NOW).crisis.severity == 2


@pytest.mark.alone
@pytest.mark.parametrize("word", ["jeg har ikke taget piller ", "han vil ikke ", "død og piller i nat ", "ukendteord "])
def test_cost_grows_no_faster_than_the_text(guard: Understanding, word: str) -> None:
    """Doubled up to a megabyte; the least of several runs, for the machine is not ours alone."""

    def cost(length: int) -> float:
        text = (word * (length // len(word) + 1))[:length]
        runs = []
        for _ in range(4):
            start = process_time()
            guard.hear(text, now=NOW)
            runs.append(process_time() - start)
        return min(runs)

    costs = [cost(1_000 * 2**power) for power in range(11)]
    assert all(after <= 3 * before + 0.002 for before, after in pairwise(costs)), costs
