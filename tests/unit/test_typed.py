"""What was written while somebody was softly asked how it is, is not asked again afterwards."""

from dialogs import engine
from dialogs.engine import Begin, Choice, Input, Text
from dialogs.heard import About, Crisis, CrisisLabel, Heard, Intent
from dialogs.journal import Session
from dialogs.outcomes import Asked
from tests.support.player import rules

FATHER = Text(
    text="min far drikker hver dag",
    heard=Heard(
        crisis=Crisis(label=CrisisLabel.CHILD_IN_DANGER, severity=1, about=About.SELF),
        intent=Intent("child_of_user", 1.0, sure=True),
    ),
)
WORN_OUT = Text(text="jeg er helt brugt op", heard=Heard(crisis=Crisis(severity=1)))
ANGRY_HUSBAND = Text(
    text="min mand råber, når han er fuld", heard=Heard(intent=Intent("relative_advice", 1.0, sure=True))
)
NOTHING = Text(text="hm", heard=Heard())


def asked_after(*inputs: Input) -> list[str]:
    """The keys of the questions that each input led to, the last of each."""
    session, keys = Session(), []
    for given in (Begin(), *inputs):
        step = engine.advance(session, given, rules())
        session = step.session
        keys.append([output.question.key for output in step.outputs if isinstance(output, Asked)][-1])
    return keys


def test_a_father_who_drinks_is_asked_about_softly_and_not_asked_for_afterwards() -> None:
    assert asked_after(FATHER, Choice(option="continue")) == ["welcome.who", "crisis.wish", "screening.age"]


def test_what_answers_the_question_before_the_soft_one_goes_on_there() -> None:
    assert asked_after(WORN_OUT, ANGRY_HUSBAND) == ["welcome.who", "crisis.wish", "relatives.safe"]


def test_what_answers_neither_goes_on_where_the_talk_stood() -> None:
    assert asked_after(WORN_OUT, NOTHING) == ["welcome.who", "crisis.wish", "welcome.who"]


def test_whoever_tells_their_age_is_not_asked_for_it() -> None:
    old = Text(text="jeg er 60 år og sover dårligt", heard=Heard(intent=Intent("screening_wellbeing", 0.99, sure=True)))
    weeks = Text(text="jeg er 60 dage uden alkohol", heard=Heard(intent=Intent("screening_wellbeing", 0.99, sure=True)))
    assert asked_after(old)[-1].startswith("who5")
    assert asked_after(weeks)[-1] == "screening.age"
