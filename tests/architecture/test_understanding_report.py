"""The report on what is understood, and the models, are those that the committed data and code make."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.classifier import load, unpacked
from bot.understanding.training.lessons import LESSONS
from bot.understanding.training.report import report

PAGE = Path(__file__).resolve().parents[2] / "docs" / "understanding.md"


def test_the_report_is_of_these_models_and_these_data() -> None:
    assert report() == PAGE.read_text(encoding="utf-8"), "run make train, and read what changed"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.__name__)
def test_a_model_is_written_and_read_without_loss(lesson: object) -> None:
    name = lesson.__name__  # type: ignore[attr-defined]
    classifier = load(name)
    again = unpacked(classifier.packed())
    assert again.labels == classifier.labels
    assert again.packed() == classifier.packed()
    assert 0 < classifier.sure <= 1
