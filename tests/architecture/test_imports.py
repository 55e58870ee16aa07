"""The house's rules about who may know whom, in one table, held by reading the source.

A rule says where it holds (and where not), and what must not be found there. Imports inside functions and under
TYPE_CHECKING count like any other: what a type is made of is knowledge too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("content", "dialogs", "bot", "admin", "doertrin", "bench", "tests")
OPENED_TO_ADMIN = ("desk", "booking", "statistics", "follow_up", "staff", "audit", "settings", "errors")
READS_A_CLOCK = {"now", "today", "utcnow", "localtime", "monotonic", "perf_counter"}
OPENS_A_FILE = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"}


@dataclass(frozen=True, slots=True)
class Source:
    """One module: where it lies, what it is called, what it says."""

    path: str
    tree: ast.Module

    @property
    def package(self) -> tuple[str, ...]:
        return Path(self.path).parent.parts

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every module or name imported, dotted and absolute, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self.package[: len(self.package) - node.level + 1] if node.level else ()
                start = ".".join((*base, *([node.module] if node.module else [])))
                yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


Found = Iterator[tuple[int, str]]


def only_ours(*allowed: str) -> Callable[[Source], Found]:
    """Of our own modules, import only those named (and what lies in them)."""

    def find(source: Source) -> Found:
        for line, name in source.imports():
            if name.split(".")[0] in OURS and not any(_within(name, prefix) for prefix in allowed):
                yield line, f"imports {name}"

    return find


def never(*forbidden: str) -> Callable[[Source], Found]:
    """Import none of those named."""

    def find(source: Source) -> Found:
        for line, name in source.imports():
            if any(_within(name, prefix) for prefix in forbidden):
                yield line, f"imports {name}"

    return find


def no_clock(source: Source) -> Found:
    """Ask nobody what time it is: the hour comes in as a value."""
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in READS_A_CLOCK
            and _last_name(node.value) in {"datetime", "date", "time"}
        ):
            yield node.lineno, f"reads the clock with .{node.attr}"


def no_files(source: Source) -> Found:
    """Open and list no files."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in OPENS_A_FILE:
                yield node.lineno, f"opens files with {name}()"
    yield from never("importlib.resources", "io", "os", "shutil", "tempfile")(source)


