"""`doertrin …` through its own front door, in this process."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

import doertrin


def call(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *arguments: object,
    environment: Mapping[str, object],
) -> tuple[int, str, str]:
    """Exit code, stdout, stderr. The log of the process stays as it is."""
    for place in ("doertrin.configure_logs", "bot.serving.configure_logs"):
        monkeypatch.setattr(place, lambda level: None)
    monkeypatch.setattr(sys, "argv", ["doertrin", *map(str, arguments)])
    for name, value in environment.items():
        monkeypatch.setenv(f"DOERTRIN_{name}", str(value))
    capfd.readouterr()
    try:
        doertrin.main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capfd.readouterr()
    return code, out, err
