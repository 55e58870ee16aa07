"""The second layer under a cry for help: a trained classifier that hears what no rule names.

It raises a message to severity 2, "a person must see this today", and never lowers what a rule has found. A rule can
say why; this layer can only say that such lines were cries for help: so it asks, and never claims danger to life.
"""

from collections.abc import Sequence

from bot.understanding.classifier import Classifier, load
from bot.understanding.features import Features
from bot.understanding.lexicon import Lexicon
from bot.understanding.vocabulary import Vocabulary
from dialogs.heard import About, Crisis, CrisisLabel

ASKED_ABOUT = 2
WHY = "learnt"
CALM, DANGER = "calm", "danger"
MOST_WORDS = 120
"""What is longer, or mostly unknown words, is nothing like the lines that were learnt from."""


class Danger:
    """Hears danger in words that no rule knows: first whether there is any, and then which."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        alarm: Classifier | None = None,
        labels: Classifier | None = None,
    ) -> None:
        """`alarm` tells danger from calm; `labels` one danger from another."""
        self._vocabulary = vocabulary
        self._alarm = alarm if alarm is not None else load("danger")
        self._labels = labels if labels is not None else load("crisis")
        self._danger = self._alarm.labels.index(DANGER)
        self._tags = lexicon.tags

    def judge(self, words: Sequence[str], features: Features) -> Crisis:
        """`words`: of the normalised message, without signs; `features`: of the same."""
        if not words or len(words) > MOST_WORDS or self._vocabulary.unknown(words) * 2 > len(words):
            return Crisis()
        if float(self._alarm.probabilities(features)[self._danger]) < self._alarm.sure:
            return Crisis()
        label = CrisisLabel(self._labels.labels[int(self._labels.probabilities(features).argmax())])
        return Crisis(label, ASKED_ABOUT, self._about(words), (WHY,))

    def _about(self, words: Sequence[str]) -> About:
        """Whom it seems to be about: a child, else the writer, else another who is named."""
        tags = [self._tags.get(word, ()) for word in words]
        if any("child" in each for each in tags):
            return About.CHILD
        first = next((each for each in tags if "i" in each or "third" in each), ())
        return About.OTHER if "third" in first else About.SELF
