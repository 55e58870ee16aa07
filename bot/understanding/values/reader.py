"""A message read as the answer to the question at hand. Unclear is None, never a guess."""

import re
from collections.abc import Mapping
from typing import Any

from bot.understanding.lexicon import read_toml
from bot.understanding.values.ages import age
from bot.understanding.values.drinks import Drinks
from bot.understanding.values.frequencies import Frequencies
from bot.understanding.values.plain import Numbers, Spelling, plain, vocabulary
from bot.understanding.values.yes_no import YesNo
from dialogs.heard import Expect, Value

_MOST_WORDS, _MOST_LETTERS = 24, 240  # a longer message is a story, not an answer
_BELOW_ZERO = re.compile(r"\s*[-–−]\s?\d")


class Values:
    """Reads answers with one set of word lists (Danish with the English words people mix in)."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        data = read_toml("da", "answers") if data is None else data
        lists = {key: value for key, value in data.items() if key != "spelling"}
        self._numbers = Numbers(data["numbers"])
        self._spelling = Spelling({*vocabulary(lists), *self._numbers.words}, **data["spelling"])
        self._yes_no = YesNo(data["yesno"])
        self._frequencies = Frequencies(data["scale"], data["days"])
        self._drinks = Drinks(data["drinks"], data["units"], self._numbers)

    def read(self, text: str, expect: Expect | None) -> Value:
        """The value asked for, or None. `when` is answered in `Heard.when`, not here."""
        if expect is None or expect is Expect.WHEN or len(text) > _MOST_LETTERS or _BELOW_ZERO.match(text):
            return None
        said = plain(text)
        if not said or len(said.split()) > _MOST_WORDS:
            return None
        said = self._spelling.correct(said)
        if expect is Expect.YESNO:
            return self._yes_no.read(said)
        if expect is Expect.SCALE_0_4:
            return self._frequencies.scale(said, self._numbers.in_digits(said))
        if expect is Expect.DAYS_PER_WEEK:
            return self._frequencies.days(said, self._numbers.in_digits(said))
        if expect is Expect.AGE:
            return age(self._numbers.in_digits(said))
        return self._drinks.read(said)
