from __future__ import annotations

import re

from bot import errors


def tree(kind: type, prefix: str = "") -> list[str]:
    below = [c for c in vars(errors).values() if isinstance(c, type) and kind in c.__bases__]
    lines: list[str] = []
    for child in below:
        last = child is below[-1]
        lines += [f"{prefix}{'└── ' if last else '├── '}{child.__name__}"]
        lines += tree(child, prefix + ("    " if last else "│   "))
    return lines


def test_the_tree_is_drawn_as_it_is() -> None:
    assert errors.__doc__ is not None
    drawn = [line[4:] for line in errors.__doc__.splitlines() if re.match(r" {4}\S", line) or "──" in line]
    assert drawn == ["DoertrinError", *tree(errors.DoertrinError)]


def test_the_docstring_is_the_message() -> None:
    message = "The database cannot be written or read just now; nothing may be acknowledged. Try again later."
    assert str(errors.StorageUnavailable()) == message
    assert (
        str(errors.DuplicateInbound(seq=1, turn=None)) == "The inbound id is stored already; nothing was stored again."
    )
    assert str(errors.SettingsError("PORT is not a number")) == "PORT is not a number"
    assert all(c.__doc__ for c in vars(errors).values() if isinstance(c, type))
