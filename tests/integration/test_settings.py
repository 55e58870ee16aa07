"""The command line as an operator meets it: help with examples, settings without secrets, and one line that says what
is wrong and what to do about it. Never a traceback, never a password.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

import doertrin
from bot.errors import SettingsError
from bot.privacy.keys import create_keyring
from bot.settings import HIDDEN, described, read_settings, without_password
from tests.support.content_files import write
from tests.support.front_door import call

SECRET = "Kanarie7hemmelig"
PASSWORDED = f"postgresql+asyncpg://doertrin:{SECRET}@db.example/doertrin"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine, and the current folder is the test's."""
    for name in [name for name in os.environ if name.startswith("DOERTRIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """`doertrin …`, with these settings: exit code, stdout, stderr."""

    def run(*arguments: str, **environment: object) -> tuple[int, str, str]:
        return call(monkeypatch, capfd, *arguments, environment=environment)

    return run


def told(result: tuple[int, str, str], code: int, *words: str) -> None:
    """It ended with this code and one line on stderr that holds these words."""
    found, _, err = result
    assert found == code, err
    assert err.startswith("doertrin: ")
    assert err.count("\n") == 1, err
    assert SECRET not in err
    for word in words:
        assert word in err, word


# Help.


def every_command(app: typer.Typer) -> list[list[str]]:
    """The words of every command, groups included."""
    group = typer.main.get_command(app)
    found: list[list[str]] = [[]]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        found.append([name])
        found += [[name, inner] for inner in getattr(command, "commands", ())]
    return found


@pytest.mark.parametrize("words", every_command(doertrin.app), ids=" ".join)
def test_every_command_has_help_with_an_example(words: list[str]) -> None:
    done = CliRunner().invoke(doertrin.app, [*words, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 0
    if words not in ([], ["content"], ["keys"], ["screening"], ["tenant"]):
        assert re.search(rf"Example: .*doertrin {' '.join(words)}", " ".join(done.output.split())), done.output


def test_wrong_use_of_a_command_is_told_and_ends_with_two(run: Run) -> None:
    for arguments in (
        ["nothing"],
        ["serve", "--port", "abc"],
        ["chat", "--reading", "hard"],
        ["keys", "create"],
        ["-x"],
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err != ""
        assert "Traceback" not in err


# Settings.


def test_settings_are_printed_with_their_meaning_and_without_secrets(run: Run, tmp_path: Path) -> None:
    code, out, err = run(
        "settings", DATABASE_URL=PASSWORDED, TELEGRAM_TOKEN=SECRET, METRICS_TOKEN=SECRET, KEYRING=tmp_path / "ring"
    )
    assert (code, err) == (0, "")
    assert SECRET not in out
    assert f"DOERTRIN_DATABASE_URL=postgresql+asyncpg://doertrin:{HIDDEN}@db.example/doertrin" in out
    assert f"DOERTRIN_KEYRING={tmp_path}/ring" in out
    for name, _, meaning in described(read_settings()):
        assert f"{name}=" in out
        assert len(meaning) > 10
        assert meaning in out


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///doertrin.db", "sqlite:///doertrin.db"),
        ("postgresql://host/name", "postgresql://host/name"),
        ("postgresql://user@host/name", "postgresql://user@host/name"),
        (f"postgresql://user:{SECRET}@host:5/name", f"postgresql://user:{HIDDEN}@host:5/name"),
        (f"postgresql://user:{SECRET}:{SECRET}@x@host/name", f"postgresql://user:{HIDDEN}@host/name"),
        (f"postgresql://host/name?user=u&password={SECRET}&x=1", f"postgresql://host/name?user=u&password={HIDDEN}&x=1"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_secrets_do_not_stand_in_what_settings_say_of_themselves() -> None:
    settings = read_settings(telegram_token=SECRET, metrics_token=SECRET)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "abc", ["DOERTRIN_PORT", "valid integer", "Port to listen on"]),
        ("PORT", "99999", ["DOERTRIN_PORT", "65535", "Port to listen on"]),
        ("DATABASE_URL", f"mysql://user:{SECRET}@host/x", ["DOERTRIN_DATABASE_URL", "sqlite:///PATH", "postgresql"]),
        ("DATABASE_URL", SECRET, ["DOERTRIN_DATABASE_URL", "sqlite:///PATH"]),
        ("LOG_LEVEL", "LOUD", ["DOERTRIN_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR"]),
        ("TRUST_FORWARDED", "perhaps", ["DOERTRIN_TRUST_FORWARDED", "reverse proxy"]),
        ("CONTENT", "/no/such/folder", ["DOERTRIN_CONTENT", "directory", "Folder with a tenant's own texts"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_meaning(run: Run, name: str, value: str, words: list[str]) -> None:
    told(run("settings", **{name: value}), 2, *words)


def test_a_setting_that_is_empty_counts_as_not_set(run: Run) -> None:
    code, out, _ = run("settings", PORT="", KEYRING="", CONTENT="", DATABASE_URL="")
    assert code == 0
    assert "DOERTRIN_PORT=8080" in out


# What only shows when it is used.


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    path = tmp_path / "ring"
    create_keyring(path)
    return path


def test_serving_without_a_keyring_prints_the_command(run: Run) -> None:
    told(run("serve"), 2, "DOERTRIN_KEYRING is not set", "doertrin keys create PATH")


def test_a_tenant_that_is_not_there_is_told_with_those_that_are(run: Run, ring: Path) -> None:
    for tenant in ("atlantis", "base"):
        told(run("serve", KEYRING=ring, TENANT=tenant), 2, "DOERTRIN_TENANT", tenant, "aabenraa, kolding, randers")


def test_an_address_that_is_taken_is_told(run: Run, ring: Path, tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told(run("serve", "--port", port, KEYRING=ring), 2, "DOERTRIN_PORT", port, "choose another")


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        (f"postgresql+asyncpg://user:{SECRET}@host:zz/x", 2, ["DOERTRIN_DATABASE_URL", "write sqlite:///PATH"]),
        (f"postgresql://user:{SECRET}@127.0.0.1:1/x", 1, ["DOERTRIN_DATABASE_URL", "user:***@127.0.0.1:1", "Check"]),
        ("sqlite:////no/such/folder/x.db", 1, ["DOERTRIN_DATABASE_URL", "/no/such/folder/x.db", "Check"]),
        ("sqlite:///text.db", 1, ["DOERTRIN_DATABASE_URL", "text.db", "DatabaseError"]),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    run: Run, tmp_path: Path, url: str, code: int, words: list[str]
) -> None:
    (tmp_path / "text.db").write_text(f"This is no database, but it holds {SECRET}.")
    told(run("migrate", DATABASE_URL=url), code, *words)
    told(run("migrate", "--database", url), code, *words)


def test_a_database_of_a_newer_release_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    """A replica of this release may be started again after another has migrated."""
    assert run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/x.db")[0] == 0
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert run("migrate")[0] == 0
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_chat_tells_what_is_wrong_before_it_begins(run: Run, ring: Path) -> None:
    told(run("chat", "--database", "sqlite:///x.db"), 2, "DOERTRIN_KEYRING", "keys create")
    told(run("chat", "--database", "nonsense", KEYRING=ring), 2, "DOERTRIN_DATABASE_URL", "sqlite:///PATH")
    told(run("chat", "--database", f"mysql://u:{SECRET}@h/x", KEYRING=ring), 2, "another kind of database")
    told(run("chat", "--tenant", "base"), 2, "--tenant", "aabenraa, kolding, randers")
    told(run("chat", "--now", "yesterday"), 2, "--now", "2026-11-25T10:00")


def test_names_that_are_not_there_are_told_with_those_that_are(run: Run) -> None:
    told(run("screening", "score", "nothing", "--jsonl"), 2, "nothing", "audit")
    told(run("content", "draw", "nothing"), 2, "nothing", "screening")
    told(run("content", "preview", "nothing"), 2, "nothing", "screening")


# A tenant's own texts.


BROKEN = {
    "no TOML": ({"da.messages.welcome": "a = [\n"}, ["da/messages/welcome.toml", "no valid TOML", "Mend that line"]),
    "blank crisis text": (
        {"da.messages.crisis": '[lines]\ntext = "  "\n'},
        ["da/messages/crisis.toml", "crisis.lines", "blank", "Write the text"],
    ),
    "crisis text without 112": (
        {"da.messages.crisis": '[now.suicide.self]\ntext = "Ring til nogen."\n'},
        ["da/messages/crisis.toml", "crisis.now.suicide.self", "112", "Keep 112"],
    ),
    "unknown field": ({"packs.kolding.pack": 'colour = "red"\n'}, ["packs/kolding/pack.toml", "colour", "Use address"]),
    "wrong type": (
        {"packs.kolding.pack": 'retention_days = "many"\n'},
        ["packs/kolding/pack.toml", "retention_days", "Mend that field"],
    ),
    "half a pack": ({"packs.odense.messages.x": '[a]\ntext = "b"\n'}, ["packs/odense/pack.toml", "missing", "Write"]),
    "unknown field of a text": (
        {"da.messages.welcome": '[greeting]\ntxt = "hej"\n'},
        ["da/messages/welcome.toml", "greeting"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_broken_content_names_file_key_and_remedy_and_nothing_is_served(
    run: Run, ring: Path, tmp_path: Path, how: str
) -> None:
    files, words = BROKEN[how]
    overlay = write(tmp_path / "own", **files)
    told(run("serve", "--port", "0", KEYRING=ring, CONTENT=overlay), 1, *words)
    assert not (tmp_path / "doertrin.db").exists()
    told(run("content", "check", CONTENT=overlay), 1, *words)


def test_content_that_is_not_utf8_is_told(run: Run, tmp_path: Path) -> None:
    overlay = write(tmp_path / "own", **{"da.messages.welcome": ""})
    (overlay / "da/messages/welcome.toml").write_bytes('[greeting]\ntext = "Blåbær"\n'.encode("latin-1"))
    told(run("content", "check", CONTENT=overlay), 1, "da/messages/welcome.toml", "not UTF-8", "Save the file as UTF-8")


# And as a program of its own: what nobody foresaw is one line of the log, without words.


def test_what_nobody_foresaw_leaves_no_traceback(tmp_path: Path) -> None:
    broken = f"import doertrin; doertrin.described = lambda _: 1 // len('{SECRET}'[:0]); doertrin.main()"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOERTRIN_")}
    done = subprocess.run(
        [sys.executable, "-c", broken, "settings"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(Path(doertrin.__file__).parent)},
    )
    assert done.returncode == 1
    assert "uncaught_error" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr
    with pytest.raises(SettingsError):
        read_settings(port=-1)
