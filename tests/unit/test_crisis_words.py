"""What the words of danger must hold, whoever rewrites them."""

import itertools
import re

import pytest

from content.loading import lexicon_table, load
from content.messages import CHANNELS, LANGUAGES, READINGS
from dialogs.commands import Command, phrases
from dialogs.crisis import GROUPS, SAFE, UNSAFE, understood
from dialogs.heard import About, CrisisLabel
from dialogs.reading import plain

MESSAGES = load().messages
PLACES = list(itertools.product(LANGUAGES, READINGS, (None, *CHANNELS)))
ALL = [(label.value, about.value) for label in CrisisLabel for about in About]
CRIES = (
    *(
        "jeg vil ikke mere",
        "jeg vil ikke mere nu",
        "det er for svært",
        "slut",
        "det er slut",
        "hjælp",
        "jeg kan ikke mere",
    ),
    *("jeg stopper", "jeg stopper nu", "ved ikke", "nej", "ja", "det ved jeg ikke"),
    *("no more", "i give up", "the end", "it is too hard", "help", "i don't know", "no", "yes"),
)


def written(key: str) -> list[str]:
    """The text in every language, level and channel, its own fields left as names."""
    fields = {name: f"<{name}>" for name in MESSAGES.fields(key)}
    return [
        MESSAGES.text(key, language=language, reading=reading, channel=channel, fields=fields)
        for language, reading, channel in PLACES
    ]


@pytest.mark.parametrize(("label", "about"), ALL)
def test_life_in_danger_is_answered_with_who_speaks_and_then_112(label: str, about: str) -> None:
    for text in written(understood(label, 3, about).text("now")):
        first, _, rest = text.partition("\n")
        assert first == "<first>"
        assert re.match(r"(Ring|Call) 112\b", rest.strip())


@pytest.mark.parametrize(("label", "about"), ALL)
def test_every_danger_is_asked_about_with_one_question(label: str, about: str) -> None:
    for text in written(understood(label, 2, about).text("ask")):
        assert text.startswith("<first>")
        assert "112" in text
        assert text.count("?") == 1


@pytest.mark.parametrize(("label", "about"), ALL)
def test_what_is_not_now_still_tells_when_to_call_112(label: str, about: str) -> None:
    assert all("112" in text for text in written(understood(label, 2, about).text("soon")))


@pytest.mark.parametrize("key", UNSAFE)
def test_not_safe_is_always_answered_with_112(key: str) -> None:
    assert all("112" in text for text in written(key))


def test_the_way_out_is_the_question_of_the_contract() -> None:
    assert MESSAGES.text(SAFE["self"][0]) == "Er du i sikkerhed nu?"


@pytest.mark.parametrize("severity", [1, 2, 3])
@pytest.mark.parametrize(("label", "about"), ALL)
def test_there_are_words_for_everything_that_can_be_heard(label: str, about: str, severity: int) -> None:
    danger = understood(label, severity, about)
    assert label in GROUPS
    for stage in ("soft",) if severity == 1 else ("ask", "now", "soon", "after"):
        for language, reading in itertools.product(LANGUAGES, READINGS):
            assert MESSAGES.message(danger.text(stage), language=language, reading=reading) is not None


KNOWN = phrases(lexicon_table(language, "commands") for language in LANGUAGES)


@pytest.mark.parametrize("cry", CRIES)
def test_a_cry_or_an_answer_is_never_taken_for_a_command(cry: str) -> None:
    assert plain(cry) not in KNOWN


@pytest.mark.parametrize(("language", "reading"), list(itertools.product(LANGUAGES, READINGS)))
def test_a_commands_label_can_be_typed(language: str, reading: str) -> None:
    for command in Command:
        label = MESSAGES.text(f"command.{command.value}", language=language, reading=reading)
        meant = {Command.LANGUAGE: {Command.DANISH, Command.ENGLISH}}.get(command, {command})
        assert KNOWN[plain(label)] in meant
