"""From a message to what the crisis rules look at: one line of canonical words, each with its classes.

`jeg vil ik leve mer 😔` becomes ` jeg:i: vil:want:wish:pres: ikke:neg: leve:live: mere:more: 😔:sad:`.
A sentence ends with a token `.:` or `?:`. Rules are regular expressions over this line (`patterns.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without a stub
from spacy.util import get_lang_class

from bot.understanding.lexicon import Lexicon, read_toml, token_of

CUT = 4_000  # code points; DESIGN §5: before any rule

_RENEW_AFTER = 128  # messages; see Tokens
_ENDS = {".": ".", "!": ".", "?": "?", "\n": ".", "…": ".", ";": ".", "¿": "?"}
_SIGNS = read_toml("da", "signs")
_EMOJI: dict[str, str] = {sign: name for name, signs in _SIGNS["emoji"].items() for sign in signs}
_PLAIN = re.compile("[a-zæøå0-9 ]+")
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
    index, end = 0, len(text)
    while index < end:
        plain = _PLAIN.match(text, index)
        if plain is not None:
            kept.append(plain.group())
            index = plain.end()
            previous = text[index - 1]
            continue
        letter = text[index]
        index += 1
        if letter.isalnum():
            # a Latin letter that Danish does not have loses its accent: é, ô
            keep = letter <= "\x7f" or letter in "æøå"
            kept.append(letter if keep else unicodedata.normalize("NFD", letter)[0])
        elif letter in _APOSTROPHES:
            kept.append("'" if previous.isalnum() and text[index : index + 1].isalnum() else " ")
        elif letter in "-@$" and previous.isalnum() and text[index : index + 1].isalnum():
            kept.append(letter)
        elif letter in ".," and previous.isdigit() and text[index : index + 1].isdigit():
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
    return " ".join("".join(kept).split())


class Tokens:
    """spaCy's tokenizer, forgetting what it saw.

    spaCy's string store keeps every word it ever met: citizens' words would stay in memory, and grow, for as long as
    the process lives. `Language.memory_zone` frees them, but opening one costs 0.17 ms, so one zone serves a number of
    messages. Not for several threads at once.
    """

    def __init__(self, nlp: Language, known: Iterable[str]) -> None:
        """`known`: the product's own words. They are met once, outside any zone, and stay: most messages are made of
        them, and a word that is met for the first time costs more than all else that is done with it.
        """
        self._nlp = nlp
        nlp.make_doc(" ".join(known))
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
        return [token.text for token in self._nlp.make_doc(text)]


def blank(language: str, known: Iterable[str] = ()) -> Tokens:
    """The pipeline of "da" or "en". Its tokenizer needs no affix rules: `normalised` has set all signs free already;
    no word's shape or likeness is asked for.
    """
    nlp = get_lang_class(language)(create_tokenizer=lambda nlp: Tokenizer(nlp.vocab))
    nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # its stub has not all
    return Tokens(nlp, known)


class Reading:
    """One message as canonical words with classes. `line` is what patterns run on; `present` gates them."""

    __slots__ = ("line", "numbers", "present", "words")

    def __init__(self, words: list[str], lexicon: Lexicon) -> None:
        self.words = list(_canonical_words(words, lexicon))
        self.numbers: list[float] = []
        parts: list[str] = []
        present: set[str] = set()
        tokens = lexicon.tokens
        for word in _merged_phrases(self.words, lexicon):
            token, names = tokens.get(word) or token_of(word, self._shape(word))
            parts.append(token)
            present.update(names)
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
    spelt, last = lexicon.spelt, len(words) - 1
    index = 0
    while index <= last:
        word = words[index]
        if index < last and lexicon.may_begin(word, words[index + 1]):
            compound, pieces = _compound(words, index, lexicon)
            if compound is not None:
                yield compound
                index += pieces
                continue
        index += 1
        known = spelt.get(word)
        if known is not None:
            yield from known
            continue
        word = word.replace("§", ".")
        joined = word.replace("-", "")
        yield from lexicon.canonical(joined if joined in lexicon.compounds else word)


def _compound(words: list[str], index: int, lexicon: Lexicon) -> tuple[str | None, int]:
    """Three pieces, then two: "selv mords tanker", "over dosis", "bevidst løs"; and how many they were."""
    for pieces in (3, 2):
        if index + pieces <= len(words):
            compound = lexicon.compound(words[index : index + pieces])
            if compound is not None:
                return compound, pieces
    return None, 0


def _merged_phrases(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The words with each listed phrase, longest first, replaced by its name."""
    phrases = lexicon.phrases
    index, count = 0, len(words)
    while index < count:
        begun = phrases.get(words[index])
        if begun is not None:
            for phrase, name in begun.after(words[index + 1] if index + 1 < count else ""):
                end = index + len(phrase)
                if words[index:end] == phrase:
                    yield name
                    index = end
                    break
            else:
                yield words[index]
                index += 1
            continue
        yield words[index]
        index += 1
