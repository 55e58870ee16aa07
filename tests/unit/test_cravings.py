"""A craving and a return are heard where they are the whole message, however strongly they are told."""

from __future__ import annotations

from datetime import datetime

import pytest

from content.hours import COPENHAGEN
from content.loading import lexicon_table
from dialogs.commands import Command, phrases, typed
from dialogs.heard import NOTHING_HEARD
from tests.support.player import understanding

KNOWN = phrases(lexicon_table(language, "commands") for language in ("da", "en"))
NIGHT = datetime(2026, 11, 28, 2, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("trang", Command.CRAVING),
        ("Jeg har trang!!", Command.CRAVING),
        ("jeg har sgu så meget lyst til at drikke nu", Command.CRAVING),
        ("har lyst til et glas vin", Command.CRAVING),
        ("Jeg får en kæmpe trang til kokain igen", Command.CRAVING),
        ("hjælp jeg har sådan en lyst til en joint", Command.CRAVING),
        ("I have such a strong craving for a drink tonight", Command.CRAVING),
        ("jeg har ikke trang", None),
        ("jeg har lyst til at tage en uddannelse", None),
        ("min søn har trang", None),
        ("jeg har lyst til at dø", None),
        ("så meget", None),
        ("jeg faldt i", Command.SLIP),
        ("I relapsed", Command.SLIP),
        ("han faldt i", None),
        ("vis min plan", Command.PLAN),
        ("min dagbog", Command.DIARY),
    ],
)
def test_what_a_whole_message_means(text: str, wanted: Command | None) -> None:
    assert typed(text, NOTHING_HEARD, KNOWN) is wanted


def test_a_craving_that_was_asked_about_is_an_answer() -> None:
    assert typed("trang til vin", NOTHING_HEARD, KNOWN, own_words=True) is None
    assert typed("vis min plan", NOTHING_HEARD, KNOWN, own_words=True) is Command.PLAN


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_craving_and_no_return_is_a_cry(language: str) -> None:
    """Whoever is in danger gets the crisis; none of these words would ever reach it."""
    table = lexicon_table(language, "commands")
    parts = table["craving"]
    wants = [*parts["bare"], *(f"{stem} {what}" for stem in parts["stems"] for what in parts["what"])]
    told = [f"{parts['begins'][0]} {want}" for want in wants]
    told += [phrase for name in ("plan", "craving", "slip", "own") for phrase in table["phrases"][name]]
    cries = [text for text in told if understanding().hear(text, now=NIGHT).crisis.severity > 1]
    assert cries == []
