"""What holds for every talk whatever is answered: replay, back, edits, what is kept."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialogs.commands import Command
from dialogs.dates import date_words
from dialogs.engine import Choice, Step, Text
from dialogs.heard import NOTHING_HEARD, Heard
from dialogs.journal import Session, dump
from dialogs.outcomes import Alarm, Ended
from dialogs.steps import Say
from tests.support.positions import answers, settle
from tests.support.toy_talks import TOY_RULES, asked, begin, go, path, talk

picks = st.lists(st.integers(min_value=0, max_value=9), max_size=25)


def without_numbers(session: Session) -> Any:
    """A session as far as a citizen could tell the difference."""
    return sorted(path(session)), session.asked and (session.asked.key, session.asked.occurrence)


# replay


@given(picks)
def test_replay_is_deterministic(choices: list[int]) -> None:
    first, second = talk(choices), talk(choices)
    assert [step.outputs for step in first] == [step.outputs for step in second]
    assert dump(first[-1].session) == dump(second[-1].session)


@given(picks)
def test_a_reload_in_between_changes_nothing(choices: list[int]) -> None:
    session = begin().session
    for step, pick in zip(talk(choices), choices, strict=False):
        ways = list(answers(asked(step)))
        kept = settle(session, ways[pick % len(ways)], TOY_RULES)
        assert dump(kept.session) == dump(go(step, pick).session)
        session = kept.session


@given(picks)
def test_an_input_never_changes_the_session_it_is_given(choices: list[int]) -> None:
    for step in talk(choices):
        before = dump(step.session)
        for way in answers(asked(step)):
            settle(step.session, way, TOY_RULES)
        for command in Command:
            settle(step.session, Choice(option=f"cmd.{command.value}"), TOY_RULES)
        assert dump(step.session) == before


# back


@given(picks)
def test_back_undoes_exactly_one_answer(choices: list[int]) -> None:
    steps = talk(choices)
    before, after = (steps[-2] if len(steps) > 1 else None), steps[-1]
    back = settle(after.session, Choice(option="cmd.back"), TOY_RULES)
    if before is None or any(isinstance(event, Ended) for event in after.events):
        assert asked(back).ask == asked(after).ask
    else:
        assert asked(back).question == asked(before).question
        assert path(back.session) == path(before.session)
        assert back.session.own == before.session.own


@given(picks)
def test_back_again_and_again_ends_at_the_first_question(choices: list[int]) -> None:
    step = talk(choices)[-1]
    for _ in range(60):
        step = settle(step.session, Choice(option="cmd.back"), TOY_RULES)
    assert path(step.session) == []
    said = step.outputs[0]
    assert isinstance(said, Say)
    assert said.message == "engine.back.first"


# edits


@given(picks, st.integers(0, 30), st.integers(0, 9))
def test_an_edit_equals_having_answered_so_from_the_start(choices: list[int], which: int, other: int) -> None:
    steps = talk(choices)
    session = steps[-1].session
    given_answers = path(session)
    if not given_answers:
        return
    dialog, key, occurrence, _ = given_answers[which % len(given_answers)]
    frame = next(frame for frame in session.frames.values() if frame.dialog == dialog)
    question = f"{frame.id}.{key}.{occurrence}"
    options = _options_at(session, question)
    if not options:
        return
    new = options[other % len(options)]
    edited = settle(session, Choice(option=new, question=question), TOY_RULES)
    oracle = {(d, k, o): value for d, k, o, value in given_answers} | {(dialog, key, occurrence): json.dumps(new)}
    straight = _answered_from(oracle)
    if any(isinstance(event, Ended) for step in (*steps, edited, straight) for event in step.events):
        return  # another root has begun, and the oracle knows nothing of the one before
    assert without_numbers(edited.session) == without_numbers(straight.session)
    assert edited.session.own == straight.session.own
    results = [result.value for result in edited.session.results if not result.superseded]
    assert results == [result.value for result in straight.session.results]


def _options_at(session: Session, question: str) -> list[str]:
    """The options that an answered question had."""
    shown = settle(session, Choice(option=f"edit.{question}"), TOY_RULES)
    return [option.id for option in asked(shown).ask.options] if asked(shown).question.id == question else []


def _answered_from(oracle: dict[tuple[str, str, int], str]) -> Step:
    """A talk from the start that gives the oracle's answers as long as they fit."""
    step = begin()
    while True:
        question = asked(step)
        frame = step.session.frames[question.question.frame]
        value = oracle.get((frame.dialog, question.ask.key, question.question.occurrence))
        if value is None:
            return step
        read = json.loads(value)
        if isinstance(read, int):
            step = settle(step.session, Text(text=str(read), heard=NOTHING_HEARD), TOY_RULES)
        elif read is None:
            step = settle(step.session, Choice(option="cmd.skip"), TOY_RULES)
        elif question.ask.option(read) is None:
            return step
        else:
            step = settle(step.session, Choice(option=read, question=question.question.id), TOY_RULES)
        if any(isinstance(event, Ended) for event in step.events):
            return step


