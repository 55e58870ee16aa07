"""The guard as a whole: what else it hears, and that no text, however strange, stops it."""

# ruff: noqa: E501

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import load
from bot.understanding.reading import CUT
from dialogs.heard import CrisisLabel, Expect, Heard, Understanding

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GUARD = load()


def hear(text: str, expect: Expect | None = None) -> Heard:
    return GUARD.hear(text, now=NOW, expect=expect)


def personal(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in hear(text).personal_data]


def test_it_is_an_understanding() -> None:
    understanding: Understanding = GUARD
    assert understanding.hear("hej", now=NOW).intent.name == "greeting"


def test_importing_the_package_does_not_import_spacy() -> None:
    """A content check must not wait 1.5 s for it."""
    code = "import sys, bot.understanding; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mit cpr er 030291-1234", [("030291-1234", "CPR")]),
        ("0302911234", [("0302911234", "CPR")]),
        ("030291 1234", [("030291 1234", "CPR")]),
        ("ring på 20 30 40 50", [("20 30 40 50", "PHONE")]),
        ("+45 20304050", [("+45 20304050", "PHONE")]),
        ("2030 4050 eller 20-30-40-50", [("2030 4050", "PHONE"), ("20-30-40-50", "PHONE")]),
        ("skriv til anna.b@gmail.com tak", [("anna.b@gmail.com", "EMAIL")]),
    ],
)
def test_personal_data(text: str, found: list[tuple[str, str]]) -> None:
    assert personal(text) == found


@pytest.mark.parametrize(
    "text",
    ["ring 112", "70 201 201", "82 12 12 12", "116 111", "80 200 500", "1813 eller 1888", "den 24.12.2026 kl. 15.30",
     "25000000 kr", "jeg har drukket 12345678 øl", "uge 48", "20261125"],
)  # fmt: skip
def test_what_belongs_to_everybody_is_not_personal(text: str) -> None:
    assert personal(text) == []


def test_offsets_count_code_points_of_the_original() -> None:
    text = "A\u030a 😀👩‍👩‍👧 ÆØÅ 20304050"
    [span] = hear(text).personal_data
    assert text[span.start : span.end] == "20304050"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hej", "greeting"), ("tak for hjælpen", "thanks"), ("jeg vil gerne tale med et menneske", "talk_to_human"),
        ("slet mine data", "delete_my_data"), ("hvornår har I åbent?", "opening_hours"), ("er jeg anonym?", "anonymity_question"),
        ("jeg vil bestille en tid", "booking_new"), ("drikker jeg for meget?", "screening_alcohol"), ("min mand drikker", "relative_advice"),
        ("min far drikker", "child_of_user"), ("let dansk", "easy_read"), ("in english please", "language_switch"),
        ("start forfra", "restart"), ("gå tilbage", "back"), ("afslut chatten", "stop"),
    ],
)  # fmt: skip
def test_obvious_intents_are_sure(text: str, name: str) -> None:
    assert (hear(text).intent.name, hear(text).intent.sure) == (name, True)


@pytest.mark.parametrize(
    "text", ["jeg vil ikke tale med et menneske", "slet", "kage er godt", "jeg vil ikke slette mine data"]
)
def test_what_is_not_certain_is_not_sure(text: str) -> None:
    assert not hear(text).intent.sure


@pytest.mark.parametrize(
    ("text", "language"),
    [("jeg vil gerne have hjælp", "da"), ("I need help please", "en"), ("ich bin nicht gut bitte hilfe", "other"),
     ("мне плохо", "other"), ("😔", "da"), ("", "da")],
)  # fmt: skip
def test_language(text: str, language: str) -> None:
    assert hear(text).language == language


def test_slang_becomes_substances_when_it_means_nothing_else() -> None:
    assert hear("Jeg ryger tjald og tager tram").substances == ("cannabis", "opioids")
    assert hear("der er gas i komfuret og sne på vejen, sagde Emma").substances == ()


def test_text_is_cut_before_any_rule() -> None:
    assert hear("x " * (CUT // 2) + "jeg vil ikke leve mere").crisis.label is CrisisLabel.NONE
    assert hear("jeg vil ikke leve mere " + "x " * CUT).crisis.severity == 2


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "\u0301" * 5000, "😔" * 5000, "a" * 1_000_000, "jeg vil ikke " * 50_000, "<script>alert(1)</script>", "²³¼", "١٢٣", "\u202e\u200b"],
)  # fmt: skip
@pytest.mark.parametrize("expect", [None, *Expect])
def test_strange_texts(text: str, expect: Expect | None) -> None:
    hear(text, expect)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, *Expect]))
def test_no_text_raises(text: str, expect: Expect | None) -> None:
    heard = hear(text, expect)
    assert heard.crisis.severity in (0, 1, 2, 3)
    assert heard.crisis.severity < 2 or heard.crisis.label is not CrisisLabel.NONE
    assert all(0 <= span.start < span.end <= len(text) for span in heard.personal_data)


WORDS = [
    "jeg",
    "han",
    "vil",
    "ikke",
    "dø",
    "leve",
    "taget",
    "30",
    "piller",
    "oxy",
    "mg",
    "vågner",
    "vejret",
    "?",
    ".",
    ",",
    "nu",
    "i",
    "aften",
    "kan",
    "hvor",
    "mange",
    "slår",
    "mig",
    "min",
    "mor",
    "😔",
    "💊",
    "selv",
    "mord",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_no_order_of_danger_words_raises(words: list[str]) -> None:
    hear(" ".join(words))
