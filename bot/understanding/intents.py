"""What a citizen wants, from word lists. The classifier of a later release replaces this; the contract stays.

`sure` only when one intent alone is certain. Everything else is a best guess that the bot asks back about.
"""

from collections.abc import Mapping
from typing import Any

from bot.understanding.lexicon import read_toml
from dialogs.heard import Intent

_LONGEST_SURE = 14  # words; in a longer message one phrase does not settle what it is about
_WHOLE_ONLY = ("greeting", "thanks")  # sure only as the whole message: "hej, jeg vil ..." is about what follows
_SURE, _GUESS, _WEAK = 0.95, 0.6, 0.35
_NOT = frozenset(
    {"ikke", "ik", "ikk", "ej", "aldrig", "nej", "not", "don't", "dont", "never"}
)  # "jeg vil ikke tale med et menneske"


class _Phrases:
    """Phrases by their first word: looking for sixty of them costs one dictionary read a word."""

    def __init__(self, phrases: list[str]) -> None:
        self._by_first: dict[str, list[list[str]]] = {}
        for phrase in phrases:
            words = phrase.split()
            self._by_first.setdefault(words[0], []).append(words)
        self.first = frozenset(self._by_first)

    def count(self, words: list[str]) -> int:
        """How many places in the message begin one of the phrases."""
        found = 0
        for index, word in enumerate(words):
            for phrase in self._by_first.get(word, ()):
                if words[index : index + len(phrase)] == phrase:
                    found += 1
                    break
        return found


class Intents:
    """Phrase lists, by intent and strength."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "intents") if data is None else data
        tables: Mapping[str, Mapping[str, list[str]]] = data["intents"]
        self._whole = {phrase: name for name in reversed(list(tables)) for phrase in tables[name]["sure"]}
        self._sure = {name: _Phrases(lists["sure"]) for name, lists in tables.items() if name not in _WHOLE_ONLY}
        self._maybe = {name: _Phrases(lists["maybe"]) for name, lists in tables.items()}
        self._hints = frozenset(
            phrase.split()[0] for lists in tables.values() for phrases in lists.values() for phrase in phrases
        )

    def guess(self, plain: str) -> Intent:
        """`plain`: the normalised message. Never fails; nothing known is out_of_scope."""
        words = [word for word in plain.split() if word not in (".", ",", "?")]
        hints = self._hints.intersection(words)
        if not hints:
            return Intent()
        whole = self._whole.get(" ".join(words)) if len(words) <= _LONGEST_SURE else None
        if whole is not None:
            return Intent(whole, 1.0, sure=True)
        certain = [
            name for name, phrases in self._sure.items() if not hints.isdisjoint(phrases.first) and phrases.count(words)
        ]
        if certain:
            alone = len(certain) == 1 and len(words) <= _LONGEST_SURE and _NOT.isdisjoint(words)
            return Intent(certain[0], _SURE if alone else _GUESS, sure=alone)
        best: str | None = None
        most = 0
        for name, phrases in self._maybe.items():
            hits = 0 if hints.isdisjoint(phrases.first) else phrases.count(words)
            if hits > most:
                best, most = name, hits
        if best is None:
            return Intent()
        return Intent(best, _GUESS if len(words) <= 3 else _WEAK, sure=False)
