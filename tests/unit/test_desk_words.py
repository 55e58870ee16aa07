"""Counselors never read a bare code."""

from __future__ import annotations

from content.loading import lexicon_table, load
from content.messages import LANGUAGES, READINGS
from dialogs.heard import CrisisLabel

WORDS = lexicon_table("da", "desk")
PERSONAL_DATA = {"CPR", "PHONE", "EMAIL", "ADDRESS", "PERSON", "URL_HANDLE"}


def test_every_reason_for_a_human_has_words() -> None:
    assert set(WORDS["reasons"]) == {label.value for label in CrisisLabel}


def test_every_kind_of_personal_data_has_words() -> None:
    assert set(WORDS["masks"]) == {*PERSONAL_DATA, "all"}


def test_every_ready_reply_has_a_title_and_is_written_for_every_citizen() -> None:
    content = load()
    for pack in content.packs.values():
        assert set(pack.canned) <= set(WORDS["canned"])
        for name in pack.canned:
            for language in LANGUAGES:
                for reading in READINGS:
                    assert content.messages.message(f"canned.{name}", language=language, reading=reading), name


def test_the_form_that_closes_a_talk_offers_something_for_when_nothing_came_of_it() -> None:
    assert "left" in WORDS["closed_because"]
    assert "nothing" in WORDS["outcomes"]
