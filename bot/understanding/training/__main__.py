"""`make train`: train every classifier from the data in this package, and write the report anew."""

import sys
import time

from bot.understanding.training.lessons import LESSONS
from bot.understanding.training.train import write


def main() -> None:
    """Train all, saying how long each took and how large it is."""
    for lesson in LESSONS:
        began = time.monotonic()
        path = write(lesson())
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s\n")


main()
