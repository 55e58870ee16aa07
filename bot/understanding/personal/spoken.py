"""Numbers written in words: "toogtyve tredive fyrre tolv" is a phone number, and so are eight digits one by one."""

import re
from collections.abc import Iterator, Sequence

from bot.understanding.personal.numbers import a_birthday
from dialogs.heard import Span

_ONES = ["nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"]
_TEENS = ["ti", "elleve", "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten"]
_TENS = {"tyve": 2, "tredive": 3, "fyrre": 4, "halvtreds": 5, "tres": 6, "halvfjerds": 7, "firs": 8, "halvfems": 9}
_ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_BETWEEN = re.compile(r"^[ ,.\-–]{1,3}$")


def _digits() -> dict[str, str]:
    found = {word: str(value) for words in (_ONES, _ENGLISH) for value, word in enumerate(words)}
    found |= {"et": "1", "én": "1", "oh": "0", "halvtres": "50"}
    found |= {word: str(10 + value) for value, word in enumerate(_TEENS)}
    for word, ten in _TENS.items():
        found[word] = f"{ten}0"
        for value, one in enumerate(_ONES[1:], 1):
            found[f"{one}og{word}"] = f"{ten}{value}"
    return found


DIGITS = _digits()


def find(text: str, words: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
    """`words`: start, end and lower-case form of each word. Eight digits are a phone, ten a CPR number."""
    run: list[tuple[int, int, str]] = []
    for start, end, word in words:
        digits = DIGITS.get(word)
        if digits is not None and run and _BETWEEN.match(text[run[-1][1] : start]):
            run.append((start, end, digits))
            continue
        yield from _judged(run)
        run = [] if digits is None else [(start, end, digits)]
    yield from _judged(run)


def _judged(run: list[tuple[int, int, str]]) -> Iterator[Span]:
    if len(run) < 4:
        return
    digits = "".join(part for _, _, part in run)
    if len(digits) == 8 and digits[0] not in "01" and digits != "23456789":
        yield Span(run[0][0], run[-1][1], "PHONE")
    elif len(digits) == 10 and a_birthday(digits):
        yield Span(run[0][0], run[-1][1], "CPR")
