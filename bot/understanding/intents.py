"""What a citizen wants, from word lists. The classifier of a later release replaces this; the contract stays.

`sure` only when one intent alone is certain. Everything else is a best guess that the bot asks back about.
"""

from collections.abc import Mapping
from typing import Any

from bot.understanding.lexicon import Phrases, add_phrase, read_toml
from dialogs.heard import Intent

_LONGEST_SURE = 14  # words; in a longer message one phrase does not settle what it is about
_WHOLE_ONLY = ("greeting", "thanks")  # sure only as the whole message: "hej, jeg vil ..." is about what follows
_SURE, _GUESS, _WEAK = 0.95, 0.6, 0.35
_NOT = frozenset(
    {"ikke", "ik", "ikk", "ej", "aldrig", "nej", "not", "don't", "dont", "never"}
)  # "jeg vil ikke tale med et menneske"


class _Phrases:
    """The phrases of all intents by their first word: looking for hundreds of them costs one dictionary read a word."""

    def __init__(self, phrases: Mapping[str, list[str]]) -> None:
        self._order = list(phrases)
        self._phrases: Phrases[str] = {}
        for name, listed in phrases.items():
            for phrase in listed:
                add_phrase(self._phrases, phrase.split(), name)

    def count(self, words: list[str]) -> dict[str, int]:
        """For each intent that has any, how many places in the message begin one of its phrases; in the order given."""
        found: dict[str, int] = {}
        for index, word in enumerate(words):
            begun = self._phrases.get(word)
            if begun is not None:
                after = begun.after(words[index + 1] if index + 1 < len(words) else "")
                for name in {name for phrase, name in after if words[index : index + len(phrase)] == phrase}:
                    found[name] = found.get(name, 0) + 1
        return {name: found[name] for name in self._order if name in found} if found else found


class Intents:
    """Phrase lists, by intent and strength."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "intents") if data is None else data
        tables: Mapping[str, Mapping[str, list[str]]] = data["intents"]
        self._whole = {phrase: name for name in reversed(list(tables)) for phrase in tables[name]["sure"]}
        self._sure = _Phrases({name: lists["sure"] for name, lists in tables.items() if name not in _WHOLE_ONLY})
        self._maybe = _Phrases({name: lists["maybe"] for name, lists in tables.items()})
        self._hints = frozenset(
            phrase.split()[0] for lists in tables.values() for phrases in lists.values() for phrase in phrases
        )

    def guess(self, plain: str) -> Intent:
        """`plain`: the normalised message. Never fails; nothing known is out_of_scope."""
        words = [word for word in plain.split() if word not in (".", ",", "?")]
        if self._hints.isdisjoint(words):
            return Intent()
        whole = self._whole.get(" ".join(words)) if len(words) <= _LONGEST_SURE else None
        if whole is not None:
            return Intent(whole, 1.0, sure=True)
        certain = list(self._sure.count(words))
        if certain:
            alone = len(certain) == 1 and len(words) <= _LONGEST_SURE and _NOT.isdisjoint(words)
            return Intent(certain[0], _SURE if alone else _GUESS, sure=alone)
        best: str | None = None
        most = 0
        for name, hits in self._maybe.count(words).items():
            if hits > most:
                best, most = name, hits
        if best is None:
            return Intent()
        return Intent(best, _GUESS if len(words) <= 3 else _WEAK, sure=False)
