"""While nothing can be stored, a danger is still answered, from memory alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.channels.unstored import Unstored
from content.hours import COPENHAGEN
from dialogs.heard import About, Crisis, CrisisLabel, Expect, Heard
from tests.support.player import content

AT_SIX = datetime(2026, 11, 25, 6, tzinfo=COPENHAGEN)


class Ear:
    """Hears what it was told to."""

    def __init__(self, crisis: Crisis, language: str = "da") -> None:
        self.heard = Heard(crisis=crisis, language=language)

    def hear(self, _text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        assert now == AT_SIX
        assert expect is None
        return self.heard


def said(crisis: Crisis, *, language: str = "da", tenant: str = "kolding") -> str | None:
    ear = Ear(crisis, language)
    return Unstored(content(), lambda: ear, lambda: AT_SIX)(tenant, "noget")


@pytest.mark.parametrize("severity", [2, 3])
@pytest.mark.parametrize("about", list(About))
@pytest.mark.parametrize("label", [label for label in CrisisLabel if label is not CrisisLabel.NONE])
def test_a_danger_is_answered_and_nothing_is_promised(label: CrisisLabel, about: About, severity: int) -> None:
    text = said(Crisis(label=label, severity=severity, about=about))
    assert text is not None
    assert text.startswith("Jeg er en chatbot. Jeg kan ikke gemme din besked")
    assert "112" in text
    assert "{" not in text


def test_the_lines_are_those_that_answer_now() -> None:
    text = said(Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2, about=About.SELF))
    assert text is not None
    assert "Lægevagten" in text
    assert text.index("Lægevagten") < text.index("Livslinien")


def test_who_writes_english_is_answered_in_english() -> None:
    text = said(Crisis(label=CrisisLabel.OVERDOSE_POISONING, severity=3, about=About.OTHER), language="en")
    assert text is not None
    assert text.startswith("I am a chatbot.")


def test_what_is_no_danger_and_what_cannot_be_heard_yet_gets_the_error_s_own_text() -> None:
    assert said(Crisis()) is None
    assert said(Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=1, about=About.SELF)) is None
    danger = Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=3, about=About.SELF)
    assert said(danger, tenant="nowhere") is None
    assert Unstored(content(), lambda: None, lambda: AT_SIX)("kolding", "jeg vil ikke leve") is None
