"""What the docs draw and link to is what is there."""

import re
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings
from dialogs.lifecycle import drawing

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "LICENSES").glob("*.md")])


def test_the_lifecycle_is_drawn_from_its_table() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    assert drawing() in page, "paste the output of dialogs.lifecycle.drawing() into docs/architecture.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_is_in_the_operators_guide() -> None:
    page = (ROOT / "docs/operate.md").read_text()
    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page] == []
