"""Reads a typed text as the answer to a question, or not at all.

Nothing is guessed: what could mean two options is none.

Digits alone never choose an option by its place: "3" to "how many drinks" is the option that holds three. An item of a
validated instrument takes only its own labels, and words that mean exactly one of them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from math import ceil

import msgspec

from dialogs.heard import Expect, Heard
from dialogs.moments import fits, last_day
from dialogs.playing import valid
from dialogs.steps import Ask, Json, Kind, Option


class Unread(Exception):
    """The text is no answer to the question: ask again, kindly."""


Label = Callable[[Option], tuple[str, ...]]
"""All labels of an option: both reading levels, in the citizen's language."""

_NOT_A_WORD = re.compile(r"[^\w\s]")
_RANGE = re.compile(r"(\d+)\s*(?:[-–]|til|to)\s*(\d+)")
_NUMBER = re.compile(r"\d+")
_OPEN_ENDED = ("eller flere", "eller mere", "or more", "+")
_NUMBER_WORDS = frozenset({"nul", "en", "et", "to", "tre", "fire", "zero", "one", "two", "three", "four"})
"""Said of how often, these are no answer: nobody means the third of five words."""
_BELOW = ("under", "below")
_NEARLY = 0.15
"""How far from a whole number of drinks still is one: two glasses of wine are 1.9, a bottle is 5.9."""
_SURE_DAYS = {0: "0", 7: "4"}
"""Days a week that mean one option of AUDIT's first item, whatever was meant: none, and all of them."""
NEGATIONS = frozenset({"ikke", "ik", "ikk", "ej", "aldrig", "nej", "not", "never", "no", "hverken", "ingen"})
_DENIED = tuple(f" {word}" for word in sorted(NEGATIONS))
_BARE = frozenset({"ja", "ja tak", "nej", "nej tak", "yes", "yes please", "no", "no thanks", "no thank you"})
"""A yes or a no with nothing beside it."""
_MY_AGE = re.compile(
    r"\b(?:jeg er|i am|i m|im) (\d{1,2})\b"
    r"(?! (?:gange|timer|dage|uger|måneder|minutter|hours|days|weeks|months|minutes|procent|percent))"
)
OWN_AGE = "screening.age"
"""The question of how old the citizen is."""
# fmt: off
_SMALL_WORDS = frozenset({
    "jeg", "du", "han", "hun", "den", "det", "de", "vi", "en", "et", "er", "om", "min", "mit", "mine", "mig", "din",
    "dit", "og", "i", "på", "af", "at", "til", "for", "med", "som", "gerne", "vil",
    "the", "a", "an", "you", "it", "he", "she", "they", "my", "me", "your", "is", "are", "of", "to", "in", "on", "and",
    "with", "about", "please",
})
# fmt: on
HEARD: Mapping[str, str] = {
    "screening_alcohol": "engine.heard.own",
    "screening_cannabis": "engine.heard.drugs",
    "screening_other_drugs": "engine.heard.drugs",
    "relative_advice": "engine.heard.other",
    "child_of_user": "engine.heard.other",
    "info_treatment": "engine.heard.treatment",
}
"""What is said to who tells something, at a question where one chooses a way, instead of "I did not understand"."""
SHORTEST = 3
"""Letters a text must have before it can stand for an option whose label holds it."""


