"""The fixed frame of an easy-read talk: where the agenda stands, what is summed up, and that nothing else changes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import pictures
from dialogs import engine
from dialogs.engine import Answered, Begin, Choice, Input, Step
from dialogs.heard import About, Crisis, CrisisLabel, Heard
from dialogs.house import REGISTRY
from dialogs.journal import Session, dump
from dialogs.outcomes import Asked
from dialogs.registry import Script
from dialogs.skeleton import TOLD_AFTER, Point, place
from dialogs.steps import Say, Words
from tests.support.player import content, rules
from tests.support.toys import TOYS

AGENDA = (Point("questions"), Point("read", ("t.read",)), Point("next", ("t.read.next", "t.next")))
SCRIPTS = [script for script in REGISTRY.scripts() if script.agenda]


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ([], 0),
        (["t.first"], 0),
        (["t.first", "t.read"], 1),
        (["t.read", "t.again"], 1),
        (["t.read", "t.read.next"], 2),
        (["t.next", "t.read"], 1),
    ],
)
def test_the_agenda_stands_where_the_last_question_that_begins_a_point_has_led(keys: list[str], at: int) -> None:
    assert place(AGENDA, keys) == at


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.name}-{script.version}")
def test_every_point_of_every_agenda_is_written_and_drawn(script: Script) -> None:
    agenda = script.agenda
    assert {f"agenda.{point.name}" for point in agenda} <= content().messages.keys()
    names = "-".join(point.name for point in agenda)
    assert all(pictures.picture(f"agenda-{names}-{at}.svg") for at in range(len(agenda) + 1))


# -- in a talk --


def toys(*, with_agenda: bool) -> engine.Rules:
    """The toys; `branches` with an agenda of two points, its last question the second."""
    registry = type(TOYS)()
    agenda = (Point("questions"), Point("next", ("b.done",)))
    for script in TOYS.scripts():
        framed = with_agenda and script.name == "branches"
        registry.add(msgspec.structs.replace(script, agenda=agenda) if framed else script)
    return rules(registry=registry)


PLAIN, FRAMED = toys(with_agenda=False), toys(with_agenda=True)


def take(session: Session, given: Input, world: engine.Rules) -> Step:
    """One turn, with the world's answers."""
    step = engine.advance(session, given, world)
    while step.request is not None:
        step = engine.advance(step.session, Answered(step.request.request.samples[0]), world)
    return step


def keys(step: Step) -> list[str]:
    """What is said, and what is asked, by key."""
    return [output.message if isinstance(output, Say) else output.ask.key for output in step.outputs]


def walk(session: Session, *options: str, root: str = "branches", world: engine.Rules = FRAMED) -> Step:
    """The last turn of a talk that answers so."""
    step = take(session, Begin(root=root), world)
    for option in options:
        step = take(step.session, Choice(option=option), world)
    return step


def test_the_agenda_is_shown_first_then_where_it_has_got_to_and_ticked_off_at_the_end() -> None:
    easy = Session(easy=True)
    assert keys(walk(easy))[0] == "agenda.begin"
    assert keys(walk(easy, "b")) == ["b.sure"]
    assert "agenda.on" in keys(walk(easy, "b", "yes", "cmd.skip", "p", "no"))
    assert keys(walk(easy, "b", "yes", "cmd.skip", "p", "no", "ok"))[-3:-1] == ["summary.told", "agenda.end"]


def test_three_answers_are_told_again_in_the_citizens_words() -> None:
    summary = walk(Session(easy=True), "b", "yes", "cmd.skip").outputs[0]
    assert isinstance(summary, Say)
    lines = summary.fields["answers"]
    assert isinstance(lines, tuple)
    said = [line.fields["answer"] for line in lines]
    assert said == [Words(key="command.back"), Words(key="common.yes"), Words(key="command.skip")]


def test_after_a_talk_that_was_finished_one_is_asked_how_it_was() -> None:
    done = ("b", "yes", "cmd.skip", "p", "no", "ok")
    assert keys(walk(Session(easy=True), *done))[-1] == "feedback.how"
    assert keys(walk(Session(easy=True, severity=2), *done))[-1] == "menu.where"
    assert keys(walk(Session(), *done))[-1] == "menu.where"
    assert keys(walk(Session(easy=True), *done, world=PLAIN))[-1] == "menu.where"


def test_somebody_who_reads_along_is_spoken_to() -> None:
    both = Session(easy=True, together=True)
    assert keys(walk(both))[0] == "agenda.begin.together"
    assert keys(walk(both, "b", "yes", "cmd.skip"))[0] == "summary.told.together"


def test_who_says_that_they_are_two_is_believed_until_they_say_otherwise() -> None:
    two = walk(Session(easy=True), "cmd.together", "two")
    assert two.session.together
    again = take(take(two.session, Choice(option="cmd.together"), FRAMED).session, Choice(option="alone"), FRAMED)
    assert not again.session.together


def test_a_crisis_has_no_agenda_and_no_summary() -> None:
    step = walk(Session(easy=True), "b", "yes")
    crisis = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2, about=About.SELF)
    heard = engine.Text(text="jeg vil dø", heard=Heard(crisis=crisis))
    step = take(step.session, heard, FRAMED)
    while isinstance(step.outputs[-1], Asked) and step.outputs[-1].ask.key.startswith("crisis."):
        assert not [key for key in keys(step) if key.startswith(("agenda.", "summary."))]
        options = [option.id for option in step.outputs[-1].ask.options]
        step = take(step.session, Choice(option="yes" if "yes" in options else options[0]), FRAMED)


@given(st.lists(st.integers(0, 5), max_size=14))
def test_the_frame_changes_nothing_but_what_is_said(choices: list[int]) -> None:
    """Every talk, easy and plain, leads to the same journal until the first talk ends; and no four answers are given
    without a summary.
    """
    easy, plain = take(Session(easy=True), Begin(root="branches"), FRAMED), walk(Session())
    since = 0
    for chosen in choices:
        asked = easy.outputs[-1]
        assert isinstance(asked, Asked)
        if asked.ask.key.startswith(("feedback.", "menu.")):
            return
        options = [option.id for option in asked.ask.options] or ["cmd.skip"]
        choice = Choice(option=options[chosen % len(options)])
        easy, plain = take(easy.session, choice, FRAMED), take(plain.session, choice, FRAMED)
        since = 0 if "summary.told" in keys(easy) else since + 1
        assert since < TOLD_AFTER
        if not keys(easy)[-1].startswith("feedback."):
            assert dump(msgspec.structs.replace(easy.session, easy=False)) == dump(plain.session)
