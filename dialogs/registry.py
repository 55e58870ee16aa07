"""Which dialogs there are: name and version to function.

    @dialog("quick_check", version=1)
    def quick_check(visit: Visit) -> Dialog[None]: ...

An old version stays, in `dialogs/old`, as long as a session can be running it: `until` is the last such day, its
release's date plus the longest retention of any tenant. `samples` are one to three sets of arguments with which the
dialog is walked and drawn. A root dialog with an `agenda` shows it to whoever reads the easy level, and asks them
afterwards how it was.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

import msgspec

from dialogs.skeleton import Agenda
from dialogs.steps import Dialog, Json


class Script(msgspec.Struct, frozen=True):
    """One registered version of a dialog."""

    name: str
    version: int
    function: Callable[..., Dialog[Any]]
    samples: tuple[Mapping[str, Json], ...]
    until: date | None = None
    agenda: Agenda = ()


class VersionMissing(Exception):
    """A session runs a version of a dialog that this replica does not have; another replica must take the turn."""


class Registry:
    """The dialogs of one release."""

    def __init__(self) -> None:
        self._scripts: dict[tuple[str, int], Script] = {}
        self._latest: dict[str, int] = {}

    def add(self, script: Script) -> None:
        """Register one version. Raises ValueError if it is there already."""
        at = (script.name, script.version)
        if at in self._scripts:
            raise ValueError(f"dialog {script.name} version {script.version} is registered twice")
        self._scripts[at] = script
        self._latest[script.name] = max(script.version, self._latest.get(script.name, 0))

    def script(self, name: str, version: int | None = None) -> Script:
        """One script, the latest without a version. Raises VersionMissing."""
        try:
            return self._scripts[name, version or self._latest[name]]
        except KeyError:
            raise VersionMissing(f"dialog {name} version {version}") from None

    def names(self) -> tuple[str, ...]:
        """All dialogs, in the order they were registered."""
        return tuple(self._latest)

    def scripts(self) -> tuple[Script, ...]:
        """All versions of all dialogs."""
        return tuple(self._scripts.values())

    def outlived(self, today: date) -> tuple[Script, ...]:
        """Old versions that no session can be running any more, or that nobody has given a date."""
        old = (script for script in self._scripts.values() if script.version != self._latest[script.name])
        return tuple(script for script in old if script.until is None or script.until < today)

    def versions(self) -> dict[str, int]:
        """The versions a new root pins: the latest of each dialog, where it is not the first."""
        return {name: version for name, version in self._latest.items() if version != 1}


REGISTRY = Registry()
"""The product's own dialogs, filled when `dialogs.house` is imported."""

F = TypeVar("F", bound=Callable[..., Dialog[Any]])


def dialog(
    name: str,
    *,
    version: int = 1,
    samples: tuple[Mapping[str, Json], ...] = ({},),
    until: date | None = None,
    agenda: Agenda = (),
    registry: Registry = REGISTRY,
) -> Callable[[F], F]:
    """Register a generator function as a dialog."""

    def register(function: F) -> F:
        script = Script(name=name, version=version, function=function, samples=samples, until=until, agenda=agenda)
        registry.add(script)
        return function

    return register
