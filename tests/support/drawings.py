"""Draws every dialog into the docs: `python -m tests.support.drawings`. A test holds the page to the code."""

from datetime import datetime
from pathlib import Path

from bot.authoring import draw
from content.hours import COPENHAGEN
from dialogs.house import REGISTRY

PAGE = Path(__file__).parents[2] / "docs" / "dialogs.md"
HEAD = """# What is asked when

Every dialog as it runs, drawn by walking it along each answer of each question (`doertrin content draw NAME`, here for
somebody who writes about themselves). A box is a question, by the key of its text; a round end is where the dialog
leads. This page is made by `python -m tests.support.drawings` and held to the code by a test.
"""


def page() -> str:
    """The page as it should be today."""
    now = datetime(2026, 11, 25, 10, tzinfo=COPENHAGEN)
    parts = [HEAD]
    for name in sorted(REGISTRY.names()):
        parts.append(f"\n## {name}\n\n```mermaid\n{draw(name, None, now=now)}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
