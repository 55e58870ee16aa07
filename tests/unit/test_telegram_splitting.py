from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.splitting import split, units

LONG = "Det her er en sætning, som er lang nok. "


def test_a_text_that_fits_is_left_alone():
    assert split("Hej.\n\nMed dig.", 4096) == ["Hej.\n\nMed dig."]
    assert split("x" * 4096, 4096) == ["x" * 4096]


@pytest.mark.parametrize("nothing", ["", "  ", "\n\n"])
def test_nothing_is_no_part(nothing):
    assert split(nothing, 10) == []


def test_paragraphs_stay_whole_before_lines_and_lines_before_sentences():
    first, second = (LONG * 20).strip(), (LONG * 30).strip()
    assert split(f"{first}\n\n{second}", 1400) == [first, second]
    assert split(f"{first}\n{second}", 1400) == [first, second]


def test_a_mere_scrap_is_not_cut_off():
    parts = split("Overskrift\n" + LONG * 100, 1000)
    assert parts[0].startswith("Overskrift\nDet her")
    assert len(parts[0]) > 900


def test_sentences_are_cut_only_behind_their_end():
    parts = split("Han sagde: »Nej!« Hun gik. Og så? " * 100, 500)
    assert all(re.search(r"[.!?][»”«]?$", part) for part in parts)


def test_a_sentence_too_long_is_cut_between_words_and_a_word_too_long_anywhere():
    assert all(set(part) <= set("ord ") and part.startswith("ord") for part in split("ord " * 100, 50))
    assert split("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_what_telegram_counts_twice_is_counted_twice():
    assert units("🌱a") == 3
    assert split("🌱" * 10, 5) == ["🌱🌱"] * 5


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_no_part_is_too_long_or_empty_and_nothing_but_blanks_is_lost(text, most):
    parts = split(text, most)
    assert all(0 < units(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["Hej.", "Hvad nu?", "Ja!", "Det er en sætning.", "\n"]), max_size=80))
def test_sentences_that_fit_are_never_broken(sentences):
    parts = split(" ".join(sentences), 40)
    whole = {sentence for sentence in sentences if sentence != "\n"}
    said = re.findall(r"[^.?!\n]+[.?!]", "\n".join(parts))
    assert {sentence.strip() for sentence in said} <= whole
