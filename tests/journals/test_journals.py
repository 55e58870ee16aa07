"""Answers recorded in released versions lead through today's release to the same questions and the same result."""

import copy
from pathlib import Path

import pytest

from dialogs.house import REGISTRY
from tests.support.journals import JOURNALS, load, replay

FILES = sorted(JOURNALS.glob("*/v*/*.json"))
NOT_ROOTS = {"screening_run"}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(JOURNALS).with_suffix("")) for path in FILES])
def test_a_recorded_journal_still_leads_to_the_same_end(path: Path) -> None:
    journal = load(path)
    asked, result = replay(journal)
    assert asked == [(answer.key, answer.occurrence) for answer in journal.answers]
    assert result == journal.result


def test_every_version_of_every_dialog_has_a_journal() -> None:
    recorded = {(load(path).dialog, load(path).version) for path in FILES}
    wanted = {(script.name, script.version) for script in REGISTRY.scripts() if script.name not in NOT_ROOTS}
    assert wanted <= recorded


def test_a_changed_journal_is_noticed() -> None:
    journal = copy.deepcopy(load(FILES[0]))
    journal.answers = journal.answers[:-1]
    with pytest.raises(AssertionError):
        replay(journal)
