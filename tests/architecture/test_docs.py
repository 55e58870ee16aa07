"""What the docs draw and link to is what is there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings
from content.checks import check
from content.loading import console_words, guides, load
from dialogs.lifecycle import drawing

PLAY_IT = """
import datetime
from pathlib import Path
from bot.authoring import draw
from content.checks import check
from content.loading import load
from tests.support.player import play, read, record

path = Path("tests/transcripts/sleep/poorly.txt")
before = read(path).inputs()
record(path)
written = read(path)
assert written.inputs() == before, written.lines
assert written.lines[-1].startswith("= finished"), written.lines
assert any("Prøv at holde aftenen fri" in line for line in written.lines), written.lines
assert play(written, typed=True)[0] == list(written.lines)
problems = [str(problem) for problem in check(load()) if "sleep" in problem.file and not problem.warning]
assert not problems, problems
assert "sleep.tip" in draw("sleep", None)
"""

SCORE_IT = """
from content.checks import check
from content.loading import load
from content.scoring import score

content = load()
evening = content.instrument("evening")
for points, band, positive in (((1, 0), "low", True), ((1, 1), "fine", False)):
    result = score(evening, dict(zip(("q1", "q2"), points)))
    assert (result.band, result.positive) == (band, positive), result
problems = [str(problem) for problem in check(content) if "evening" in problem.file]
assert not problems, problems
"""

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "LICENSES").glob("*.md")])


def test_the_lifecycle_is_drawn_from_its_table() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    assert drawing() in page, "paste the output of dialogs.lifecycle.drawing() into docs/architecture.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["text", "pack"])
def test_the_files_of_a_howto_can_be_used_as_they_stand(page: str, tmp_path: Path) -> None:
    guide = (ROOT / f"docs/howto/{page}.md").read_text()
    files = re.findall(r"^`([\w/.-]+\.toml)`\n\n```toml\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)
    assert files
    for name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = {str(problem) for problem in check(load())}
    assert [str(problem) for problem in check(load(tmp_path)) if str(problem) not in before] == []


def test_every_setting_is_in_the_operators_guide() -> None:
    page = (ROOT / "docs/operate.md").read_text()
    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page] == []


def test_the_new_dialog_of_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    for part in ("content", "dialogs", "bot", "tests/support"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    guide = (ROOT / "docs/add-a-dialog.md").read_text()
    files = re.findall(r"^`([\w/.-]+)`\n\n```\w+\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)
    assert len(files) == 6
    for name, text in files:
        assert not (ROOT / name).exists(), f"{name} is there by now: choose another example for the guide"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with (tmp_path / "dialogs/house.py").open("a") as house:
        house.write("\nfrom dialogs import sleep\n")
    done = subprocess.run(
        [sys.executable, "-c", PLAY_IT],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


CHECKLIST = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")


def test_what_the_checklist_names_is_written() -> None:
    named = re.findall(r"`([a-z0-9_]+(?:\.\w+)+)`", CHECKLIST)
    messages = load().messages
    written = messages.keys().union(*(view.keys() for view in messages.packs().values()))
    assert len(named) > 250
    assert [key for key in named if key not in written] == []


def test_what_the_checklist_names_of_the_console_is_there() -> None:
    tables = set(re.findall(r"`\[([a-z_]+)\]`", CHECKLIST)) - {"table", "follow_up"}
    named = set(re.findall(r"`\[\[([a-z_]+)\]\]`", CHECKLIST)) - {"guide"}
    assert len(tables) > 3
    assert tables <= {key.partition(".")[0] for key in console_words()}
    assert named == guides().keys()


def test_the_checklist_has_every_item_once_or_says_that_it_is_missing() -> None:
    rows = {
        int(number) for number in re.findall(r"^\| (\d+) \|", CHECKLIST.partition("## Local offers")[0], re.MULTILINE)
    }
    told = {int(n) for n in range(1, 110)} - rows
    missing = [range(int(a), int(b) + 1) for a, b in re.findall(r"[Ii]tems (\d+) to (\d+)", CHECKLIST)]
    assert told == {number for span in missing for number in span} - rows
    assert rows <= set(range(1, 110))


def test_the_new_instrument_of_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__"))
    guide = (ROOT / "docs/howto/add-an-instrument.md").read_text()
    files = re.findall(r"^`([\w/.-]+)`\n\n```\w+\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)
    assert len(files) == 4
    for name, text in files:
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", SCORE_IT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
