"""One citizen's way through the ten-question screening, again and again: what to say, and what must be asked next."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bench.screening import pick

ITEM = re.compile(r"(?:^|[^a-z0-9])(audit(?:_c)?\.q\d+)(?!\d)")
SHORT = tuple(f"audit_c.q{number}" for number in range(1, 4))
SCREENING = (*SHORT, *(f"audit.q{number}" for number in range(1, 11)))
"""The items in order: the three of AUDIT-C, and since they are positive, the ten of AUDIT."""
ZERO_TO_FOUR, EVER = {"0", "1", "2", "3", "4"}, {"0", "2", "4"}
PAUSES = (0, len(SHORT), len(SCREENING))
"""After how many items something else may be asked."""
DETOURS = 15
"""How many questions may lie between two items: menu, age, sex, own words, the doors after the result."""

PREFERENCES = ("me", "alcohol", "18_25", "female", "again", "yes", "menu")
"""Which option to take at a question that is not an item, the first that is offered. "again": answers of the same day
are not taken over, so that every screening asks all its questions."""
TYPED = {"own_words": "Det er mere, end jeg troede."}
"""What to write where a question offers no options of its own, by a word in the question's id."""


class Typing(StrEnum):
    """How much of a talk is typed. Own words are always typed: with one item's label they are one message in ten."""

    NONE = "none"
    ONE_IN_TEN = "one_in_ten"
    ALL = "all"


class WrongQuestion(Exception):
    """The server asked something else than the question that must follow."""


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A button where `option` is set, else typed text."""

    option: str | None
    text: str


class Walk:
    """Knows where the citizen is. The items must come in order, each once; anything else may be asked around them."""

    def __init__(self, citizen: int, typing: Typing) -> None:
        self.finished = 0
        """Screenings answered from the first item to the last and followed by another question."""
        self._citizen = citizen
        self._typing = typing
        self._answered = 0
        self._detours = 0

    @property
    def resting(self) -> bool:
        """True between two screenings, after the result."""
        return self._answered == 0 and self.finished > 0

    def answer(self, question: str, choices: list[Choice]) -> Answer:
        """What the citizen says to `question`. Raises `WrongQuestion` if it is not one that can come now."""
        found = ITEM.search(question)
        own = [choice for choice in choices if not choice.id.startswith("cmd.")]
        if found:
            return self._item(found[1], own)
        if self._answered == len(SCREENING):
            self.finished += 1
            self._answered = 0
        if self._answered not in PAUSES:
            raise WrongQuestion(f"{question} was asked after {SCREENING[self._answered - 1]}")
        return self._detour(question, own, choices)

    def _item(self, item: str, options: list[Choice]) -> Answer:
        place = self._answered
        if place == len(SCREENING) or item != SCREENING[place]:
            raise WrongQuestion(f"{item} was asked after {SCREENING[place - 1] if place else 'the start'}")
        if {choice.id for choice in options} != (EVER if item in {"audit.q9", "audit.q10"} else ZERO_TO_FOUR):
            raise WrongQuestion(f"{item} offers {[choice.id for choice in options]}")
        self._answered += 1
        self._detours = 0
        choice = options[pick(self._citizen + self.finished, len(options))]
        typed = self._typing is Typing.ONE_IN_TEN and place == (self._citizen + self.finished) % len(SCREENING)
        return self._say(choice, typed=typed)

    def _detour(self, question: str, own: list[Choice], choices: list[Choice]) -> Answer:
        self._detours += 1
        if self._detours > DETOURS:
            raise WrongQuestion(f"{question} is the {DETOURS}th in a row that is no item of the screening")
        offered = {choice.id: choice for choice in choices}
        for preferred in PREFERENCES:
            if preferred in offered:
                return self._say(offered[preferred])
        if own:
            return self._say(own[0])
        for word, text in TYPED.items():
            if word in question:
                return Answer(None, text)
        raise WrongQuestion(f"{question} offers nothing that a scripted citizen knows: {sorted(offered)}")

    def _say(self, choice: Choice, *, typed: bool = False) -> Answer:
        typed = typed or (self._typing is Typing.ALL and not choice.id.startswith("cmd."))
        return Answer(None if typed else choice.id, choice.label)
