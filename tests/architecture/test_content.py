"""The content that ships is whole: `doertrin content check` finds nothing, on the day this was written.

Dates are looked at in `make check`, with the real day; here a fixed one keeps old commits reproducible.
"""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from content.checks import report
from content.loading import load

ROOT = Path(__file__).parents[2] / "content"
MODULES = sorted(ROOT.glob("*.py"))
OPENS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"}
CLOCK_AND_CHANCE = {"now", "utcnow", "today", "time", "random", "randint", "choice", "token_hex", "monotonic"}


def test_the_content_that_ships_has_no_problem() -> None:
    problems, _ = report(load(), today=dt.date(2026, 11, 22))
    assert not problems, "\n" + "\n".join(map(str, problems))


def _calls(path: Path) -> set[str]:
    """Names of all functions called in a module; of methods, the last part, where something precedes it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            target = node.func
            names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "loading.py"], ids=lambda path: path.stem)
def test_only_loading_opens_files(path: Path) -> None:
    assert not _calls(path) & OPENS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_reads_a_clock_or_draws_a_number(path: Path) -> None:
    assert not _calls(path) & (CLOCK_AND_CHANCE - {"time"} | {"perf_counter"})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
