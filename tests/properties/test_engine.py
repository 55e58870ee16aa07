"""What holds for every talk whatever is answered: replay, back, edits, texts, commands, mistakes of authors."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import engine
from dialogs.commands import Command
from dialogs.dates import date_words
from dialogs.engine import Begin, Choice, Step, Text
from dialogs.heard import NOTHING_HEARD, About, Crisis, CrisisLabel, Heard
from dialogs.house import REGISTRY
from dialogs.journal import EntryKind, FrameKind, Session, dump, load
from dialogs.outcomes import Alarm, Asked, Closed, CrisisRaised, Ended
from dialogs.registry import Registry
from dialogs.session import Talk
from dialogs.steps import Json, Say
from tests.support.player import rules
from tests.support.positions import answers, everywhere, positions, settle
from tests.support.toys import TOYS, toy_rules

TOY_RULES = toy_rules()
RULES = rules()
picks = st.lists(st.integers(min_value=0, max_value=9), max_size=25)


def begin(dialog: str = "branches") -> Step:
    return settle(Session(), Begin(root=dialog), TOY_RULES)


def asked(step: Step) -> Asked:
    last = step.outputs[-1]
    assert isinstance(last, Asked)
    return last


def go(step: Step, pick: int) -> Step:
    """Answer in the pick-th way; saved and reloaded in between."""
    ways = list(answers(asked(step)))
    return settle(load(dump(step.session)), ways[pick % len(ways)], TOY_RULES)


def talk(choices: list[int], dialog: str = "branches") -> list[Step]:
    steps = [begin(dialog)]
    for pick in choices:
        steps.append(go(steps[-1], pick))
    return steps


def path(session: Session) -> list[tuple[str, int, Json]]:
    """What has been answered, frame by frame in the order of answering."""
    standing = Talk(session, TOY_RULES).standing()
    entries = [
        (entry.number, (frame.dialog, entry.key, entry.occurrence, json.dumps(entry.value)))
        for frame in session.frames.values()
        if frame.id in standing
        for entry in frame.entries
        if entry.kind is EntryKind.ANSWER
    ]
    return [answer for _, answer in sorted(entries)]  # type: ignore[misc]


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


# what breaks


@pytest.mark.parametrize("dialog", ["circles", "chasing"])
def test_a_dialog_that_runs_in_circles_is_stopped_with_an_alarm_and_a_way_on(dialog: str) -> None:
    step = settle(Session(), Begin(root=dialog), TOY_RULES)
    assert any(isinstance(event, Alarm) and event.kind == "runaway" for event in step.events)
    assert asked(step).ask.key == "menu.where"


def test_an_authors_mistake_is_an_alarm_without_any_words_of_the_citizen() -> None:
    step = settle(settle(Session(), Begin(root="broken"), TOY_RULES).session, Choice(option="a"), TOY_RULES)
    alarms = [event for event in step.events if isinstance(event, Alarm)]
    assert [(alarm.kind, alarm.detail) for alarm in alarms] == [("dialog_error", "LookupError")]
    assert asked(step).ask.key == "menu.where"
    assert step.session.aside


def test_a_cry_for_help_is_not_lost_when_the_crisis_dialog_itself_breaks() -> None:
    registry = Registry()
    for script in REGISTRY.scripts():
        broken = msgspec.structs.replace(script, function=lambda visit, **_: TOYS.script("circles").function(visit))
        registry.add(broken if script.name == "crisis" else script)
    start = settle(Session(), Begin(root="rights"), rules(registry=registry))
    crisis = Crisis(label=CrisisLabel.OVERDOSE_POISONING, severity=3, about=About.OTHER)
    step = settle(start.session, Text(text="han vågner ikke", heard=Heard(crisis=crisis)), rules(registry=registry))
    assert [event.crisis.severity for event in step.events if isinstance(event, CrisisRaised)] == [3]
    assert step.session.severity == 3
    said = step.outputs[0]
    assert isinstance(said, Say)
    assert said.message == "crisis.lines"


def test_a_journal_that_no_longer_fits_is_set_aside_and_told_never_guessed() -> None:
    step = settle(settle(Session(), Begin(root="rights"), RULES).session, Begin(), RULES)
    frame = next(iter(step.session.frames.values()))
    question = asked(step)
    later = settle(step.session, Choice(option=question.ask.options[0].id), RULES).session
    broken = load(dump(later))
    frame = next(iter(broken.frames.values()))
    frame.entries[0] = type(frame.entries[0])(
        number=1, kind=EntryKind.ANSWER, key="rights.gone", occurrence=1, value="x"
    )
    renewed = settle(broken, Text(text="hej", heard=NOTHING_HEARD), RULES)
    assert any(isinstance(event, Alarm) and event.kind == "diverged" for event in renewed.events)
    assert renewed.session.aside
    root = renewed.session.root
    assert root is not None
    assert root.dialog == "renewed"


# every question of every dialog

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


def test_a_graver_crisis_takes_the_place_of_a_lesser_one() -> None:
    start = settle(Session(), Begin(root="rights"), RULES)
    lesser = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2, about=About.SELF)
    graver = Crisis(label=CrisisLabel.SUICIDE_IMMINENT, severity=3, about=About.SELF)
    step = settle(start.session, Text(text="a", heard=Heard(crisis=lesser)), RULES)
    step = settle(step.session, Text(text="b", heard=Heard(crisis=graver)), RULES)
    frames = [frame for frame in step.session.frames.values() if frame.dialog == "crisis"]
    assert [frame.arguments["severity"] for frame in frames] == [3]


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


def test_the_engine_is_the_only_way_in() -> None:
    """An unknown button, a forged one, one of another talk: one kind sentence, the same question."""
    step = begin()
    for option, question in [
        ("zzz", None),
        ("a", "99.b.first.1"),
        ("a", "nonsense"),
        ("edit.1.x.1", None),
        ("cmd.x", None),
    ]:
        after = engine.advance(step.session, Choice(option=option, question=question), TOY_RULES)
        assert isinstance(after.outputs[0], Say)
        assert asked(after).ask == asked(step).ask


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


wild = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 9)),
        st.tuples(st.just("old"), st.integers(0, 200)),
        st.tuples(st.sampled_from([command.value for command in Command]), st.just(0)),
        st.tuples(st.just("crisis"), st.integers(1, 3)),
        st.tuples(st.just("words"), st.integers(0, 9)),
    ),
    max_size=40,
)


@given(wild)
def test_nothing_in_any_order_raises_or_leaves_the_citizen_without_a_way_on(moves: list[tuple[str, int]]) -> None:
    step = settle(Session(), Begin(root="menu"), RULES)
    shown: list[Asked] = [asked(step)]
    for move, pick in moves:
        if move == "answer":
            ways = list(answers(shown[-1]))
            given_input: Any = ways[pick % len(ways)]
        elif move == "old":
            old = shown[pick % len(shown)]
            options = [option.id for option in old.ask.options] or ["cmd.back"]
            given_input = Choice(option=options[pick % len(options)], question=old.question.id)
        elif move == "crisis":
            heard = Heard(crisis=Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=pick, about=About.SELF))
            given_input = Text(text="noget jeg skrev", heard=heard)
        elif move == "words":
            given_input = Text(
                text=("ja", "nej", "mor", "7", "hej", "", "stop det", "x" * 50, "🍺", "om mig")[pick],
                heard=NOTHING_HEARD,
            )
        else:
            given_input = Choice(option=f"cmd.{move}")
        step = settle(load(dump(step.session)), given_input, RULES)
        assert not [event for event in step.events if isinstance(event, Alarm)]
        shown += [output for output in step.outputs if isinstance(output, Asked)]
        closed = not step.session.stack
        assert closed or not step.outputs or isinstance(step.outputs[-1], Asked)
