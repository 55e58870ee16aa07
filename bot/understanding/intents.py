"""What a citizen wants: exact phrases first, which are certain, then the trained classifier.

A phrase list knows the words of our own buttons and commands; it is never overruled. `sure` says that the intent may be
acted on without asking back; otherwise the likeliest are offered.
"""

from collections.abc import Mapping
from typing import Any

from bot.understanding.classifier import Classifier, load
from bot.understanding.features import Features
from bot.understanding.lexicon import Phrases, add_phrase, read_toml
from dialogs.heard import Intent

_LONGEST_SURE = 8  # words; in a longer message one phrase does not settle what it is about
_WHOLE_ONLY = ("greeting", "thanks")  # sure only as the whole message: "hej, jeg vil ..." is about what follows
_SURE = 0.95
_NOT = frozenset(
    {"ikke", "ik", "ikk", "ej", "aldrig", "nej", "not", "don't", "dont", "never"}
)  # "jeg vil ikke tale med et menneske"
_WANTED = frozenset({"delete_my_data", "talk_to_human", "booking_new", "language_switch", "easy_read", "restart"})
"""What one asks for: with a "not" it may be just what is not wanted."""
_SIGNS = frozenset({".", ",", "?"})
_OFFERED = 3
_WORTH_OFFERING = 0.08


def words_of(plain: str) -> list[str]:
    """The words of a normalised message."""
    return [word for word in plain.split() if word not in _SIGNS]


class _Phrases:
    """The phrases of all intents by their first word: looking for hundreds of them costs one dictionary read a word."""

    def __init__(self, phrases: Mapping[str, list[str]]) -> None:
        self._phrases: Phrases[str] = {}
        for name, listed in phrases.items():
            for phrase in listed:
                add_phrase(self._phrases, phrase.split(), name)

    def found(self, words: list[str]) -> set[str]:
        """The intents of which the message has a phrase."""
        found: set[str] = set()
        for index, word in enumerate(words):
            begun = self._phrases.get(word)
            if begun is not None:
                after = begun.after(words[index + 1] if index + 1 < len(words) else "")
                found.update(name for phrase, name in after if words[index : index + len(phrase)] == phrase)
        return found


class Intents:
    """Phrase lists, and the classifier for everything else."""

    def __init__(self, data: Mapping[str, Any] | None = None, classifier: Classifier | None = None) -> None:
        data = read_toml("da", "intents") if data is None else data
        tables: Mapping[str, list[str]] = data["intents"]
        self._whole = {phrase: name for name in reversed(list(tables)) for phrase in tables[name]}
        self._sure = _Phrases({name: phrases for name, phrases in tables.items() if name not in _WHOLE_ONLY})
        self._classifier = classifier if classifier is not None else load("intents")

    def guess(self, words: list[str], features: Features) -> Intent:
        """Of a normalised message's words. Never fails; a message without words is out_of_scope."""
        whole = self._whole.get(" ".join(words))
        if whole is not None:
            return Intent(whole, 1.0, sure=True)
        if not words:
            return Intent()
        if len(words) <= _LONGEST_SURE and _NOT.isdisjoint(words):
            certain = self._sure.found(words)
            if len(certain) == 1:
                return Intent(certain.pop(), _SURE, sure=True)
        return self._likeliest(words, features)

    def _likeliest(self, words: list[str], features: Features) -> Intent:
        chances = self._classifier.probabilities(features)
        order = chances.argsort()[::-1]
        labels, best = self._classifier.labels, float(chances[order[0]])
        others = tuple(labels[index] for index in order[1:_OFFERED] if chances[index] >= _WORTH_OFFERING)
        name = labels[order[0]]
        doubtful = len(words) == 1 or (name in _WANTED and not _NOT.isdisjoint(words))
        return Intent(name, round(best, 3), sure=best >= self._classifier.sure and not doubtful, others=others)
