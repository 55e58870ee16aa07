"""What breaks in a talk, and what can break nothing: loops, mistakes of authors, old journals, forged buttons."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import engine
from dialogs.commands import Command
from dialogs.engine import Begin, Choice, Text
from dialogs.heard import NOTHING_HEARD, About, Crisis, CrisisLabel, Heard
from dialogs.house import REGISTRY
from dialogs.journal import EntryKind, Session, dump, load
from dialogs.outcomes import Alarm, Asked, CrisisRaised
from dialogs.registry import Registry
from dialogs.steps import Say
from tests.support.player import rules
from tests.support.positions import answers, settle
from tests.support.toy_talks import RULES, TOY_RULES, asked, begin
from tests.support.toys import TOYS


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
