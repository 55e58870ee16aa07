"""How well it is heard what a citizen wants, on the families kept for measuring, as Markdown. A part of the report."""

from collections import Counter
from datetime import UTC, datetime

from bot.understanding.training.families import lines
from bot.understanding.training.tables import percent, table
from dialogs.heard import Understanding

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
_WORST = 50


def section(understanding: Understanding) -> str:
    """Right guesses per intent and voice, how sure it is allowed to be, and the worst errors."""
    heard = [(line, understanding.hear(line.text, now=NOW).intent) for line in lines("intents", "test")]
    right = [line.family.intent == intent.name for line, intent in heard]
    sure = [intent.sure for _, intent in heard]
    among = [line.family.intent in (intent.name, *intent.others) for line, intent in heard]
    rows = []
    for name in sorted({str(line.family.intent) for line, _ in heard}):
        own = [ok for (line, _), ok in zip(heard, right, strict=True) if line.family.intent == name]
        rows.append([name, str(len(own)), percent(sum(own), len(own))])
    voices = []
    for voice in sorted({line.family.voice for line, _ in heard}):
        own = [ok for (line, _), ok in zip(heard, right, strict=True) if line.family.voice == voice]
        voices.append([voice, str(len(own)), percent(sum(own), len(own))])
    both = [ok for ok, is_sure in zip(right, sure, strict=True) if is_sure]
    mixed = Counter((line.family.intent, intent.name) for line, intent in heard if line.family.intent != intent.name)
    errors = sorted(
        ((line, intent) for line, intent in heard if line.family.intent != intent.name),
        key=lambda pair: (-pair[1].score, pair[0].text),
    )
    return "\n".join(
        [
            "## Intents",
            "",
            f"{len(heard)} lines of families that nothing was learnt from, by another author than those that were.",
            "",
            f"The likeliest is right: {percent(sum(right), len(right))}. Among the three that are offered: "
            f"{percent(sum(among), len(among))}. Sure enough to act on it: {percent(sum(sure), len(sure))}, and then "
            f"right: {percent(sum(both), len(both))}.",
            "",
            *table(["intent", "lines", "right"], rows),
            "",
            *table(["voice", "lines", "right"], voices),
            "",
            "Most often taken for another: "
            + ", ".join(f"{one} as {other} {n}" for (one, other), n in mixed.most_common(12))
            + ".",
            "",
            f"The {_WORST} errors it was surest of:",
            "",
            *(
                f"- {line.text} ({line.family.intent}, heard {intent.name} {intent.score:.2f})"
                for line, intent in errors[:_WORST]
            ),
            "",
        ]
    )
