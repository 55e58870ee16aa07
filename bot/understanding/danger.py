"""The second layer under a cry for help: a trained classifier that hears what no rule names.

It raises a message to severity 2, "a person must see this today", and never lowers what a rule has found. A rule can
say why; this layer can only say that such lines were cries for help: so it asks, and never claims danger to life.
"""

from collections.abc import Iterable, Sequence
from importlib.resources import files

from bot.understanding.classifier import FOLDER, Classifier, load
from bot.understanding.features import Keys, keys_of
from bot.understanding.lexicon import Lexicon
from bot.understanding.spelling import Spelling
from dialogs.heard import About, Crisis, CrisisLabel

ASKED_ABOUT = 2
WHY = "learnt"
MOST_WORDS = 120
"""What is longer, or mostly unknown words, is nothing like the lines that were learnt from."""


def meaning(label: str, severity: int) -> str:
    """How the classifier names a label with its severity."""
    return f"{label}:{severity}"


def alarming(name: str) -> bool:
    """Whether somebody must be called for a line of this meaning."""
    return int(name.rpartition(":")[2]) >= ASKED_ABOUT


_SHORT = 12
_NO = frozenset({"ikke", "ik", "ikk", "aldrig", "nej", "ingen", "not", "don't", "dont", "never", "no"})
_RAISED_BY_NO = frozenset({"live", "wake", "breath", "respond", "cope"})
"""Classes of words that a "not" makes graver ("vågner ikke", "vil ikke leve"); with any other a short line denies."""


class Cries:
    """A message as the classifier looks at it: its words, and how many of them are unknown."""

    def __init__(self, known: Iterable[str] | None = None) -> None:
        if known is None:
            path = files("bot.understanding").joinpath(FOLDER, "crisis_words.txt")
            known = path.read_text(encoding="utf-8").split()
        words = tuple(known)
        self._known = frozenset(words)
        self._spelling = Spelling(words)

    def unknown(self, words: Sequence[str]) -> int:
        """How many of the words stand in no line that was learnt from."""
        return sum(word not in self._known for word in words)

    def keys(self, words: Sequence[str]) -> Keys:
        """The features of a normalised message's words."""
        words = self._spelling.corrected(words)
        return keys_of(words, [f"unknown{min(self.unknown(words), 4)}"])


class Danger:
    """Hears danger in words that no rule knows."""

    def __init__(self, lexicon: Lexicon, classifier: Classifier | None = None) -> None:
        self._classifier = classifier if classifier is not None else load("crisis")
        self._cries = Cries()
        self._alarming = [index for index, name in enumerate(self._classifier.labels) if alarming(name)]
        self._tags = lexicon.tags

    def judge(self, words: Sequence[str]) -> Crisis:
        """`words`: of the normalised message, without signs."""
        if not words or len(words) > MOST_WORDS or self._cries.unknown(words) * 2 > len(words):
            return Crisis()
        chances = self._classifier.probabilities(self._cries.keys(words))
        if float(chances[self._alarming].sum()) < self._classifier.sure:
            return Crisis()
        if self._denies(words):
            return Crisis()
        likeliest = max(self._alarming, key=lambda index: float(chances[index]))
        label = CrisisLabel(self._classifier.labels[likeliest].rpartition(":")[0])
        return Crisis(label, ASKED_ABOUT, self._about(words), (WHY,))

    def _denies(self, words: Sequence[str]) -> bool:
        """Whether a short line says what is not so: the rules have read it, and know better."""
        if len(words) > _SHORT or _NO.isdisjoint(words):
            return False
        return not any(_RAISED_BY_NO.intersection(self._tags.get(word, ())) for word in words)

    def _about(self, words: Sequence[str]) -> About:
        """Whom it seems to be about: a child, else the writer, else another who is named."""
        tags = [self._tags.get(word, ()) for word in words]
        if any("child" in each for each in tags):
            return About.CHILD
        first = next((each for each in tags if "i" in each or "third" in each), ())
        return About.OTHER if "third" in first else About.SELF
