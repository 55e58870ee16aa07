"""Substances: a question that names one leads to its cards, and no card leaves out what can save a life."""

import pytest

from dialogs.substances import HEARD
from tests.support.player import Player, Transcript, content

LEVELS = [(language, reading) for language in ("da", "en") for reading in ("plain", "easy")]
NOT_AT_ONCE = {
    ("da", "plain"): "Stop ikke på én gang",
    ("da", "easy"): "stop ikke på én gang",
    ("en", "plain"): "Do not stop all at once",
    ("en", "easy"): "do not stop all at once",
}


def asked_after(text: str) -> tuple[str, dict[str, object]]:
    """The question that stands, and its frame's arguments, after a text at the menu."""
    header = {"dialog": "menu", "tenant": "kolding", "reading": "plain", "language": "da", "role": "me"}
    player = Player(Transcript(title="", header=header, arguments={}, world={}, lines=()), typed=True)
    player.begin()
    player.say(text)
    session = player.session
    assert session.asked is not None
    return session.asked.key, dict(session.frames[session.asked.frame].arguments)


@pytest.mark.parametrize(
    ("text", "key", "arguments"),
    [
        ("er lattergas farligt?", "substance.card", {"name": "nitrous_oxide"}),
        ("er kokain farligt?", "substance.card", {"name": "stimulants"}),
        ("er hash farligt, eller er lattergas farligt", "substance.which", {}),
    ],
)
def test_a_question_about_a_substance_is_not_asked_which(text: str, key: str, arguments: dict[str, object]) -> None:
    assert asked_after(text) == (key, arguments)


@pytest.mark.parametrize(("language", "reading"), LEVELS)
@pytest.mark.parametrize("name", HEARD)
def test_what_to_do_when_it_goes_wrong_names_the_number(name: str, language: str, reading: str) -> None:
    assert "112" in told(f"substance.{name}.wrong", language, reading)


@pytest.mark.parametrize(("language", "reading"), LEVELS)
@pytest.mark.parametrize("name", ["benzodiazepines", "ghb"])
def test_who_could_be_harmed_by_stopping_at_once_is_told(name: str, language: str, reading: str) -> None:
    text = told(f"substance.{name}.less", language, reading)
    assert NOT_AT_ONCE[language, reading] in text
    assert "112" in text


def told(key: str, language: str, reading: str) -> str:
    return content().messages.text(key, language=language, reading=reading, fields={}) or ""