@given(picks)
def test_undo_takes_an_edit_back(choices: list[int]) -> None:
    step = talk(choices)[-1]
    first = next((frame for frame in step.session.frames.values() if frame.dialog == "branches"), None)
    if first is None or not first.entries:
        return
    old = first.entries[0].value
    new = next(option for option in ("a", "b", "c") if option != old)
    edited = settle(step.session, Choice(option=new, question=f"{first.id}.b.first.1"), TOY_RULES)
    if any(isinstance(event, Ended) for event in edited.events):
        return
    assert "cmd.undo" in asked(edited).commands
    undone = settle(edited.session, Choice(option="cmd.undo"), TOY_RULES)
    assert without_numbers(undone.session) == without_numbers(step.session)
    assert undone.session.own == step.session.own


def test_the_same_option_again_does_nothing() -> None:
    step = talk([0, 0])[-1]
    question = talk([])[0].session.asked
    assert question is not None
    again = settle(step.session, Choice(option="a", question=question.id), TOY_RULES)
    assert again.outputs == ()
    assert dump(again.session) == dump(step.session)


def test_a_new_result_supersedes_the_old_one_and_only_the_last_is_counted() -> None:
    step = talk([1, 0, 0, 0, 1])[-1]
    assert [result.revision for result in step.session.results] == [1]
    branches = next(frame for frame in step.session.frames.values() if frame.dialog == "branches")
    edited = settle(step.session, Choice(option="c", question=f"{branches.id}.b.first.1"), TOY_RULES)
    results = [(result.revision, result.superseded, result.bucket) for result in edited.session.results]
    assert results == [(1, True, "b"), (2, False, "c")]
    last = settle(edited.session, Choice(option="ok"), TOY_RULES)
    counted = [event for event in last.events if type(event).__name__ == "Counted"]
    assert [(event.counter, event.bucket) for event in counted] == [("toys", "c")]  # type: ignore[union-attr]


def test_an_effect_locks_the_answers_before_it() -> None:
    step = talk([0, 0, 0], "seats")[-1]
    assert asked(step).ask.key == "s.after"
    refused = settle(step.session, Choice(option="back", question=f"{asked(step).question.frame}.s.row.1"), TOY_RULES)
    said = refused.outputs[0]
    assert isinstance(said, Say)
    assert said.message == "engine.locked.take"
    assert path(refused.session) == path(step.session)
    back = settle(step.session, Choice(option="cmd.back"), TOY_RULES)
    assert isinstance(back.outputs[0], Say)
    assert back.outputs[0].message == "engine.back.locked"


def test_a_read_only_request_is_asked_anew_when_its_arguments_change() -> None:
    step = talk([0, 1], "seats")[-1]
    edited = settle(step.session, Choice(option="back", question=f"{asked(step).question.frame}.s.row.1"), TOY_RULES)
    assert asked(edited).ask.key == "s.seat"


def test_what_was_answered_is_known_again_under_the_next_root() -> None:
    step = talk([1], "counting")[-1]
    assert asked(step).ask.key == "menu.where"
    again = settle(step.session, Choice(option="counting"), TOY_RULES)
    assert asked(again).ask.key == "c.reuse"


def test_a_button_of_a_number_is_that_number_and_a_day_is_said_back_in_words() -> None:
    step = settle(begin("planning").session, Choice(option="2"), TOY_RULES)
    step = settle(step.session, Text(text="den 24. december", heard=Heard(when="2026-12-24")), TOY_RULES)
    assert [value for _, _, _, value in path(step.session)] == ["2", '"2026-12-24"']
    frame = asked(step).question.frame
    later = settle(step.session, Choice(option="no", question=f"{frame}.p.on.1"), TOY_RULES)
    said = later.outputs[0]
    assert isinstance(said, Say)
    assert said.fields["old"] == date_words("2026-12-24")
    again = settle(step.session, Choice(option="2", question=f"{frame}.p.many.1"), TOY_RULES)
    assert again.outputs == ()
    less = settle(step.session, Choice(option="0", question=f"{frame}.p.many.1"), TOY_RULES)
    assert path(less.session)[0][3] == "0"


# what is kept


def test_what_is_kept_outlives_the_dialog_and_a_fresh_start_until_it_is_let_go() -> None:
    step = begin("keeper")
    assert step.session.own == {"toy": "mine"}
    for command in ("restart", "stop"):
        assert settle(step.session, Choice(option=f"cmd.{command}"), TOY_RULES).session.own == {"toy": "mine"}
    done = settle(step.session, Choice(option="ok"), TOY_RULES)
    assert done.session.own == {}


def test_a_called_dialog_keeps_nothing() -> None:
    step = begin("caller")
    assert [event.kind for event in step.events if isinstance(event, Alarm)] == ["dialog_error"]
    assert step.session.own == {}
