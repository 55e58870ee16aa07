"""Words and readability: LIX, sentence lengths, the known and the forbidden words (DESIGN §9).

LIX (Björnsson 1968) = words / sentences + 100 × long words / words; a long word has more than six letters. A number
or phone number is one short word, and so is a {field} and every word of a name. A sentence ends at . ? ! : or the
end of a line, but not inside a number, an address of a website or a known abbreviation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from content.errors import ContentError

WORD_LISTS = ("known_words", "forbidden_words")
LONG = 6
"""A word with more letters than this is long."""

_ABBREVIATIONS = (
    *("bl.a.", "ca.", "dvs.", "evt.", "f.eks.", "fx.", "inkl.", "kl.", "m.fl.", "m.m.", "mv.", "nr.", "osv.", "pga."),
    *("tlf.", "e.g.", "i.e.", "etc."),
)
_ABBREVIATION = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _ABBREVIATIONS))})", re.IGNORECASE)
_HYPHENATION = re.compile(r"(\w)-\n(\w)")
_FIELD = re.compile(r"\{\w+\}")
_DOT = "\N{ONE DOT LEADER}"  # a dot that ends no sentence
_INNER_DOT = re.compile(r"\.(?=\w)|(?<=\d)\.(?=\s+[a-zæøå])")
_END = re.compile(r"[.?!:…]+[\"'»«”)]*(?=\s|$)|\n+")
_NUMBER = re.compile(r"\d+(?:[ .,:/–-]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_LABEL_END = re.compile(r"[.?!:…]")


class Lexicon(msgspec.Struct, frozen=True, kw_only=True):
    """The word lists that checks need, by language."""

    known: Mapping[str, frozenset[str]]
    """Long words that every reader knows, in lower case; they may stand in easy texts."""
    names: frozenset[str]
    """Words of proper names, in lower case: they count as short."""
    forbidden: Mapping[str, tuple[Forbidden, ...]]
    suspicious: Mapping[str, re.Pattern[str]]
    """All of a language's forbidden words in one pattern: most texts have none, and are done with one look."""

    def forbidden_in(self, text: str, language: str) -> list[Forbidden]:
        """The forbidden words in a text."""
        if language not in self.forbidden or not self.suspicious[language].search(text):
            return []
        return [word for word in self.forbidden[language] if word.pattern.search(text)]


class Forbidden(msgspec.Struct, frozen=True, kw_only=True):
    """A word that no citizen text uses, and what to say instead."""

    word: str
    say: str
    why: str
    pattern: re.Pattern[str]


def read_lexicon(tables: Mapping[str, Mapping[str, Mapping[str, Any]]], *, names: Iterable[str] = ()) -> Lexicon:
    """The word lists from their parsed files, language -> list name -> table; `names` are more proper names.

    known_words.toml: `words = ["alkohol", …]`, `names = ["Livslinien", …]`. forbidden_words.toml: `[[words]]` with
    `word` (a trailing * stands for any ending), `say`, `why`.
    """
    known: dict[str, frozenset[str]] = {}
    forbidden: dict[str, tuple[Forbidden, ...]] = {}
    all_names = set(names)
    for language, lists in tables.items():
        known[language] = frozenset(word.lower() for word in lists["known_words"].get("words", ()))
        all_names.update(lists["known_words"].get("names", ()))
        rows = lists["forbidden_words"].get("words", ())
        for row in rows:
            if not isinstance(row, Mapping) or not {"word", "say", "why"} <= set(row):
                file = f"{language}/lexicon/forbidden_words.toml"
                raise ContentError(file, str(row), "is no whole entry", "Give word, say and why.")
        forbidden[language] = tuple(
            Forbidden(word=row["word"], say=row["say"], why=row["why"], pattern=_pattern(row["word"])) for row in rows
        )
    split_names = {word.lower() for name in all_names for word in _WORD.findall(name)}
    suspicious = {
        language: re.compile("|".join(row.pattern.pattern for row in rows) or r"(?!)", re.IGNORECASE)
        for language, rows in forbidden.items()
    }
    return Lexicon(known=known, names=frozenset(split_names), forbidden=forbidden, suspicious=suspicious)


def _pattern(word: str) -> re.Pattern[str]:
    stem = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"\b{stem}{ending}\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each line end being an end too; list dashes and bullets removed."""
    text = _FIELD.sub("0", _HYPHENATION.sub(r"\1\2", text))
    text = _ABBREVIATION.sub(lambda found: found[0].replace(".", _DOT), text)
    text = _INNER_DOT.sub(_DOT, text)
    return tuple(part for piece in _END.split(text) if _WORD.search(part := piece.strip(" \t•*–-")))


def words(sentence: str) -> list[str]:
    """The words of a sentence. A number, also a phone number in groups, is one word of digits."""
    return _WORD.findall(_NUMBER.sub("0", sentence.replace(_DOT, "")))


def is_long(word: str, names: Collection[str] = ()) -> bool:
    """Whether the word has more than six letters and is no name."""
    return len(word) > LONG and not word[0].isdigit() and word.lower() not in names


def lix(text: str, names: Collection[str] = ()) -> float:
    """The readability of a text: about 20 is very easy, 30 easy, 55 law. 0 for a text without words."""
    split = [words(sentence) for sentence in sentences(text)]
    count = sum(map(len, split))
    if not count:
        return 0.0
    long = sum(is_long(word, names) for sentence in split for word in sentence)
    return count / len(split) + 100 * long / count


def longest_sentence(text: str) -> tuple[int, str]:
    """The word count of the longest sentence, and that sentence."""
    return max(((len(words(sentence)), sentence) for sentence in sentences(text)), default=(0, ""))


def is_label(text: str) -> bool:
    """Whether a text is a button or a name rather than prose: it has no sentence end."""
    return not _LABEL_END.search(text)
