"""How the crisis part does on families it was never shown: figures per label and per voice, and every error listed."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

from dialogs.heard import Crisis, Understanding

_NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_EVERYDAY = ("harmless_news", "harmless_everyday")
_LISTED = 50


@dataclass(frozen=True)
class Line:
    """One line of a test family and what it means; `about` is None where nothing is meant."""

    text: str
    file: str
    label: str
    severity: int
    about: str | None
    voice: str


def lines(split: str = "test") -> Iterator[Line]:
    """The lines of one split, file by file. Raises FileNotFoundError when the package has no crisis data."""
    folder = files("bot.understanding").joinpath("data", "crisis")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for family in tomllib.loads(file.read_text(encoding="utf-8"))["family"]:
            if family["split"] != split:
                continue
            for text in family["lines"]:
                yield Line(
                    text=text,
                    file=file.name.removesuffix(".toml"),
                    label=family["label"],
                    severity=family["severity"],
                    about=family.get("about"),
                    voice=family["voice"],
                )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "no lines"


def _judged(understanding: Understanding, split: str) -> list[tuple[Line, Crisis]]:
    return [(line, understanding.hear(line.text, now=_NOW).crisis) for line in lines(split)]


def _goals(judged: list[tuple[Line, Crisis]]) -> list[str]:
    gravest = [found for line, found in judged if line.severity == 3]
    grave = [(line, found) for line, found in judged if line.severity >= 2]
    harmless = [(line, found) for line, found in judged if line.severity == 0]
    everyday = [found for line, found in harmless if line.file in _EVERYDAY]
    caught = [(line, found) for line, found in grave if found.severity >= 2]
    same_label = sum(found.label.value == line.label for line, found in caught)
    same_about = sum(found.about is not None and found.about.value == line.about for line, found in caught)
    rows = (
        ("severity 3, found as 3", sum(found.severity == 3 for found in gravest), len(gravest)),
        ("severity 3, found as 2 or 3", sum(found.severity >= 2 for found in gravest), len(gravest)),
        ("severity 2 and up, found as 2 or 3", len(caught), len(grave)),
        ("false alarms (2 or 3) on harmless lines", sum(found.severity >= 2 for _, found in harmless), len(harmless)),
        ("false alarms on news and small talk", sum(found.severity >= 2 for found in everyday), len(everyday)),
        ("label right, of those found", same_label, len(caught)),
        ("about whom right, of those found", same_about, len(caught)),
    )
    return ["| | |", "|---|---|", *(f"| {name} | {_share(part, whole)} |" for name, part, whole in rows)]


def _by(judged: list[tuple[Line, Crisis]], what: str) -> list[str]:
    whole: Counter[str] = Counter()
    part: Counter[str] = Counter()
    for line, found in judged:
        if line.severity >= 2:
            key = line.label if what == "label" else line.voice
            whole[key] += 1
            part[key] += found.severity >= 2
    return [f"| {what} | severity 2 and up, found |", "|---|---|"] + [
        f"| {key} | {_share(part[key], whole[key])} |" for key in sorted(whole)
    ]


def _confusions(judged: list[tuple[Line, Crisis]]) -> list[str]:
    taken = Counter(
        (line.label, found.label.value)
        for line, found in judged
        if line.severity >= 2 and found.severity >= 2 and found.label.value != line.label
    )
    return ["| meant | found | lines |", "|---|---|---|"] + [
        f"| {meant} | {found} | {count} |"
        for (meant, found), count in sorted(taken.items(), key=lambda i: (-i[1], i[0]))
    ]


def _listed(title: str, wrong: list[tuple[Line, Crisis]], limit: int | None = None) -> list[str]:
    shown = wrong if limit is None else wrong[:limit]
    told = f"{title}: {len(wrong)}" + (f", the first {limit}" if limit is not None and len(wrong) > limit else "")
    return [told, "", *(f"- {found.severity} {','.join(found.why[:2])} `{line.text}`" for line, found in shown)]


def section(understanding: Understanding) -> str:
    """The report's part about danger, in Markdown, on the test families. Every missed severity 3 is listed."""
    judged = _judged(understanding, "test")
    missed = [(line, found) for line, found in judged if line.severity == 3 and found.severity < 2]
    alarmed = [(line, found) for line, found in judged if line.severity == 0 and found.severity >= 2]
    parts = (
        ["## Danger"],
        _goals(judged),
        _by(judged, "label"),
        _by(judged, "voice"),
        _confusions(judged),
        _listed("Severity 3 missed", missed),
        _listed("False alarms", alarmed, _LISTED),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"
