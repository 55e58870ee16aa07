"""Content files for tests that lay a folder over what is built in."""

from __future__ import annotations

from pathlib import Path


def write(folder: Path, **files: str) -> Path:
    """Write files by path, dots for slashes: `da.messages.welcome` is da/messages/welcome.toml. Gives the folder."""
    for name, text in files.items():
        path = folder.joinpath(*name.split(".")).with_suffix(".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
