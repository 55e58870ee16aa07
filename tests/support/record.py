"""Records transcripts: `python -m tests.support.record tests/transcripts/rights/menu.txt …`.

Write the header and the `>` lines; the rest is filled in by playing them. Read the diff before you commit it.
"""

import sys
from pathlib import Path

from tests.support.player import record

for name in sys.argv[1:]:
    record(Path(name))
