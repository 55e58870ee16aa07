"""What is taught: which lines, what each means, and how it is read, exactly as when citizens write."""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from bot.understanding.classifier import FOLDER
from bot.understanding.danger import Cries, alarming, meaning
from bot.understanding.intents import Wishes, words_of
from bot.understanding.lexicon import read_toml
from bot.understanding.reading import normalised
from bot.understanding.training.families import Family, Line, lines
from bot.understanding.training.train import Lesson

_KNOWN_FROM = 2
"""Lines a word stands in, to be known: a slip of the pen stands in one."""


def intents() -> Lesson:
    """The 23 intents of DESIGN §5."""
    taught = [*lines("intents", "train", "dev"), *_phrases()]
    wishes = Wishes(_known(taught, "intent_words.txt"))
    return Lesson(
        name="intents", lines=taught, meaning=_intent, read=lambda text: wishes.keys(words_of(normalised(text)))
    )


def crisis() -> Lesson:
    """The labels of danger of DESIGN §5, each with its severity."""
    taught = list(lines("crisis", "train", "dev"))
    cries = Cries(_known(taught, "crisis_words.txt"))
    return Lesson(
        name="crisis",
        lines=taught,
        meaning=lambda line: meaning(line.family.label, line.family.severity),
        read=lambda text: cries.keys(words_of(normalised(text))),
        alarming=alarming,
    )


def _known(taught: Sequence[Line], name: str) -> list[str]:
    """The words of the lesson that count as known, the commonest first; kept beside the model."""
    counts = Counter(word for line in taught for word in set(words_of(normalised(line.text))))
    known = sorted((word for word, n in counts.items() if n >= _KNOWN_FROM), key=lambda word: (-counts[word], word))
    path = Path(str(files("bot.understanding").joinpath(FOLDER, name)))
    path.write_text("\n".join(known) + "\n", encoding="utf-8")
    return known


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


LESSONS = (intents, crisis)
