"""The keyring: master keys in one file outside the database, and what is derived from them for each tenant.

    keyring file    {"version": 1, "active": "k2", "keys": {"k1": base64 of 32 bytes, "k2": …}}, mode 0400
      HKDF-SHA256(master, info="rc/v1/<tenant>/<purpose>")
        kek            wraps the data key of each conversation (sealing.py)
        bidx.channel   keyed hash of a channel address (pseudonyms.py)
        bidx.resume    keyed hash of a resume code
        bidx.booking   keyed hash of a booking code
        audit session totp

Writing always takes the active key; reading takes the key that the row names, an index is looked up
with all, newest first.
The file is never an environment variable: those leak to children and crash dumps.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
import stat
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import KeyringBroken, KeyringMissing, KeyringUnsafe, UnknownKey

KEY_BYTES = 32


class Purpose(StrEnum):
    """What a derived key is for; part of its derivation, so never renamed."""

    KEK = "kek"
    CHANNEL_INDEX = "bidx.channel"
    RESUME_INDEX = "bidx.resume"
    BOOKING_INDEX = "bidx.booking"
    AUDIT = "audit"
    SESSION = "session"
    TOTP = "totp"


class Keyring:
    """The master keys, oldest first. Everything derived is made once and kept."""

    def __init__(self, *, active: str, keys: dict[str, bytes]) -> None:
        if active not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeyringBroken
        self.active = active
        self._masters = dict(keys)
        self._tenants: dict[str, TenantKeys] = {}

    @property
    def kids(self) -> tuple[str, ...]:
        """The key ids, the active one first, then the others from new to old."""
        return (self.active, *(kid for kid in reversed(self._masters) if kid != self.active))

    def tenant(self, tenant: str) -> "TenantKeys":
        """What is derived for one tenant."""
        found = self._tenants.get(tenant)
        if found is None:
            found = self._tenants[tenant] = TenantKeys(self, tenant)
        return found

    def derive(self, *, kid: str, tenant: str, purpose: Purpose) -> bytes:
        """The 32 bytes for this purpose. Raises UnknownKey if the keyring lacks `kid`."""
        master = self._masters.get(kid)
        if master is None:
            raise UnknownKey
        info = f"rc/v1/{tenant}/{purpose.value}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)

    def __repr__(self) -> str:
        return f"Keyring({len(self._masters)} keys)"


class TenantKeys:
    """The keys of one tenant. The same person in two municipalities has two indexes, which do not link."""

    def __init__(self, ring: Keyring, tenant: str) -> None:
        if not tenant or "/" in tenant or "\x00" in tenant:
            raise ValueError("a tenant's name is not empty and holds no slash")
        self.name = tenant
        self._ring = ring
        self._keks: dict[str, AESGCM] = {}
        self._macs: dict[tuple[Purpose, str], bytes] = {}

    @property
    def active(self) -> str:
        """The id of the key that wraps new conversations."""
        return self._ring.active

    def kek(self, kid: str) -> AESGCM:
        """The key that wraps data keys. Raises UnknownKey."""
        found = self._keks.get(kid)
        if found is None:
            found = self._keks[kid] = AESGCM(self._ring.derive(kid=kid, tenant=self.name, purpose=Purpose.KEK))
        return found

    def key(self, purpose: Purpose) -> bytes:
        """The raw derived key of the active master, for `audit`, `session` and `totp`."""
        return self._mac_key(purpose, self._ring.active)

    def index(self, purpose: Purpose, value: bytes) -> bytes:
        """The keyed hash to store: HMAC-SHA256, 32 bytes, with the active key."""
        return hmac.digest(self._mac_key(purpose, self._ring.active), value, "sha256")

    def indexes(self, purpose: Purpose, value: bytes) -> tuple[bytes, ...]:
        """The hashes to look for, the active key's first: rows written before a rotation carry an older one."""
        return tuple(hmac.digest(self._mac_key(purpose, kid), value, "sha256") for kid in self._ring.kids)

    def _mac_key(self, purpose: Purpose, kid: str) -> bytes:
        found = self._macs.get((purpose, kid))
        if found is None:
            found = self._macs[purpose, kid] = self._ring.derive(kid=kid, tenant=self.name, purpose=purpose)
        return found

    def __repr__(self) -> str:
        return f"TenantKeys({self.name})"


def create_keyring(path: Path) -> Keyring:
    """Make a keyring with one fresh key at `path`, mode 0400. Raises FileExistsError; never overwrites."""
    ring = {"k1": secrets.token_bytes(KEY_BYTES)}
    _write(path, active="k1", keys=ring, flags=os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    return Keyring(active="k1", keys=ring)


def add_key(path: Path) -> Keyring:
    """Add a fresh key and make it the active one; the older ones stay for reading. Atomic."""
    old = load_keyring(path)
    keys = {kid: old._masters[kid] for kid in old._masters}
    kid = f"k{max((int(k[1:]) for k in keys if k[1:].isdecimal()), default=0) + 1}"
    keys[kid] = secrets.token_bytes(KEY_BYTES)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _write(fresh, active=kid, keys=keys, flags=os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    fresh.replace(path)
    _sync_folder(path)
    return Keyring(active=kid, keys=keys)


def load_keyring(path: Path) -> Keyring:
    """Read the keyring. Raises KeyringMissing, KeyringUnsafe or KeyringBroken, each naming the remedy."""
    try:
        found = path.stat()
        raw = path.read_bytes() if stat.S_ISREG(found.st_mode) else b""
    except FileNotFoundError:
        raise KeyringMissing(f"There is no keyring at {path}; run `doertrin keys create {path}`.") from None
    except PermissionError:
        raise KeyringUnsafe(f"The keyring {path} belongs to somebody else; run `chown $(id -u) {path}`.") from None
    except OSError as error:
        raise KeyringBroken(f"The keyring {path} cannot be read ({error.strerror}); check the path.") from None
    if stat.S_ISREG(found.st_mode) and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyringUnsafe(f"The keyring {path} can be used by others; run `chmod 400 {path}`.")
    broken = KeyringBroken(
        f"{path} is not a keyring; restore it from its backup (without it nothing stored can be read), "
        f"or for an empty database move it away and run `doertrin keys create {path}`."
    )
    try:
        data = json.loads(raw)
        if data["version"] != 1:
            raise broken
        keys = {str(kid): base64.b64decode(key, validate=True) for kid, key in data["keys"].items()}
        return Keyring(active=str(data["active"]), keys=keys)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error, KeyringBroken):
        raise broken from None


def _write(path: Path, *, active: str, keys: dict[str, bytes], flags: int) -> None:
    data = {"version": 1, "active": active, "keys": {kid: base64.b64encode(key).decode() for kid, key in keys.items()}}
    descriptor = os.open(path, flags, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(data, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
