from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from bot.errors import KeyringBroken, KeyringError, KeyringMissing, KeyringUnsafe, UnknownKey
from bot.privacy.keys import Keyring, Purpose, add_key, create_keyring, load_keyring


def test_a_keyring_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    made = create_keyring(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    read = load_keyring(path)
    tenant = read.tenant("kolding")
    assert tenant.index(Purpose.AUDIT, b"x") == made.tenant("kolding").index(Purpose.AUDIT, b"x")
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        create_keyring(path)
    assert path.read_bytes() == before


def test_a_key_is_added_and_the_old_one_stays_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    first = create_keyring(path).tenant("kolding")
    second = add_key(path).tenant("kolding")
    assert load_keyring(path).kids == ("k2", "k1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert [file.name for file in tmp_path.iterdir()] == ["keyring"]
    old = first.index(Purpose.RESUME_INDEX, b"code")
    assert second.index(Purpose.RESUME_INDEX, b"code") != old
    assert second.indexes(Purpose.RESUME_INDEX, b"code")[1] == old
    assert add_key(path).kids == ("k3", "k2", "k1")


def test_every_purpose_and_tenant_has_a_key_of_its_own() -> None:
    ring = Keyring(active="k1", keys={"k1": bytes(32), "k2": bytes(31) + b"\x01"})
    derived = {
        ring.derive(kid=kid, tenant=tenant, purpose=purpose)
        for kid in ring.kids
        for tenant in ("kolding", "randers")
        for purpose in Purpose
    }
    assert len(derived) == 2 * 2 * len(Purpose)
    # For ever: HKDF-SHA256 of 32 zeros, no salt, info "rc/v1/kolding/kek".
    golden = "351c0261ad97c3fba5d285ef3a2d529eb8b52569bebcf8db0cf284a9b4fb6d86"
    assert ring.derive(kid="k1", tenant="kolding", purpose=Purpose.KEK).hex() == golden


def test_names_cannot_be_made_to_collide() -> None:
    ring = Keyring(active="k1", keys={"k1": bytes(32)})
    for name in ("", "a/kek", "a\0b"):
        with pytest.raises(ValueError, match="tenant"):
            ring.tenant(name)


def test_an_unknown_key_is_told() -> None:
    with pytest.raises(UnknownKey):
        Keyring(active="k1", keys={"k1": bytes(32)}).tenant("kolding").kek("k2")


def test_a_missing_keyring_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(KeyringMissing, match=f"doertrin keys create {tmp_path}/none"):
        load_keyring(tmp_path / "none")


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o600 | 0o020, 0o644, 0o777])
def test_a_keyring_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    path.chmod(mode)
    with pytest.raises(KeyringUnsafe, match=f"chmod 400 {path}"):
        load_keyring(path)
    path.chmod(0o600)
    load_keyring(path)


KEY = "A" * 43 + "="


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"3",
        b"{}",
        json.dumps({"version": 2, "active": "k1", "keys": {"k1": KEY}}).encode(),
        json.dumps({"version": 1, "active": "k2", "keys": {"k1": KEY}}).encode(),
        json.dumps({"version": 1, "active": "k1", "keys": {"k1": "AAAA"}}).encode(),
        json.dumps({"version": 1, "active": "k1", "keys": {"k1": "nøgle"}}).encode(),
        json.dumps({"version": 1, "active": "k1", "keys": {"k1": 5}}).encode(),
        json.dumps({"version": 1, "active": "k1", "keys": ["k1"]}).encode(),
        json.dumps({"version": 1, "active": "k1", "keys": {}}).encode(),
    ],
)
def test_what_is_no_keyring_is_refused_with_the_remedy_and_without_its_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keyring"
    path.write_bytes(content)
    path.chmod(0o400)
    with pytest.raises(KeyringBroken, match="restore it from its backup") as broken:
        load_keyring(path)
    assert broken.value.__cause__ is None
    assert KEY not in str(broken.value)


def test_a_folder_is_no_keyring(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(KeyringError):
        load_keyring(tmp_path)


def test_the_environment_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keyring"
    create_keyring(path)
    monkeypatch.setattr(os, "environ", {})
    assert load_keyring(path).kids == ("k1",)
