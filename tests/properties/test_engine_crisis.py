"""How a talk is in a crisis: one at a time, left only by being safe, and what raises it."""

from dialogs.engine import Begin, Choice, Text
from dialogs.heard import About, Crisis, CrisisLabel, Heard
from dialogs.journal import Session
from dialogs.outcomes import CrisisRaised
from tests.support.positions import settle
from tests.support.toy_talks import RULES, asked


def test_a_crisis_is_left_only_through_being_safe_and_then_the_question_is_asked_again() -> None:
    start = settle(Session(), Begin(root="rights"), RULES)
    crisis = Crisis(label=CrisisLabel.OVERDOSE_POISONING, severity=3, about=About.OTHER)
    step = settle(start.session, Text(text="han vågner ikke", heard=Heard(crisis=crisis)), RULES)
    for command in ("stop", "restart", "back", "repeat", "easy", "language"):
        step = settle(step.session, Choice(option=f"cmd.{command}"), RULES)
        assert asked(step).ask.key == "crisis.safe", command
    for heard in (crisis, Crisis(label=CrisisLabel.VIOLENCE_DANGER, severity=2)):
        step = settle(step.session, Text(text="han slog mig", heard=Heard(crisis=heard)), RULES)
        assert asked(step).ask.key == "crisis.safe"
        assert sum(frame.dialog == "crisis" for frame in step.session.frames.values()) == 1
    step = settle(step.session, Choice(option="no"), RULES)
    assert asked(step).ask.key == "crisis.safe"
    step = settle(step.session, Choice(option="yes"), RULES)
    while asked(step).ask.key.startswith("crisis."):
        step = settle(step.session, Choice(option="continue"), RULES)
    assert asked(step).ask == asked(start).ask
    assert step.session.severity == 3


def test_a_graver_crisis_takes_the_place_of_a_lesser_one() -> None:
    start = settle(Session(), Begin(root="rights"), RULES)
    lesser = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2, about=About.SELF)
    graver = Crisis(label=CrisisLabel.SUICIDE_IMMINENT, severity=3, about=About.SELF)
    step = settle(start.session, Text(text="a", heard=Heard(crisis=lesser)), RULES)
    step = settle(step.session, Text(text="b", heard=Heard(crisis=graver)), RULES)
    frames = [frame for frame in step.session.frames.values() if frame.dialog == "crisis"]
    assert [frame.arguments["severity"] for frame in frames] == [3]


def test_a_yes_to_the_direct_question_raises_the_severity() -> None:
    start = settle(Session(), Begin(root="rights"), RULES)
    crisis = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2, about=About.SELF)
    asks = settle(start.session, Text(text="jeg vil ikke leve", heard=Heard(crisis=crisis)), RULES)
    assert asked(asks).ask.key == "crisis.now"
    step = settle(asks.session, Choice(option="yes"), RULES)
    assert step.session.severity == 3
    raised = [event.crisis.severity for event in step.events if isinstance(event, CrisisRaised)]
    assert raised == [3]
    again = settle(step.session, Choice(option="no"), RULES)
    assert not [event for event in again.events if isinstance(event, CrisisRaised)]


def test_a_buttons_own_words_are_the_button_even_if_they_sound_like_something_else() -> None:
    start = settle(Session(), Begin(root="menu"), RULES)
    crisis = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=3, about=About.SELF)
    pressed = settle(start.session, Text(text="mine RETTIGHEDER!", heard=Heard(crisis=crisis)), RULES)
    assert pressed.session.root is not None
    assert pressed.session.root.dialog == "rights"
    assert pressed.session.severity == 0
