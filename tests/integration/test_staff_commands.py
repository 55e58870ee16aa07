from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.errors import DoertrinError
from bot.privacy.keys import create_keyring
from doertrin import app

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    create_keyring(tmp_path / "keyring")
    monkeypatch.setenv("DOERTRIN_KEYRING", str(tmp_path / "keyring"))
    monkeypatch.setenv("DOERTRIN_DATABASE_URL", f"sqlite:///{tmp_path}/staff.db")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    assert invoke("migrate").exit_code == 0
    return invoke


def test_an_account_from_the_invitation_to_the_end(run: Run) -> None:
    made = run("counselor", "add", "mette", "--tenant", "kolding", "--role", "coordinator", "--shown", "Mette H.")
    assert made.exit_code == 0
    assert re.search(r"^    [0-9A-Z]{4}(-[0-9A-Z]{4}){3}$", made.output, re.MULTILINE)
    assert run("counselor", "list").output == "kolding\tmette\tcoordinator\tinvited\tMette H.\n"
    assert run("counselor", "reset", "mette").exit_code == 0
    assert run("counselor", "disable", "mette").exit_code == 0
    assert "\tdisabled\t" in run("counselor", "list", "--tenant", "kolding").output
    assert run("counselor", "list", "--tenant", "randers").output == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("counselor", "add", "mette", "--tenant", "atlantis"), "there are aabenraa"),
        (("counselor", "add", "Mette H", "--tenant", "kolding"), "a-z"),
        (("counselor", "reset", "nobody"), "counselor list"),
        (("counselor", "disable", "nobody"), "counselor list"),
        (("audit", "verify", "--noted", "yesterday"), "--noted"),
    ],
    ids=["tenant", "name", "reset", "disable", "noted"],
)
def test_what_is_wrong_is_said_with_the_remedy(run: Run, words: tuple[str, ...], says: str) -> None:
    failed = run(*words)
    assert isinstance(failed.exception, DoertrinError)
    assert says in str(failed.exception)


def test_the_audit_is_proved_and_a_touched_one_is_not(run: Run, tmp_path: Path) -> None:
    run("counselor", "add", "mette", "--tenant", "kolding")
    end = run("audit", "verify").output.strip()
    assert re.fullmatch(r"kolding:1:[0-9a-f]{16}", end)
    assert run("audit", "verify", "--noted", end).exit_code == 0
    with sqlite3.connect(tmp_path / "staff.db") as database:
        database.execute("UPDATE audit SET actor = 'somebody else'")
    broken = run("audit", "verify")
    assert isinstance(broken.exception, DoertrinError)
    assert "kolding: entry 1" in str(broken.exception)
