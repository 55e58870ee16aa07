"""From a message to what the crisis rules look at: one line of canonical words, each with its classes.

`jeg vil ik leve mer 😔` becomes ` jeg:i: vil:want:wish:pres: ikke:neg: leve:live: mere:more: 😔:sad:`.
A sentence ends with a token `.:` or `?:`. Rules are regular expressions over this line (`patterns.py`).
"""

import re
import unicodedata
from collections.abc import Iterator

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without a stub

from bot.understanding.lexicon import Lexicon, read_toml

CUT = 4_000  # code points; DESIGN §5: before any rule

_RENEW_AFTER = 128  # messages; see Tokens
_ENDS = {".": ".", "!": ".", "?": "?", "\n": ".", "…": ".", ";": ".", "¿": "?"}
_SIGNS = read_toml("da", "signs")
_EMOJI: dict[str, str] = {sign: name for name, signs in _SIGNS["emoji"].items() for sign in signs}
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"^\d+([.,]\d+)?$")
_NUMBER_UNIT = re.compile(r"(?<![\w])(\d+)(mg|g|ml|cl|stk|piller|panodiler|stks?|x|år|aar|år'?ig|timer|dage)(?!\w)")
_WORD_NUMBERS: dict[str, float] = _SIGNS["numbers"]
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}"


def normalised(text: str) -> str:
    """Lower case, composed, without accents nobody needs, invisible characters or punctuation stuck to words."""
    text = unicodedata.normalize("NFKC", text[:CUT]).lower()
    text = _NUMBER_UNIT.sub(r"\1 \2", text)
    kept: list[str] = []
    previous = " "
    for index, letter in enumerate(text):
        if letter.isalnum():
            # a Latin letter that Danish does not have loses its accent: é, ô
            keep = letter <= "\x7f" or letter in "æøå"
            kept.append(letter if keep else unicodedata.normalize("NFD", letter)[0])
        elif letter in _APOSTROPHES:
            kept.append("'" if previous.isalnum() and text[index + 1 : index + 2].isalnum() else " ")
        elif letter in "-@$" and previous.isalnum() and text[index + 1 : index + 2].isalnum():
            kept.append(letter)
        elif letter in ".," and previous.isdigit() and text[index + 1 : index + 2].isdigit():
            kept.append("" if letter == "." else "§")
        elif letter in _ENDS:
            kept.append(f" {_ENDS[letter]} ")
        elif letter == ",":
            kept.append(" , ")
        elif letter in _EMOJI:
            kept.append(f" {letter} ")
        elif unicodedata.category(letter) in ("Mn", "Cf", "Cc", "Cs", "Co") and not letter.isspace():
            continue  # joiners, variation selectors, zero width and control characters hide inside words
        else:
            kept.append(" ")
        previous = letter
    return _SPACE.sub(" ", "".join(kept)).strip()


class Tokens:
    """spaCy's tokenizer, forgetting what it saw.

    spaCy's string store keeps every word it ever met: citizens' words would stay in memory, and grow, for as long as
    the process lives. `Language.memory_zone` frees them, but opening one costs 0.17 ms, so one zone serves a number of
    messages. Not for several threads at once.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._left = 0
        self._zone = nlp.memory_zone()
        self._open = False

    def words(self, text: str) -> list[str]:
        """The words of an already normalised text."""
        if self._left <= 0:
            if self._open:
                self._zone.__exit__(None, None, None)
            self._zone = self._nlp.memory_zone()
            self._zone.__enter__()
            self._open, self._left = True, _RENEW_AFTER
        self._left -= 1
        return [token.text for token in self._nlp.make_doc(text) if not token.is_space]


def blank(language: str) -> Tokens:
    """The pipeline of "da" or "en". Its tokenizer needs no affix rules: `normalised` has set all signs free already."""
    nlp = spacy.blank(language)
    nlp.tokenizer = Tokenizer(nlp.vocab)
    return Tokens(nlp)


class Reading:
    """One message as canonical words with classes. `line` is what patterns run on; `present` gates them."""

    __slots__ = ("line", "numbers", "present", "words")

    def __init__(self, words: list[str], lexicon: Lexicon) -> None:
        self.words = list(_canonical_words(words, lexicon))
        self.numbers: list[float] = []
        parts: list[str] = []
        present: set[str] = set()
        tags_of = lexicon.tags
        for word in _merged_phrases(self.words, lexicon):
            tags = tags_of.get(word) or self._shape(word)
            present.add(word)
            if tags:
                present.update([f"{{{tag}}}" for tag in tags])
                parts.append(f" {word}:{':'.join(tags)}:")
            else:
                parts.append(f" {word}:")
        self.line = "".join(parts)
        self.present = frozenset(present)

    def _shape(self, word: str) -> tuple[str, ...]:
        """Classes that follow from a word's looks: numbers and emoji."""
        emoji = _EMOJI.get(word)
        if emoji is not None:
            return ("emoji", emoji)
        value: float | None = _WORD_NUMBERS.get(word)
        if value is None and _NUMBER.match(word):
            value = float(word.replace(",", ".")) if len(word) < 9 else 999_999
        if value is None:
            return ()
        self.numbers.append(value)
        if value >= 1_000:
            return ("num", "many", "hundreds", "huge")
        if value >= 100:
            return ("num", "many", "hundreds")
        if value >= 10:
            return ("num", "many")
        return ("num", "several") if value >= 5 else ("num",)


def _canonical_words(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """Each word as the lexicon spells it, with split compounds ("selv mords tanker") joined again."""
    count = len(words)
    compounds = lexicon.compounds
    index = 0
    while index < count:
        word = words[index].replace("§", ".")
        # three pieces, then two: "selv mords tanker", "over dosis", "bevidst løs"
        for pieces in (3, 2):
            if index + pieces <= count:
                compound = lexicon.compound(words[index : index + pieces])
                if compound is not None:
                    yield compound
                    index += pieces
                    break
        else:
            yield from lexicon.canonical(word.replace("-", "") if word.replace("-", "") in compounds else word)
            index += 1


def _merged_phrases(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The words with each listed phrase, longest first, replaced by its name."""
    phrases = lexicon.phrases
    index, count = 0, len(words)
    while index < count:
        for phrase, name in phrases.get(words[index], ()):
            end = index + len(phrase)
            if tuple(words[index:end]) == phrase:
                yield name
                index = end
                break
        else:
            yield words[index]
            index += 1
