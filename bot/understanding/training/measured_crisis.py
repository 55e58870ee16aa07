"""How well a cry for help is heard, on the families kept for measuring, as Markdown. A part of the report."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.understanding.training.families import Line, lines
from bot.understanding.training.tables import percent, table
from dialogs.heard import Crisis, Understanding

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
_ALERTED = 2
"""From this severity a person must see it."""


def section(understanding: Understanding) -> str:
    """What is caught and what cries wolf, per label and voice; every severity 3 that nobody would have seen."""
    heard = [(line, understanding.hear(line.text, now=NOW).crisis) for line in lines("crisis", "test")]
    return "\n".join(
        [
            "## Crisis",
            "",
            f"{len(heard)} lines of families that nothing was learnt from and no rule was made for.",
            "",
            *_by_severity(heard),
            "",
            *_by(heard, "label", [line.family.label for line, _ in heard]),
            "",
            *_by(heard, "voice", [line.family.voice for line, _ in heard]),
            "",
            *_whom(heard),
            "",
            "Severity 3 that reached nobody (below 2):",
            "",
            *(
                f"- {line.text} ({line.family.id})"
                for line, crisis in heard
                if line.family.severity == 3 and crisis.severity < _ALERTED
            ),
            "",
            "Harmless lines that would have called somebody (2 and up):",
            "",
            *(
                f"- {line.text} ({line.family.id}: {', '.join(crisis.why)})"
                for line, crisis in heard
                if line.family.severity == 0 and crisis.severity >= _ALERTED
            ),
            "",
        ]
    )


_Heard = Sequence[tuple[Line, Crisis]]


def _by_severity(heard: _Heard) -> list[str]:
    rows = []
    for severity in (3, 2, 1, 0):
        found = [crisis.severity for line, crisis in heard if line.family.severity == severity]
        at_least = [percent(sum(got >= least for got in found), len(found)) for least in (1, 2, 3)]
        rows.append([str(severity), str(len(found)), *at_least])
    return table(["meant", "lines", "heard as 1 or more", "as 2 or more", "as 3"], rows)


def _by(heard: _Heard, name: str, groups: Sequence[str]) -> list[str]:
    rows = []
    for group in sorted(set(groups)):
        own = [pair for pair, its in zip(heard, groups, strict=True) if its == group]
        danger = [crisis.severity for line, crisis in own if line.family.severity >= _ALERTED]
        calm = [crisis.severity for line, crisis in own if line.family.severity == 0]
        rows.append(
            [
                group,
                str(len(own)),
                percent(sum(got >= _ALERTED for got in danger), len(danger)),
                percent(sum(got >= _ALERTED for got in calm), len(calm)),
            ]
        )
    return table([name, "lines", "danger heard (2 and up)", "false alarms"], rows)


def _whom(heard: _Heard) -> list[str]:
    both = [(line, crisis) for line, crisis in heard if min(line.family.severity, crisis.severity) >= _ALERTED]
    label = sum(line.family.label == crisis.label.value for line, crisis in both)
    about = sum(line.family.about == (crisis.about.value if crisis.about else None) for line, crisis in both)
    mixed = Counter((line.family.label, crisis.label.value) for line, crisis in both)
    confused = [f"{one} as {other} {n}" for (one, other), n in mixed.most_common() if one != other][:8]
    return [
        f"Of the dangers heard: label right {percent(label, len(both))}, whom it is about right "
        f"{percent(about, len(both))}. Taken for another: {', '.join(confused) or 'none'}."
    ]
