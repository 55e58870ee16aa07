"""Golden conversations, each played with buttons and as plain text, reloaded at every line."""

from collections import defaultdict
from pathlib import Path

import pytest

from dialogs.registry import REGISTRY
from tests.support.player import play, read

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.txt"))


@pytest.mark.parametrize("typed", [False, True], ids=["buttons", "typed"])
@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_the_conversation_goes_as_written(path: Path, typed: bool) -> None:
    transcript = read(path)
    lines, _ = play(transcript, typed=typed)
    assert lines == list(transcript.lines)


def test_every_dialog_has_a_transcript() -> None:
    played = {read(path).dialog for path in FILES}
    called = {"screening_run"}
    assert set(REGISTRY.names()) - called <= played


def test_every_option_is_chosen_somewhere() -> None:
    offered: dict[str, set[str]] = defaultdict(set)
    chosen: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        _, player = play(read(path), typed=False)
        for key, option in player.offered:
            offered[key].add(option)
        for key, option in player.chosen:
            chosen[key].add(option)
    missing = {key: sorted(options - chosen[key]) for key, options in offered.items() if options - chosen[key]}
    assert missing == {}
