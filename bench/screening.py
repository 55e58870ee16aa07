"""The ten-question screening that every peer runs: built like AUDIT, in words of our own; and how it is answered."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    text: str
    options: tuple[Option, ...]

    def answer(self, citizen: int) -> Option:
        """The option that citizen number `citizen` picks: never the first, so that no skip rule shortens the talk."""
        return self.options[pick(citizen, len(self.options))]

    def valid(self, option: str) -> bool:
        return any(option == each.id for each in self.options)


def pick(citizen: int, options: int) -> int:
    """An index among the options, never 0 where there is a choice, and different from citizen to citizen."""
    return 1 + citizen % (options - 1) if options > 1 else 0


def _options(*labels: str, points: tuple[int, ...] = (0, 1, 2, 3, 4)) -> tuple[Option, ...]:
    return tuple(Option(str(point), label) for point, label in zip(points, labels, strict=True))


_RARELY = _options("Aldrig", "Sjældnere end hver måned", "Hver måned", "Hver uge", "Hver dag eller næsten")
_EVER = _options("Nej", "Ja, men ikke det sidste år", "Ja, inden for det sidste år", points=(0, 2, 4))

QUESTIONS: tuple[Question, ...] = (
    Question(
        "q1",
        "Hvor tit drikker du alkohol?",
        _options(
            "Aldrig",
            "Højst en gang om måneden",
            "2-4 gange om måneden",
            "2-3 gange om ugen",
            "4 gange om ugen eller mere",
        ),
    ),
    Question(
        "q2", "Hvor mange genstande drikker du, når du drikker?", _options("1-2", "3-4", "5-6", "7-9", "10 eller flere")
    ),
    Question("q3", "Hvor tit drikker du fem genstande eller flere på en gang?", _RARELY),
    Question("q4", "Hvor tit kunne du ikke stoppe, når du først var i gang?", _RARELY),
    Question("q5", "Hvor tit nåede du ikke det, du skulle, fordi du drak?", _RARELY),
    Question("q6", "Hvor tit måtte du have en genstand om morgenen?", _RARELY),
    Question("q7", "Hvor tit havde du dårlig samvittighed over at drikke?", _RARELY),
    Question("q8", "Hvor tit kunne du ikke huske aftenen før?", _RARELY),
    Question("q9", "Er du selv eller andre kommet til skade, fordi du drak?", _EVER),
    Question("q10", "Har andre været bekymrede over, at du drikker?", _EVER),
)

TURNS = len(QUESTIONS) + 1
"""Messages a citizen sends in one screening: the start, and one answer to each question."""
CLOSING = "Tak. Dit resultat er {points} point."


def reply_to(step: int, citizen: int) -> str:
    """The text that must come back on turn `step` (0 is the start) of citizen number `citizen`."""
    if step < len(QUESTIONS):
        return QUESTIONS[step].text
    return CLOSING.format(points=sum(int(question.answer(citizen).id) for question in QUESTIONS))
