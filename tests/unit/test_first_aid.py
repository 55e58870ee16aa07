"""First aid step by step: 112 first where a body is in danger, one thing a message, and never a dose."""

from __future__ import annotations

import itertools
import re

import pytest

from content.loading import load
from content.messages import LANGUAGES, READINGS
from dialogs.crisis import GROUPS, understood
from dialogs.first_aid import KINDS, STEPS, TURNS, URGENT, kinds
from dialogs.heard import About, CrisisLabel
from tests.support.player import Player, Transcript

MESSAGES = load().messages
VARIANTS = list(itertools.product(LANGUAGES, READINGS))
STEP_KEYS = ["call", *(f"{kind}.{number}" for kind, count in STEPS.items() for number in range(1, count + 1))]


def written(key: str) -> list[str]:
    return [MESSAGES.text(key, language=language, reading=reading) for language, reading in VARIANTS]


def test_every_kind_is_offered_somewhere_and_has_its_steps() -> None:
    offered = {kind for options in KINDS.values() for kind in options}
    assert offered == set(STEPS)
    assert set(STEPS) >= URGENT
    for kind in STEPS:
        last = STEPS[kind]
        assert f"crisis.step.{kind}.{last}" in MESSAGES
        assert f"crisis.step.{kind}.{last + 1}" not in MESSAGES


@pytest.mark.parametrize("about", list(About))
@pytest.mark.parametrize("label", [label for label in CrisisLabel if label is not CrisisLabel.NONE])
def test_whatever_danger_is_heard_there_is_something_to_do(label: CrisisLabel, about: About) -> None:
    danger = understood(label.value, 3, about.value)
    assert GROUPS[label]
    assert kinds(danger.group, danger.about)


@pytest.mark.parametrize("step", STEP_KEYS)
def test_a_step_is_one_small_thing(step: str) -> None:
    for (_, reading), text in zip(VARIANTS, written(f"crisis.step.{step}"), strict=True):
        assert len(text.split()) <= (45 if reading == "plain" else 24)
        assert not re.search(r"\d+ ?(mg|ml|cl|g)\b", text)


@pytest.mark.parametrize("text", written("crisis.step.call"))
def test_112_comes_first(text: str) -> None:
    assert "112" in text.partition(".")[0]


def test_a_child_is_resuscitated_and_given_naloxone_only_as_112_says() -> None:
    child = [kind for place in ("overdose.child", "child.child") for kind in KINDS[place]]
    assert "breath" not in child
    assert "opioid" not in child
    assert all("112" in text for text in written("crisis.step.child_breath.2"))
    assert all("112" in text and "18" in text for text in written("crisis.step.opioid.3"))


@pytest.mark.parametrize("kind", [kind for kind in STEPS if kind not in URGENT])
def test_what_does_not_begin_with_112_says_when_to_call_it(kind: str) -> None:
    for language, reading in VARIANTS:
        steps = [
            MESSAGES.text(f"crisis.step.{kind}.{number}", language=language, reading=reading)
            for number in range(1, STEPS[kind] + 1)
        ]
        assert any("112" in step for step in steps)


def test_whoever_breathes_after_all_is_laid_on_the_side_and_whoever_stops_is_helped_to_breathe() -> None:
    assert TURNS["breath.2"] == "asleep"
    assert TURNS["asleep.4"] == "breath"
    for step, kind in TURNS.items():
        assert step.partition(".")[0] in STEPS
        assert kind in STEPS


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        (("hvad gør jeg",), "crisis.aid"),
        (("hvad gør jeg", "han trækker ikke vejret"), "crisis.step.call"),
        (("hvad gør jeg", "hun kan ikke vækkes", "gjort"), "crisis.step.asleep.1"),
        (("hvad gør jeg", "hun vågner ikke og trækker ikke vejret", "ok"), "crisis.step.breath.1"),
        (("hvad gør jeg", "han har kramper", "ja", "ja"), "crisis.step.seizure.2"),
        (("hvad gør jeg", "han har drukket en hel flaske", "gjort", "nej han vågner ikke"), "crisis.step.asleep.1"),
        (("hvad gør jeg", "han trækker ikke vejret", "ok", "ok", "han trækker vejret nu"), "crisis.step.asleep.1"),
        (("hvad gør jeg", "han trækker ikke vejret", "ambulancen er her"), "crisis.safe"),
        (("hvad gør jeg", "jeg ved det ikke"), "crisis.aid"),
    ],
)
def test_it_can_be_gone_through_by_writing_alone(lines: tuple[str, ...], step: str) -> None:
    player = Player(Transcript(title="", header={"dialog": "welcome"}, arguments={}, world={}, lines=()), typed=True)
    player.begin()
    player.say("min ven svarer ikke og hans læber er blå")
    for line in lines:
        player.say(line)
    question = player.session.asked
    assert question is not None
    assert question.key == step
    assert player.session.severity == 3