def no_async(source: Source) -> Found:
    """Be plain functions and generators, called by whoever runs the loop."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            yield node.lineno, "is asynchronous"


def no_environment(source: Source) -> Found:
    """Leave the environment to the settings."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"}:
            yield node.lineno, f"reads the environment with os.{node.attr}"
    yield from never("os.environ", "os.environb", "os.getenv")(source)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the rule holds, where not, what must not be there, and a line that would break it."""

    says: str
    holds: tuple[str, ...]
    find: Callable[[Source], Found]
    broken_by: tuple[str, str]  # a path, and a line that must be found there
    but_not: tuple[str, ...] = ()


PURE = ("content/*", "dialogs/*")
PRODUCT = (*PURE, "bot/*", "admin/*", "doertrin.py")
LIBRARIES_OF_THE_OUTSIDE = ("aiohttp", "alembic", "apscheduler", "asyncpg", "cryptography", "httpx", "requests")
RULES = (
    Rule(
        "content imports nothing of ours",
        ("content/*",),
        only_ours("content"),
        ("content/messages.py", "from dialogs import registry"),
    ),
    Rule(
        "dialogs import content only",
        ("dialogs/*",),
        only_ours("content", "dialogs"),
        ("dialogs/booking.py", "def late():\n    import bot.booking"),
    ),
    Rule(
        "bot imports content and dialogs, never those who use it",
        ("bot/*",),
        only_ours("content", "dialogs", "bot"),
        ("bot/turns.py", "from admin import views"),
    ),
    Rule(
        "admin imports the desk's services and content, never tables, channels, keys",
        ("admin/*",),
        only_ours("admin", "content", *(f"bot.{name}" for name in OPENED_TO_ADMIN)),
        ("admin/views.py", "from bot.storage import tables"),
    ),
    Rule(
        "admin has no way round the services",
        ("admin/*",),
        never("sqlalchemy", "sqlmodel", "sqlite3", "asyncpg", "aiosqlite", "telegram", "spacy"),
        ("admin/queue.py", "import sqlite3"),
    ),
    Rule(
        "content and dialogs know no library of the outside world",
        PURE,
        never("asyncio", "telegram", "spacy", "sqlalchemy", "sqlmodel", "sqlite3", *LIBRARIES_OF_THE_OUTSIDE),
        ("dialogs/engine.py", "import asyncio"),
    ),
    Rule(
        "content and dialogs draw no random number",
        PURE,
        never("random", "secrets", "uuid", "os.urandom", "numpy"),
        ("dialogs/welcome.py", "from secrets import choice"),
    ),
    Rule(
        "content and dialogs start nothing and wait for nothing",
        PURE,
        never("threading", "multiprocessing", "concurrent", "subprocess", "socket", "time"),
        ("dialogs/engine.py", "import time"),
    ),
    Rule(
        "content and dialogs read no clock",
        PURE,
        no_clock,
        ("content/helplines.py", "from datetime import datetime\nopen_now = datetime.now(UTC)"),
    ),
    Rule("content and dialogs are not asynchronous", PURE, no_async, ("dialogs/engine.py", "async def step(): ...")),
    Rule(
        "only content/loading.py opens files",
        PURE,
        no_files,
        ("content/packs.py", "from pathlib import Path\ntext = Path('a.toml').read_text()"),
        but_not=("content/loading.py",),
    ),
    Rule(
        "only bot/understanding knows spaCy",
        PRODUCT,
        never("spacy", "thinc"),
        ("bot/turns.py", "import spacy"),
        but_not=("bot/understanding/*",),
    ),
    Rule(
        "only bot/channels/telegram knows python-telegram-bot",
        PRODUCT,
        never("telegram"),
        ("bot/turns.py", "from telegram import Update"),
        but_not=("bot/channels/telegram/*",),
    ),
    Rule(
        "only bot/settings.py reads the environment",
        PRODUCT,
        no_environment,
        ("doertrin.py", "import os\nport = os.environ['PORT']"),
        but_not=("bot/settings.py",),
    ),
)


def violations(root: Path, rules: tuple[Rule, ...] = RULES) -> list[str]:
    """Every place under `root` where a rule is broken: path, line, what was found, which rule."""
    sources = [
        Source(path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"), str(path)))
        for path in sorted(root.rglob("*.py"))
        if path.relative_to(root).parts[0] in {"content", "dialogs", "bot", "admin", "doertrin.py"}
    ]
    return [
        f"{source.path}:{line} {found} — {rule.says}"
        for rule in rules
        for source in sources
        if _matches(source.path, rule.holds) and not _matches(source.path, rule.but_not)
        for line, found in rule.find(source)
    ]


def test_the_house_keeps_its_rules() -> None:
    assert violations(ROOT) == []


def test_there_is_a_house_to_look_at() -> None:
    for package in ("content", "dialogs", "bot", "admin"):
        assert list((ROOT / package).rglob("*.py")), f"{package} has no modules: is the checkout whole?"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_a_planted_violation_is_found(rule: Rule, tmp_path: Path) -> None:
    path, line = rule.broken_by
    planted = tmp_path / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(f'"""A module."""\n\n{line}\n', encoding="utf-8")
    found = violations(tmp_path, (rule,))
    assert len(found) >= 1
    assert found[0].startswith(f"{path}:")


def test_an_exemption_holds_only_where_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "bot/understanding").mkdir(parents=True)
    (tmp_path / "bot/understanding/crisis.py").write_text("import spacy\n")
    assert violations(tmp_path) == []
    (tmp_path / "bot/desk.py").write_text("import spacy\n")
    assert [line.split()[0] for line in violations(tmp_path)] == ["bot/desk.py:1"]


def test_relative_imports_are_seen_through(tmp_path: Path) -> None:
    (tmp_path / "admin/views").mkdir(parents=True)
    (tmp_path / "admin/views/queue.py").write_text("from ...bot.storage import tables\nfrom .. import forms\n")
    assert [line.split(" — ")[0] for line in violations(tmp_path)] == [
        "admin/views/queue.py:1 imports bot.storage.tables"
    ]


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
