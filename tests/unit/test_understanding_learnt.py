"""What the classifiers look at, how they learn, and that they raise what no rule names."""

from datetime import UTC, datetime

import numpy as np
import pytest

from bot.understanding import load
from bot.understanding.concepts import Concepts
from bot.understanding.danger import WHY
from bot.understanding.features import BUCKETS, Describer
from bot.understanding.spelling import Near, Spelling
from bot.understanding.stems import stem
from bot.understanding.training.learn import learn

LISTED = {"pills": ["pille*", "*medicin", "hele glasset"], "dead": ["død", "ønsker"]}


@pytest.fixture(scope="module")
def concepts() -> Concepts:
    return Concepts(LISTED)


@pytest.mark.parametrize(
    ("word", "other"),
    [("pillerne", "piller"), ("vinduet", "vinduer"), ("hoppede", "hopper"), ("slagene", "slag"), ("øllen", "øl")],
)
def test_forms_of_a_word_have_one_stem(word: str, other: str) -> None:
    assert stem(word) == stem(other) or stem(word).startswith(stem(other))


def test_a_short_word_keeps_its_letters() -> None:
    assert [stem(word) for word in ("dø", "er", "nu", "tag")] == ["dø", "er", "nu", "tag"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("pillerne", ["pills"]),
        ("sovemedicin", ["pills"]),
        ("død", ["dead"]),
        ("doed", ["dead"]),
        ("ønskr", ["dead"]),
        ("kaffe", []),
    ],
)
def test_a_word_has_the_concepts_of_its_beginning_end_or_meant_spelling(
    concepts: Concepts, word: str, found: list[str]
) -> None:
    assert list(concepts.of(word)) == found


def test_a_phrase_counts_only_in_its_own_order(concepts: Concepts) -> None:
    assert concepts.phrases(["jeg", "tog", "hele", "glasset"]) == ["pills"]
    assert concepts.phrases(["glasset", "hele", "dagen"]) == []


def test_a_known_word_is_looked_at_as_an_unknown_one_is(concepts: Concepts) -> None:
    words = ["jeg", "tog", "pillerne"]
    kept, fresh = Describer(concepts, words).features(words), Describer(concepts).features(words)
    assert kept.keys.tolist() == fresh.keys.tolist()
    assert kept.counts.tolist() == fresh.counts.tolist()


@pytest.mark.parametrize("words", [[], ["x"], ["a" * 5_000], ["ord"] * 5_000, ["\ud800", "🙂"]])
def test_strange_messages_have_features_like_any_other(concepts: Concepts, words: list[str]) -> None:
    features = Describer(concepts).features(words)
    assert len(features.keys) == len(features.counts) > 0
    assert int(features.keys.max()) < BUCKETS
    assert len(features.keys) < 10_000


def test_near_words_are_one_slip_away_and_long_enough() -> None:
    near = Near(["tramadol", "hash"], 5)
    assert list(near.to("tramdol")) == ["tramadol"]
    assert list(near.to("trmdol")) == []
    assert list(near.to("hassh")) == []


def test_a_plain_word_is_not_corrected() -> None:
    assert Spelling(["døden"], ["døren"]).corrected(["døren", "dødenn"]) == ["døren", "døden"]


def test_what_is_learnt_is_told_apart(concepts: Concepts) -> None:
    describer = Describer(concepts)
    described = [describer.features(line.split()) for line in ("tog pillerne", "er død", "kaffe nu", "te og kage")]
    learnt = learn(
        described, [1, 1, 0, 0], ("calm", "danger"), buckets=1 << 12, trust=5.0, heard=np.ones(4, np.float32)
    )
    assert [int(learnt.probabilities(each).argmax()) for each in described] == [1, 1, 0, 0]


def test_a_cry_that_no_rule_names_is_raised_and_says_so() -> None:
    understanding = load()
    now = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    found = understanding.hear("billetten er en vej, det bliver på fredag, og så er jeg her ikke", now=now).crisis
    assert (found.severity, found.why) == (2, (WHY,))
    assert understanding.hear("bussen er forsinket, så jeg går hjem", now=now).crisis.severity == 0
