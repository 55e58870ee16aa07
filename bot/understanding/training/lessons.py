"""What is taught: which lines, what each means, and how it is read, exactly as when citizens write."""

from collections.abc import Iterator

from bot.understanding.concepts import Concepts
from bot.understanding.features import Keys, keys_of
from bot.understanding.intents import words_of
from bot.understanding.lexicon import read_toml
from bot.understanding.reading import normalised
from bot.understanding.training.families import Family, Line, lines
from bot.understanding.training.train import Lesson


def intents() -> Lesson:
    """The 23 intents of DESIGN §5."""
    concepts = Concepts()

    def read(text: str) -> Keys:
        words = words_of(normalised(text))
        return keys_of(words, concepts.marks(words))

    return Lesson(name="intents", lines=[*lines("intents", "train"), *_phrases()], meaning=_intent, read=read)


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


LESSONS = (intents,)
