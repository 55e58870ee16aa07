"""How well personal data is found on the test lines, as Markdown. A part of the report."""

from collections import Counter
from datetime import UTC, datetime

from bot.understanding.training import marks
from bot.understanding.training.tables import percent, table
from dialogs.heard import Span, Understanding

_NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def section(understanding: Understanding) -> str:
    """Figures per label and voice on the test families, and every error. Any overlap with the right label is "seen"."""
    totals: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    by_voice: Counter[tuple[str, bool]] = Counter()
    clean = touched = 0
    errors: list[str] = []
    for line in marks.lines("test"):
        found = understanding.hear(line.text, now=_NOW).personal_data
        right = True
        for span in line.spans:
            totals[span.label] += 1
            exact[span.label] += span in found
            hit = any(span.label == other.label and _overlap(span, other) for other in found)
            seen[span.label] += hit
            right &= hit
        for other in found:
            if not any(_overlap(span, other) and span.label == other.label for span in line.spans):
                wrong[other.label] += 1
                right = False
        if not line.spans:
            clean += 1
            touched += bool(found)
        by_voice[line.family.voice, right] += 1
        if found != line.spans:
            errors.append(f"- {'not exact' if right else 'wrong'}: `{_shown(line.text, found)}` ({line.family.id})")
    kinds = [
        (
            label,
            str(totals[label]),
            percent(seen[label], totals[label]),
            percent(exact[label], totals[label]),
            str(wrong[label]),
        )
        for label in marks.LABELS
    ]
    voices = [
        (
            voice,
            str(by_voice[voice, True] + by_voice[voice, False]),
            percent(by_voice[voice, True], by_voice[voice, True] + by_voice[voice, False]),
        )
        for voice in sorted({voice for voice, _ in by_voice})
    ]
    return "\n".join(
        [
            "## Personal data", "",
            *table(("kind", "marked", "seen", "span exact", "marked wrongly"), kinds), "",
            f"Lines with nothing personal left untouched: {percent(clean - touched, clean)} of {clean}.", "",
            *table(("voice", "lines", "right"), voices), "",
            "Every line that came out otherwise than marked:", "", *(errors or ["- none"]), "",
        ]
    )  # fmt: skip


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _shown(text: str, spans: tuple[Span, ...]) -> str:
    for span in reversed(spans):
        text = f"{text[: span.start]}[{span.label}:{text[span.start : span.end]}]{text[span.end :]}"
    return text
