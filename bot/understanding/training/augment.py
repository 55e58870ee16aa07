"""Slips of the pen, made on purpose: only what is learnt from gets them, never what is measured."""

import random
import re

_FOLDS = ({"æ": "ae", "ø": "oe", "å": "aa"}, {"æ": "a", "ø": "o", "å": "a"})
_SHORT = {
    "ikke": "ik",
    "jeg": "jg",
    "mig": "mæ",
    "det": "d",
    "noget": "nogt",
    "meget": "megt",
    "hvad": "va",
    "have": "ha",
    "kan": "ka",
    "vil": "ve",
    "er": "e",
    "også": "os",
    "til": "te",
    "med": "mæ",
    "skal": "ska",
    "bliver": "blir",
}


def slipped(text: str, chance: random.Random) -> str:
    """The text as somebody in a hurry, drunk, or without Danish letters might have typed it."""
    words = text.lower().split()
    if chance.random() < 0.35:
        folds = chance.choice(_FOLDS)
        words = ["".join(folds.get(letter, letter) for letter in word) for word in words]
    if chance.random() < 0.35:
        words = [_SHORT.get(word, word) if chance.random() < 0.6 else word for word in words]
    for _ in range(1 + len(words) // 7):
        at = chance.randrange(len(words))
        words[at] = _slip(words[at], chance)
    if chance.random() < 0.15 and len(words) > 3:
        del words[chance.randrange(len(words))]
    joined = " ".join(words)
    return re.sub(r"[.,?!]", "", joined) if chance.random() < 0.5 else joined


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return f"{word[:at]} {word[at:]}" if len(word) > 7 else word
