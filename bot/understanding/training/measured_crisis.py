"""How the crisis part does on families it was never shown: figures per label and per voice, and every error listed."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from bot.understanding.training.families import Line, lines
from bot.understanding.training.tables import percent, table
from dialogs.heard import Crisis, Understanding

_NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_GROUPS = {"natural families": "natural_", "fresh families": "fresh_", "hard families": ""}
"""By how the ids begin; a family is in the first group that fits."""
_EVERYDAY = (
    "harmless_news.",
    "harmless_everyday.",
    *(
        f"natural_harmless.{name}"
        for name in (
            *("news_", "rail_news", "election", "documentary", "podcast", "weather", "football", "cooking", "dinner"),
            *("new_job", "running", "tattoo", "school_trip", "hello", "thanks", "opening", "address", "parking", "bus"),
        )
    ),
)
"""How the ids of families begin that are news and small talk."""
_LISTED = 50


class _Judged(NamedTuple):
    line: Line
    found: Crisis

    @property
    def severity(self) -> int:
        return self.line.family.severity

    @property
    def raised(self) -> bool:
        return self.found.severity >= 2

    @property
    def group(self) -> str:
        return next(name for name, start in _GROUPS.items() if self.line.family.id.startswith(start))


def section(understanding: Understanding) -> str:
    """The report's part about danger, in Markdown, on the test families. Every missed severity 3 is listed."""
    judged = [_Judged(line, understanding.hear(line.text, now=_NOW).crisis) for line in lines("crisis", "test")]
    missed = [each for each in judged if each.severity == 3 and not each.raised]
    alarmed = [each for each in judged if each.severity == 0 and each.raised]
    parts = (
        ["## Danger"],
        [
            "The natural families were written as people write, by somebody who knew neither rules nor training lines. "
            "The fresh ones are by three more hands, each with training lines of its own: plain sayings, voices, lines "
            "about others or with danger in one clause of a long message; their harmless lines use the same words. "
            "The hard ones are older: oblique on purpose, and their harmless lines as near to danger as can be."
        ],
        _goals(judged),
        _by(judged, "label"),
        _by(judged, "voice"),
        _confusions(judged),
        _listed("Severity 3 missed", missed),
        _listed("False alarms", alarmed, _LISTED),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _goals(judged: Sequence[_Judged]) -> list[str]:
    counted = [_counted([each for each in judged if each.group == group]) for group in _GROUPS]
    rows = [(name, *(_share(*counts[name]) for counts in counted)) for name in counted[0]]
    return table(("", *_GROUPS), rows)


def _counted(judged: Sequence[_Judged]) -> dict[str, tuple[int, int]]:
    """Of each goal: how many of how many."""
    gravest = [each for each in judged if each.severity == 3]
    grave = [each for each in judged if each.severity >= 2]
    harmless = [each for each in judged if each.severity == 0]
    everyday = [each for each in harmless if each.line.family.id.startswith(_EVERYDAY)]
    caught = [each for each in grave if each.raised]
    return {
        "severity 3, found as 3": (sum(each.found.severity == 3 for each in gravest), len(gravest)),
        "severity 3, found as 2 or 3": (sum(each.raised for each in gravest), len(gravest)),
        "severity 2 and up, found as 2 or 3": (len(caught), len(grave)),
        "false alarms (2 or 3) on harmless lines": (sum(each.raised for each in harmless), len(harmless)),
        "false alarms on news and small talk": (sum(each.raised for each in everyday), len(everyday)),
        "label right, of those found": (
            sum(each.found.label.value == each.line.family.label for each in caught),
            len(caught),
        ),
        "about whom right, of those found": (
            sum(each.found.about is not None and each.found.about.value == each.line.family.about for each in caught),
            len(caught),
        ),
    }


def _by(judged: Sequence[_Judged], what: str) -> list[str]:
    whole: Counter[str] = Counter()
    part: Counter[str] = Counter()
    for each in judged:
        if each.severity >= 2:
            key = each.line.family.label if what == "label" else each.line.family.voice
            whole[key] += 1
            part[key] += each.raised
    return table((what, "severity 2 and up, found"), [(key, _share(part[key], whole[key])) for key in sorted(whole)])


def _confusions(judged: Sequence[_Judged]) -> list[str]:
    taken = Counter(
        (each.line.family.label, each.found.label.value)
        for each in judged
        if each.severity >= 2 and each.raised and each.found.label.value != each.line.family.label
    )
    rows = [(*pair, str(count)) for pair, count in sorted(taken.items(), key=lambda item: (-item[1], item[0]))]
    return table(("meant", "found", "lines"), rows)


def _listed(title: str, wrong: Sequence[_Judged], limit: int | None = None) -> list[str]:
    shown = wrong if limit is None else wrong[:limit]
    told = f"{title}: {len(wrong)}" + (f", the first {limit}" if limit is not None and len(wrong) > limit else "")
    return [
        told,
        "",
        *(f"- {each.found.severity} {','.join(each.found.why[:2])} `{each.line.text}`" for each in shown),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({percent(part, whole)})" if whole else "no lines"
