"""The words that the classifiers were trained with, and a message as they look at it: once, for all of them."""

from collections.abc import Iterable, Sequence
from importlib.resources import files

from bot.understanding.classifier import FOLDER
from bot.understanding.concepts import everything
from bot.understanding.features import Describer, Features
from bot.understanding.lexicon import read_toml
from bot.understanding.spelling import Spelling

WORDS = "words.txt"


class Vocabulary:
    """`known`: the words the classifiers were trained with, the commonest first; None reads those beside the models."""

    def __init__(self, known: Iterable[str] | None = None) -> None:
        if known is None:
            known = files("bot.understanding").joinpath(FOLDER, WORDS).read_text(encoding="utf-8").split()
        self.words = words = tuple(known)
        self._known = frozenset(words)
        self._spelling = Spelling(words, read_toml("da", "concepts")["plain"]["words"])
        self._describer = Describer(everything(), words)

    def unknown(self, words: Sequence[str]) -> int:
        """How many of the words stand in no line that was learnt from."""
        return sum(word not in self._known for word in words)

    def features(self, words: Sequence[str]) -> Features:
        """Of a normalised message's words."""
        return self._describer.features(self._spelling.corrected(words))
