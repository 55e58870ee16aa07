"""The relatives' cards: remembered for as long as the talk lasts, and nobody meets another's words."""

from __future__ import annotations

import itertools

import pytest

from content.loading import load
from content.messages import LANGUAGES, READINGS
from dialogs.engine import Choice
from dialogs.relatives import WHO
from dialogs.relatives_cards import CARDS, YOUNG_VOICES
from dialogs.relatives_cope import PARTS, PARTS_YOUNG
from dialogs.relatives_play import ROUNDS, ROUNDS_YOUNG, SCENES
from tests.support.player import Player, Transcript

MESSAGES = load().messages
VARIANTS = list(itertools.product(LANGUAGES, READINGS))


def talk(**arguments: object) -> Player:
    player = Player(
        Transcript(title="", header={"dialog": "relatives", "role": "other"}, arguments=arguments, world={}, lines=()),
        typed=False,
    )
    player.begin()
    return player


def choose(player: Player, *options: str) -> None:
    for option in options:
        player.send(Choice(option=option))


def asked(player: Player) -> str:
    question = player.session.asked
    assert question is not None
    return question.key


def test_the_cards_taken_are_there_after_the_menu() -> None:
    player = talk(who="grandparent", card="support", done=["listen"])
    choose(player, "people", "nobody", "menu")
    assert player.session.relative == "grandparent listen support"
    assert asked(player) == "menu.what"
    choose(player, "relatives")
    assert asked(player) == "relatives.resume"
    choose(player, "go_on")
    assert asked(player) == "relatives.cards"
    choose(player, "more", "grief", "alive", "menu")
    assert player.session.relative == "grandparent listen support more"


def test_whoever_speaks_of_another_begins_with_no_card() -> None:
    player = talk(who="grandparent", card="support")
    choose(player, "people", "nobody", "menu", "relatives", "new", "colleague")
    assert asked(player) == "relatives.safe"


def test_a_card_taken_twice_is_ticked_off_once_and_in_order() -> None:
    player = talk(who="leader", card="more", done=["support", "more"])
    choose(player, "grief", "alive", "cards")
    assert player.session.relative == "leader support more"


@pytest.mark.parametrize("card", CARDS)
def test_every_card_has_its_tick_and_its_two_labels(card: str) -> None:
    for key in (f"relatives.seen.{card}", f"relatives.cards.{card}", f"relatives.cards.young.{card}"):
        assert key in MESSAGES


@pytest.mark.parametrize("key", ["relatives.open", "relatives.begin"])
def test_nobody_is_told_what_another_is_told_with_the_noun_changed(key: str) -> None:
    for language, reading in VARIANTS:
        texts = [MESSAGES.text(f"{key}.{voice}", language=language, reading=reading) for voice in (*WHO, *YOUNG_VOICES)]
        for one, other in itertools.combinations(texts, 2):
            same = set(one.casefold().split()) & set(other.casefold().split())
            assert len(same) <= 0.6 * min(len(set(one.split())), len(set(other.split()))), (one, other)


def test_the_talk_can_be_practised_by_everybody_and_every_sentence_is_answered() -> None:
    assert set(SCENES) == {*WHO, *YOUNG_VOICES}
    for scene in set(SCENES.values()):
        rounds = ROUNDS_YOUNG if scene == "adult" else ROUNDS
        for way in itertools.chain(*rounds):
            for key in (f"{scene}.say.{way}", f"{scene}.answer.{way}", f"coach.{way}"):
                assert f"relatives.play.{key}" in MESSAGES


def test_no_way_of_coping_is_missing_its_words() -> None:
    for topic in itertools.chain(*PARTS.values()):
        assert f"relatives.cope.topic.{topic}" in MESSAGES
        assert topic == "ways" or f"relatives.coped.{topic}" in MESSAGES
    for topic in PARTS_YOUNG:
        assert f"relatives.coped.young.{topic}" in MESSAGES
