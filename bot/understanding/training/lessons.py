"""What is taught: which lines, what each means, and how much it counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.understanding.classifier import FOLDER
from bot.understanding.danger import ASKED_ABOUT, CALM, DANGER
from bot.understanding.intents import words_of
from bot.understanding.lexicon import read_toml
from bot.understanding.reading import normalised
from bot.understanding.training.families import Family, Line, lines
from bot.understanding.training.train import Lesson
from bot.understanding.vocabulary import WORDS, Vocabulary

_KNOWN_FROM = 2
"""Lines a word stands in, to be known: a slip of the pen stands in one."""
_DISTRESS = 0.3
"""How much a line of severity 1 counts among the calm ones: calling somebody for it is no great harm."""


def intents() -> Lesson:
    """The 23 intents of DESIGN §5."""
    return Lesson(name="intents", lines=_wishes(), meaning=_intent, buckets=1 << 16, trust=5.0)


def danger() -> Lesson:
    """Whether a line is a cry for help at all."""
    return Lesson(
        name="danger",
        lines=_cries(),
        meaning=lambda line: DANGER if _grave(line) else CALM,
        counts=lambda line: _DISTRESS if line.family.severity == 1 else 1.0,
        harmless=lambda line: line.family.severity == 0,
        alarm=DANGER,
        buckets=1 << 17,
        trust=2.5,
    )


def crisis() -> Lesson:
    """The labels of danger of DESIGN §5, among lines that are in danger."""
    return Lesson(
        name="crisis",
        lines=[line for line in _cries() if _grave(line)],
        meaning=lambda line: line.family.label,
        buckets=1 << 15,
        trust=5.0,
    )


@cache
def vocabulary() -> Vocabulary:
    """How all lines are read: with the words that stand in several of them, the commonest first, kept beside the
    models.
    """
    counts = Counter(word for line in (*_wishes(), *_cries()) for word in set(words_of(normalised(line.text))))
    known = sorted((word for word, n in counts.items() if n >= _KNOWN_FROM), key=lambda word: (-counts[word], word))
    path = Path(str(files("bot.understanding").joinpath(FOLDER, WORDS)))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(known) + "\n", encoding="utf-8")
    return Vocabulary(known)


def _wishes() -> Sequence[Line]:
    return [*lines("intents", "train", "dev"), *_phrases()]


def _cries() -> Sequence[Line]:
    return list(lines("crisis", "train", "dev"))


def _grave(line: Line) -> bool:
    return line.family.severity >= ASKED_ABOUT


def _phrases() -> Iterator[Line]:
    """The certain phrases are learnt too: parts of them tell something in longer messages."""
    for intent, phrases in read_toml("da", "intents")["intents"].items():
        for phrase in phrases:
            yield Line(
                text=phrase, family=Family(id=f"{intent}.{phrase}", split="train", intent=intent, lines=[phrase])
            )


def _intent(line: Line) -> str:
    if line.family.intent is None:
        raise ValueError(f"{line.family.id} has no intent")
    return line.family.intent


LESSONS = (intents, danger, crisis)
