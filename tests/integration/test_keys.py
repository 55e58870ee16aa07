"""The keyring as an operator handles it: made once, guarded, added to, and each mishap told with its remedy."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.channels.ports import UnknownCode
from bot.clock import SystemClock
from bot.errors import DecryptError
from bot.privacy.keys import Keyring, create_keyring, load_keyring
from bot.running import Running, make_house, running
from bot.storage.migrations import migrate
from tests.support.front_door import call

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`doertrin …` with no setting but the keyring: exit code, stdout, stderr."""
    for name in [name for name in os.environ if name.startswith("DOERTRIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, keyring: Path | None = None) -> tuple[int, str, str]:
        environment = {} if keyring is None else {"KEYRING": keyring}
        return call(monkeypatch, capfd, *arguments, environment=environment)

    return run


def secrets_of(path: Path) -> list[str]:
    return list(json.loads(path.read_text())["keys"].values())


def test_made_once_and_never_shown_or_overwritten(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ring"
    code, out, err = run("keys", "create", path)
    assert (code, err) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    (key,) = secrets_of(path)
    assert key not in out
    code, out, err = run("keys", "create", path)
    assert (code, out) == (2, "")
    assert err == f"doertrin: {path} exists already; a keyring is never overwritten\n"
    assert secrets_of(path) == [key]


def test_a_key_is_added_and_the_ring_stays_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ring"
    create_keyring(path)
    code, out, err = run("keys", "add", path)
    assert (code, out, err) == (0, "New conversations are sealed with k2.\n", "")
    assert load_keyring(path).kids == ("k2", "k1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert not any(key in out for key in secrets_of(path))


@pytest.mark.parametrize("where", ["no/such/folder/ring", "file/ring"])
def test_a_place_that_cannot_be_is_told(run: Run, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    code, out, err = run("keys", "create", tmp_path / where)
    assert (code, out) == (2, "")
    assert err.startswith(f"doertrin: {tmp_path / where}: ")
    assert "name a file in a folder that exists" in err
    assert err.count("\n") == 1


BROKEN = {
    "empty": b"",
    "not JSON": b"k1 = Kanarie7hemmelig",
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "another version": b'{"version": 2, "active": "k1", "keys": {}}',
    "no keys": b'{"version": 1, "active": "k1", "keys": {}}',
    "the active one missing": json.dumps({"version": 1, "active": "k2", "keys": {"k1": "A" * 43 + "="}}).encode(),
    "a short key": b'{"version": 1, "active": "k1", "keys": {"k1": "S2FuYXJpZQ=="}}',
    "a key that is no base64": b'{"version": 1, "active": "k1", "keys": {"k1": "Kanarie7hemmelig!"}}',
    "a key that is a number": b'{"version": 1, "active": "k1", "keys": {"k1": 7}}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_keyring_is_told_with_the_remedy_and_without_its_content(run: Run, tmp_path: Path, how: str) -> None:
    path = tmp_path / "ring"
    path.write_bytes(BROKEN[how])
    path.chmod(0o400)
    for arguments in (["serve"], ["keys", "add", path], ["demo"]):
        code, out, err = run(*arguments, keyring=path)
        assert (code, out) == (2, "")
        assert err.startswith(f"doertrin: {path} is not a keyring; restore it from its backup")
        assert err.count("\n") == 1
        assert "Kanarie" not in err
    assert path.read_bytes() == BROKEN[how]


def test_a_ring_that_is_not_there_open_to_others_or_a_folder(run: Run, tmp_path: Path) -> None:
    code, _, err = run("serve", keyring=tmp_path / "none")
    assert (code, err) == (
        2,
        f"doertrin: There is no keyring at {tmp_path}/none; run `doertrin keys create {tmp_path}/none`.\n",
    )
    create_keyring(tmp_path / "ring")
    (tmp_path / "ring").chmod(0o644)
    code, _, err = run("serve", keyring=tmp_path / "ring")
    assert (code, err) == (
        2,
        f"doertrin: The keyring {tmp_path}/ring can be used by others; run `chmod 400 {tmp_path}/ring`.\n",
    )
    code, _, err = run("serve", keyring=tmp_path)
    assert code == 2
    assert f"{tmp_path} is not a keyring" in err
    code, _, err = run("serve", keyring=tmp_path / "ring" / "below")
    assert code == 2
    assert err.count("\n") == 1  # fmt: skip


async def test_another_keyring_finds_and_opens_nothing(tmp_path: Path) -> None:
    """Restored beside the wrong keyring, a database gives no talk away: codes find nothing, rows do not open."""
    url = f"sqlite:///{tmp_path}/talk.db"
    await migrate(url)
    rings = [create_keyring(tmp_path / name) for name in ("one", "two")]

    def served(ring: Keyring) -> AbstractAsyncContextManager[Running]:
        house = make_house(overlay=None, keyring=ring)
        return running(url=url, house=house, clock=SystemClock(), understanding=None)

    async with served(rings[0]) as run:
        talk = await run.conversations.start(tenant="kolding", channel="web")
        await run.conversations.greet(talk.conversation)
        assert (await run.conversations.resume(tenant="kolding", code=talk.code)).conversation == talk.conversation
    async with served(rings[1]) as run:
        with pytest.raises(UnknownCode):
            await run.conversations.resume(tenant="kolding", code=talk.code)
        with pytest.raises(DecryptError):
            await run.conversations.history(talk.conversation, after=0)
        other = await run.conversations.start(tenant="kolding", channel="web")
        await run.conversations.greet(other.conversation)
        assert await run.conversations.history(other.conversation, after=0) != []