def plain(text: str) -> str:
    """The text in lower case, without punctuation and emoji, with single spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(_NOT_A_WORD.sub(" ", composed).split())


def read(ask: Ask, text: str, heard: Heard, labels: Label) -> Json:
    """The value that the text gives the question. Raises Unread."""
    if ask.kind is Kind.TEXT:
        value: Json = text.strip()
    elif ask.kind is Kind.NUMBER:
        value = _number(ask, text, heard)
    elif ask.kind is Kind.DATE:
        value = labelled(ask, text, labels) or last_day(heard.when) or _named(ask, plain(text))
    else:
        value = _choice(ask, text, heard, labels)
    if value is None or not valid(ask, value):
        raise Unread
    return value


def labelled(ask: Ask, text: str, labels: Label) -> str | None:
    """The one option whose label is exactly the text."""
    written = plain(text)
    same = [option.id for option in ask.options if written in [plain(label) for label in labels(option)]]
    return same[0] if written and len(same) == 1 else None


def _number(ask: Ask, text: str, heard: Heard) -> int | None:
    if isinstance(heard.value, int) and not isinstance(heard.value, bool):
        return heard.value
    if isinstance(heard.value, float) and ask.expect is Expect.NUMBER_UNITS:
        return max(int(heard.value + 0.5), min(1, ceil(heard.value)))
    written = plain(text)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else None


def _choice(ask: Ask, text: str, heard: Heard, labels: Label) -> str | None:
    written = plain(text)
    if not written:
        return None
    exact = labelled(ask, text, labels)
    if exact is not None:
        return exact
    at = _at(ask, heard)
    if at is not None:
        return at
    if ask.expect is Expect.YESNO and isinstance(heard.value, bool):
        return "yes" if heard.value else "no"
    if written.isascii() and written.isdecimal():
        return _holding(ask, int(written), labels) if len(written) < 6 else None
    if isinstance(heard.value, int | float) and not isinstance(heard.value, bool):
        counted = _counted(ask, heard.value, written, labels)
        if counted is not None:
            return counted
    if ask.identity is not None:
        return None
    named = {option.id: [plain(label) for label in labels(option)] for option in ask.options}
    return (
        _agreed(written, named)
        or _meant(ask, heard)
        or _about(ask, written, heard)
        or _containing(written, named)
        or _named(ask, written)
    )


def _agreed(written: str, named: dict[str, list[str]]) -> str | None:
    """The one option that says more than yes or no and begins with it: "ja" to "Ja, vi er to"."""
    if written not in _BARE:
        return None
    answer = written.split()[:1]
    begun = [key for key, known in named.items() if any(label.split()[:1] == answer for label in known)]
    found = [key for key in begun if not _BARE.isdisjoint(named[key])] or begun
    return found[0] if len(found) == 1 else None


def _at(ask: Ask, heard: Heard) -> str | None:
    """The one option whose day or moment is within the time that the text names."""
    if heard.when is None:
        return None
    found = [option.id for option in ask.options if option.at and fits(option.at, heard.when)]
    return found[0] if len(found) == 1 else None


def _counted(ask: Ask, value: float, written: str, labels: Label) -> str | None:
    """The option that a number heard in the text stands for."""
    whole = round(value)
    if ask.expect is Expect.AGE:
        return _holding(ask, whole, labels)
    if ask.expect is Expect.NUMBER_UNITS:
        return _holding(ask, whole, labels) if abs(value - whole) <= _NEARLY else None
    if written in _NUMBER_WORDS or whole != value:
        return None
    if ask.expect is Expect.DAYS_PER_WEEK:
        return _SURE_DAYS.get(whole)
    return str(whole) if ask.expect is Expect.SCALE_0_4 else None


def _holding(ask: Ask, number: int, labels: Label) -> str | None:
    """The one option whose label, such as "3-4" or "10 eller flere", holds the number. Only where every label is about
    a number: "10" to "how often" says nothing.
    """
    named = {option.id: labels(option) for option in ask.options}
    if not all(_NUMBER.search(label) for known in named.values() for label in known):
        return None
    found = [option_id for option_id, known in named.items() if any(_holds(label, number) for label in known)]
    return found[0] if len(found) == 1 else None


def _holds(label: str, number: int) -> bool:
    span = _RANGE.search(label)
    if span:
        return int(span[1]) <= number <= int(span[2])
    numbers = _NUMBER.findall(label)
    if len(numbers) != 1:
        return False
    bound, words = int(numbers[0]), label.casefold()
    if any(word in words for word in _BELOW):
        return number < bound
    return number == bound or (number > bound and any(word in words for word in _OPEN_ENDED))


def _meant(ask: Ask, heard: Heard) -> str | None:
    """The one option that stands for what the citizen surely wants; of several, the one about what was named."""
    meant = [option for option in ask.options if heard.intent.name in option.intents]
    found = [option for option in meant if _speaks_of(option, heard)] or [
        option for option in meant if not option.substances
    ]
    return found[0].id if heard.intent.sure and len(found) == 1 else None


def _about(ask: Ask, written: str, heard: Heard) -> str | None:
    """The one option about the substance named, where the question is which; no word may turn it round."""
    found = [option.id for option in ask.options if not option.intents and _speaks_of(option, heard)]
    return found[0] if len(found) == 1 and not set(written.split()) & NEGATIONS else None


def _speaks_of(option: Option, heard: Heard) -> bool:
    return bool(heard.substances) and set(heard.substances) <= set(option.substances)


def named_too(ask: Ask, text: str, heard: Heard, labels: Label) -> str | None:
    """The one option of a further question that the text has answered beforehand: by telling one's age, by naming a
    substance, by saying surely what is wanted, or by a whole phrase ("min søn"): a single word may mean anything in a
    text about more.
    """
    written = plain(text)
    if ask.key == OWN_AGE:
        age = _MY_AGE.search(written)
        return _holding(ask, int(age[1]), labels) if age is not None else None
    phrases = [msgspec.structs.replace(each, words=tuple(w for w in each.words if " " in w)) for each in ask.options]
    named = _named(msgspec.structs.replace(ask, options=tuple(phrases)), written)
    return _about(ask, written, heard) or _meant(ask, heard) or named


def _named(ask: Ask, written: str) -> str | None:
    """The one option of which the text names a word, unless a "not" stands before it."""
    found = _all_named(ask, written)
    return next(iter(found)) if len(found) == 1 else None


def most_named(ask: Ask, text: str) -> str | None:
    """The option named by the longest words: "nej, hun trækker ikke vejret" is no plain "nej". Of equals the first."""
    found = _all_named(ask, plain(text))
    return max(found, key=lambda option: found[option]) if found else None


def _all_named(ask: Ask, written: str) -> dict[str, int]:
    """Every option of which the text names a word, with the length of its longest."""
    text = f" {written} "
    named = {
        option.id: [
            len(word)
            for word in option.words
            if f" {word} " in text and not text.partition(f" {word} ")[0].endswith(_DENIED)
        ]
        for option in ask.options
    }
    return {option: max(lengths) for option, lengths in named.items() if lengths}


def hinted(ask: Ask, heard: Heard) -> str | None:
    """The one option that the text seems to be about."""
    if heard.intent.score < _WORTH_FOLLOWING:
        return None
    found = [option.id for option in ask.options if heard.intent.name in option.hints]
    return found[0] if len(found) == 1 else None


MOST_OFFERED = 3
_WORTH_FOLLOWING = 0.4
"""A guess less likely than this leads nobody anywhere: "hver dag" is not about cannabis."""
_WORTH_ASKING = 0.25
"""A guess less likely than this is not worth a question of its own."""


def likeliest(ask: Ask, heard: Heard) -> tuple[Option, ...]:
    """The options that an unsure text may have meant, the likelier first: few enough to choose among, or none."""
    if heard.intent.score < _WORTH_ASKING:
        return ()
    found: dict[str, Option] = {}
    for name in (heard.intent.name, *heard.intent.others):
        found.update({option.id: option for option in ask.options if name in (*option.intents, *option.hints)})
    return tuple(found.values()) if 0 < len(found) <= MOST_OFFERED < len(ask.options) else ()


def within(ask: Ask, heard: Heard) -> tuple[Option, ...] | None:
    """The options whose day or moment is within the time that the text names; None where no time is chosen or named."""
    if heard.when is None or not any(option.at for option in ask.options):
        return None
    return tuple(option for option in ask.options if option.at and fits(option.at, heard.when))


def leads_to(ask: Ask, value: Json, heard: Heard) -> bool:
    """Whether the option was chosen by what the text is about: who tells something is thanked for it."""
    return any(option.id == value and heard.intent.name in (*option.intents, *option.hints) for option in ask.options)


def _containing(written: str, named: dict[str, list[str]]) -> str | None:
    """The one option whose label holds the words that carry meaning, or the whole phrase; no word may turn it round."""
    words = set(written.split())
    if words & NEGATIONS:
        return None
    telling = words - _SMALL_WORDS
    if telling:
        found = [key for key, known in named.items() if any(telling <= set(label.split()) for label in known)]
    else:
        phrase = f" {written} "
        found = [key for key, known in named.items() if any(phrase in f" {label} " for label in known)]
    return found[0] if len(found) == 1 and len(written) >= SHORTEST else None
