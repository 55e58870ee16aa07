"""One citizen's way through the ten-question screening, again and again: what to say, and what must be asked next."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bench.screening import pick

ITEM = re.compile(r"(?:^|[^a-z0-9])audit\.q(\d+)(?!\d)")
ITEMS = 10
DETOURS = 15
"""How many questions may lie between two screenings: menu, consent, sex and age, the doors after the result."""

PREFERENCES = (
    "me",
    "screening",
    "screening_alcohol",
    "audit",
    "alcohol",
    "start",
    "again",
    "yes",
    "ok",
    "adult",
    "female",
    "menu",
    "cmd.restart",
)
"""Which option to take at a question that is not an item, the first that is offered."""
TYPED = {"age": "34"}
"""What to write where a question offers no options of its own, by a word in the question's id."""


class Typing(StrEnum):
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
            return self._item(int(found[1]), question, own)
        if self._answered == ITEMS:
            self.finished += 1
            self._answered = 0
        elif self._answered:
            raise WrongQuestion(f"{question} was asked after item {self._answered} of the screening")
        return self._detour(question, own, choices)

    def _item(self, number: int, question: str, options: list[Choice]) -> Answer:
        if number != self._answered + 1:
            raise WrongQuestion(f"{question} was asked after item {self._answered} of the screening")
        expected = {"0", "2", "4"} if number > 8 else {"0", "1", "2", "3", "4"}
        if {choice.id for choice in options} != expected:
            raise WrongQuestion(f"{question} offers {[choice.id for choice in options]}, not {sorted(expected)}")
        self._answered = number
        self._detours = 0
        choice = options[pick(self._citizen + self.finished, len(options))]
        turn_to_type = number == 1 + (self._citizen + self.finished) % ITEMS
        return self._say(choice, typed=self._typing is Typing.ONE_IN_TEN and turn_to_type)

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
