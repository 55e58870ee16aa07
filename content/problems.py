"""One thing to mend in content, told with file, key, what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing to mend. A warning is a fact to be found out by a person; it does not fail the check."""

    file: str
    key: str
    wrong: str
    remedy: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.wrong}. {self.remedy}"


def listed(names: Iterable[str]) -> str:
    """Names in order, as they stand in a remedy."""
    return ", ".join(sorted(names))
