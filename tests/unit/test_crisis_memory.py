"""What a conversation remembers of danger: nothing said later lowers it, a "yes" raises it, and help leads on."""

from datetime import UTC, datetime

import pytest

from bot.understanding import load
from dialogs.engine import Begin, Step, Text
from dialogs.heard import Understanding
from dialogs.journal import FrameKind, Session, dump
from dialogs.journal import load as reload
from dialogs.outcomes import Asked
from tests.support.player import rules
from tests.support.positions import settle

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
RULES = rules()


@pytest.fixture(scope="module")
def guard() -> Understanding:
    return load()


def talk(guard: Understanding, *lines: str) -> Step:
    """The last turn of a conversation in which these were written; saved and read back before each."""
    step = settle(Session(), Begin(root="welcome"), RULES)
    for line in lines:
        heard = guard.hear(line, now=NOW, expect=step.session.expect)
        step = settle(reload(dump(step.session)), Text(text=line, heard=heard), RULES)
    return step


def in_crisis(step: Step) -> bool:
    return any(frame.kind is FrameKind.CRISIS for frame in step.session.frames.values())


@pytest.mark.parametrize("after", ["det var for sjov", "jeg mente det ikke, glem det", "haha bare gas", "tak"])
def test_a_later_joke_lowers_nothing(guard: Understanding, after: str) -> None:
    step = talk(guard, "jeg vil ikke leve mere", after)
    assert step.session.severity == 2
    assert in_crisis(step)


def test_a_yes_to_whether_it_is_now_is_danger_now(guard: Understanding) -> None:
    assert talk(guard, "jeg vil ikke leve mere", "ja").session.severity == 3


def test_a_no_to_whether_it_is_now_lowers_nothing(guard: Understanding) -> None:
    assert talk(guard, "jeg vil ikke leve mere", "nej").session.severity == 2


def test_distress_that_names_a_way_is_led_there(guard: Understanding) -> None:
    step = talk(guard, "jeg har det elendigt", "det er min far der drikker jeg er 15")
    last = step.outputs[-1]
    assert isinstance(last, Asked)
    assert last.question.key == "relatives.who"
    assert not in_crisis(step)
    assert step.session.severity == 1


def test_distress_that_names_no_way_stays_with_the_soft_question(guard: Understanding) -> None:
    assert in_crisis(talk(guard, "jeg har det elendigt", "jeg er så ked af det hele"))
