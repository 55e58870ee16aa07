"""`make train`: train every model from the data in this package, and write the report anew."""

import sys
import time
from pathlib import Path

from bot.understanding.intents import words_of
from bot.understanding.reading import normalised
from bot.understanding.training import train_names
from bot.understanding.training.lessons import LESSONS, vocabulary
from bot.understanding.training.report import report
from bot.understanding.training.train import write

REPORT = Path(__file__).resolve().parents[3] / "docs" / "understanding.md"


def main() -> None:
    """Train all, saying how long each took and how large it is."""
    known = vocabulary()
    for lesson in LESSONS:
        began = time.monotonic()
        path = write(lesson(), lambda text: known.features(words_of(normalised(text))))
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s\n")
    train_names.train()
    REPORT.write_text(report(), encoding="utf-8")
    sys.stdout.write(f"wrote {REPORT.name}\n")


main()
