"""What holds at every question of every dialog: commands, crises, any text, and a way on."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.commands import Command
from dialogs.engine import Choice, Text
from dialogs.heard import NOTHING_HEARD, About, Crisis, CrisisLabel, Heard
from dialogs.house import REGISTRY
from dialogs.journal import FrameKind
from dialogs.outcomes import Alarm, Asked, Closed, CrisisRaised, Ended
from tests.support.positions import answers, everywhere, positions, settle
from tests.support.toy_talks import RULES, asked, path

EVERYWHERE = list(everywhere(REGISTRY, RULES))


def test_there_is_a_question_in_every_dialog_that_asks() -> None:
    silent = set(REGISTRY.names()) - {name for name, _ in EVERYWHERE}
    assert silent <= {"handoff"}


@pytest.mark.parametrize("command", [command.value for command in Command])
def test_every_command_works_at_every_question_of_every_dialog(command: str) -> None:
    for name, position in EVERYWHERE:
        step = settle(position.session, Choice(option=f"cmd.{command}"), RULES)
        assert step.outputs, (name, position.asked.ask.key)
        assert not [event for event in step.events if isinstance(event, Alarm)], (name, position.asked.ask.key)
        closed = any(isinstance(event, Closed) for event in step.events)
        assert closed or isinstance(step.outputs[-1], Asked), (name, position.asked.ask.key)


def test_a_crisis_is_answered_at_every_question_and_the_text_is_never_an_answer() -> None:
    crisis = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=3, about=About.SELF, why=("test",))
    for name, position in EVERYWHERE:
        step = settle(position.session, Text(text="det her er ord", heard=Heard(crisis=crisis)), RULES)
        assert any(isinstance(event, CrisisRaised) for event in step.events), name
        assert step.session.severity == 3
        frame = step.session.frames[step.session.stack[-1]]
        assert frame.dialog == "crisis"
        before = [e for f in position.session.frames.values() if f.dialog != "crisis" for e in f.entries]
        after = [e for f in step.session.frames.values() if f.dialog != "crisis" for e in f.entries]
        assert [entry.value for entry in after] == [entry.value for entry in before]


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_words_that_are_not_understood_leave_distress_but_never_danger(severity: int) -> None:
    crisis = Crisis(label=CrisisLabel.NONE if severity == 1 else CrisisLabel.SUICIDE_IDEATION, severity=severity)
    for name, position in EVERYWHERE:
        start = settle(position.session, Text(text="det her er ord", heard=Heard(crisis=crisis)), RULES)
        step = settle(start.session, Text(text="og flere ord", heard=Heard()), RULES)
        frames = [frame.dialog for frame in step.session.frames.values() if frame.kind is FrameKind.CRISIS]
        assert frames == ([] if severity == 1 else ["crisis"]), name
        if severity == 1:
            assert asked(step).ask == position.asked.ask
            assert step.session.answers() == position.session.answers()


texts = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="🍺💊😔❄️🍁", min_size=1, max_size=30),
    st.sampled_from(["", " ", "\x00\x07\x1b[31m", "<script>alert(1)</script>", "ja " * 4000, "0", "-1", "99999999999"]),
)


@given(st.integers(0, 10_000), texts)
def test_any_text_never_raises_and_never_advances_without_a_valid_answer(which: int, text: str) -> None:
    _, position = EVERYWHERE[which % len(EVERYWHERE)]
    step = settle(position.session, Text(text=text, heard=NOTHING_HEARD), RULES)
    assert step.outputs
    before, after = path(position.session), path(step.session)
    if len(after) > len(before):
        frame = position.session.frames[position.asked.question.frame]
        value = json.loads(after[-1][3]) if after[:-1] == before else None  # type: ignore[call-overload]
        ask = position.asked.ask
        fits = ask.option(value) is not None if ask.options else isinstance(value, (int, str))
        assert fits or frame.dialog == "never"


@pytest.mark.parametrize("script", REGISTRY.scripts(), ids=[script.name for script in REGISTRY.scripts()])
def test_no_dialog_has_a_dead_end(script: Any) -> None:
    for arguments in script.samples:
        for position in positions(script.name, arguments, RULES):
            for answer in answers(position.asked):
                step = settle(position.session, answer, RULES)
                ended = any(isinstance(event, (Ended, Closed)) for event in step.events)
                assert ended or isinstance(step.outputs[-1], Asked)
