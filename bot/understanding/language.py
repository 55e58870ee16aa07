"""Danish, English or something else, told from everyday words. Cheap, and Danish when in doubt."""

from collections.abc import Sequence

from bot.understanding.lexicon import read_toml
from bot.understanding.reading import normalised

_WORDS = read_toml("da", "languages")["words"]
_DANISH, _ENGLISH = frozenset(_WORDS["da"]), frozenset(_WORDS["en"])
# words of both languages decide nothing: "i" is a Danish preposition
_ONLY_ENGLISH = (
    _ENGLISH - _DANISH - {"i", "me", "we", "will", "help", "am", "back", "from", "if", "or", "up", "out", "book"}
)
_OTHER = frozenset(normalised(word) for word in _WORDS["other"]) - _DANISH - _ENGLISH
_WEAK = frozenset(normalised(word) for word in _WORDS["not_other"])
"""Words that Danes write too, with or without a slip: two of them are needed."""
_FOREIGN_LETTERS = frozenset("ąćęłńśźżğışțșăñßçőűāēīūšžčřěůėįųļņķģ¿äöüîôòìíúâèêđơư")
_SURE, _MARGIN = 1.5, 0.5
"""What a word that no Dane writes weighs against a Danish one."""
_SHORT = 3
_ENGLISH_ALONE = frozenset({"go", "pls", "plz", "no", "stop", "help", "bye", "yes", "hi", "hello", "thanks", "please"})
"""Words that alone are English or nothing; "no", "stop" and "help" beside Danish words are slang."""


def language_of(text: str, words: Sequence[str], written: str = "") -> str:
    """The language of a normalised text and its words: da, en or other. `written`: as it came, with its accents."""
    if not _mostly_latin(text):
        return "other"
    foreign = sum(letter in _FOREIGN_LETTERS for letter in written.lower()) if not written.isascii() else 0
    if not foreign and _ONLY_ENGLISH.isdisjoint(words) and _OTHER.isdisjoint(words):
        return "en" if len(words) <= _SHORT and _all_english(words) else "da"
    danish = sum(1 for word in words if word in _DANISH or "ø" in word or "å" in word or "æ" in word)
    english = sum(1 for word in words if word in _ONLY_ENGLISH)
    strong = sum(1 for word in words if word in _OTHER and word not in _WEAK)
    other = _SURE * strong + sum(1 for word in words if word in _WEAK and word in _OTHER) / 2 + foreign / 2
    if other > max(danish, english) + _MARGIN and (other >= 1.5 or strong >= 1):
        return "other"
    return "en" if english > danish or (english == danish and _all_english(words)) else "da"


def _all_english(words: Sequence[str]) -> bool:
    spoken = [word for word in words if word.isalpha()]
    return bool(spoken) and all(word in _ENGLISH or word in _ENGLISH_ALONE for word in spoken) and spoken != ["stop"]


def maybe_english(words: Sequence[str]) -> bool:
    """Whether enough English stands in a text to read it as English too ("jeg wanna die")."""
    return not _ONLY_ENGLISH.isdisjoint(words)


def _mostly_latin(text: str) -> bool:
    if not text or max(text) < "\u0250":
        return True
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter < "\u1f00")
    return latin * 2 >= len(letters)
