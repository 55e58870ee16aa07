"""Danish, English or something else, told from everyday words. Cheap, and Danish when in doubt."""

from collections.abc import Sequence

from bot.understanding.lexicon import read_toml

_WORDS = read_toml("da", "languages")["words"]
_DANISH, _ENGLISH = frozenset(_WORDS["da"]), frozenset(_WORDS["en"])
# words of both languages decide nothing: "i" is a Danish preposition
_ONLY_ENGLISH = _ENGLISH - _DANISH - {"i", "me", "we", "will", "help", "am"}
_OTHER = frozenset(_WORDS["other"]) - _DANISH - _ENGLISH


def language_of(text: str, words: Sequence[str]) -> str:
    """The language of a normalised text and its words: da, en or other."""
    if not _mostly_latin(text):
        return "other"
    if _ONLY_ENGLISH.isdisjoint(words) and _OTHER.isdisjoint(words):
        return "da"
    danish = sum(1 for word in words if word in _DANISH or "æ" in word or "ø" in word or "å" in word)
    english = sum(1 for word in words if word in _ONLY_ENGLISH)
    other = sum(1 for word in words if word in _OTHER)
    if other >= 2 and other > danish and other > english:
        return "other"
    return "en" if english > danish else "da"


def maybe_english(words: Sequence[str]) -> bool:
    """Whether enough English stands in a text to read it as English too ("jeg wanna die")."""
    return not _ONLY_ENGLISH.isdisjoint(words)


def _mostly_latin(text: str) -> bool:
    if not text or max(text) < "\u0250":
        return True
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter < "\u1f00")
    return latin * 2 >= len(letters)
