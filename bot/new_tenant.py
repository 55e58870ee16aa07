"""A new municipality: its pack is copied from a template into the overlay folder, and filled with what is known."""

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import SettingsError
from content import checks
from content.hours import COPENHAGEN
from content.loading import Content, load
from content.problems import Problem

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_TEMPLATE = "new_pack.toml"
FACTS = ("website", "phone", "email", "address", "region")
"""What may be given on the command line; a fact that is not known stays a comment in the file, and is asked for."""


def new_tenant(
    name: str,
    *,
    service: str,
    municipality: str,
    facts: Mapping[str, str],
    overlay: Path | None,
    put: Callable[[str], None],
) -> None:
    """Write the pack of a new tenant, load it, and say what is still unknown. It is a draft until its author says so.

    `facts` by name of `FACTS`. A draft that comes with Dørtrin is filled in from here: the new file lies over it.
    Raises SettingsError for a name that cannot be one, is taken, or a folder that cannot be written; nothing of an
    existing tenant is ever touched.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} cannot be a tenant: use 2 to 31 of a-z, 0-9 and _, a letter first (aa for å)")
    if overlay is None:
        raise SettingsError("say where: set DOERTRIN_CONTENT, or give --folder; it is made if it is not there")
    known = load(overlay if overlay.is_dir() else None)
    own = overlay / "packs" / name
    if name in (*known.tenants, "base") or own.exists():
        raise SettingsError(f"there is a tenant {name} already: packs/{name}/pack.toml")
    region = facts.get("region")
    if region is not None and region not in known.regions:
        raise SettingsError(f"--region: there is no {region}; there are {', '.join(sorted(known.regions))}")
    try:
        own.mkdir(parents=True)
        (own / "pack.toml").write_text(_filled(service, municipality, facts), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{own}: {error.strerror}; name a folder that is yours to write in") from None
    put(f"Wrote {own / 'pack.toml'}. Still to be found out:")
    for line in unknown(load(overlay), name):
        put(f"  {line}")
    put(f"Then: DOERTRIN_CONTENT={overlay} doertrin content check, and doertrin chat --tenant {name}.")


def tenants(overlay: Path | None) -> Iterator[str]:
    """Every tenant: name, service, municipality, how many facts are unknown. Drafts last."""
    content = load(overlay)
    problems = _problems(content)
    for name in (*content.tenants, *content.drafts):
        pack = content.pack(name)
        missing = sum(_of_tenant(problem, name) for problem in problems)
        state = "draft, not served" if pack.draft else f"{missing} to find out"
        yield f"{name}\t{pack.name}\t{pack.municipality}\t{state}"


def unknown(content: Content, name: str) -> Iterator[str]:
    """What a person must still find out, confirm or mend for this tenant. Raises SettingsError if there is none."""
    if name not in content.packs:
        raise SettingsError(content.not_served(name))
    for problem in _problems(content):
        if _of_tenant(problem, name):
            yield f"{problem.key}: {problem.wrong}. {problem.remedy}"


def _problems(content: Content) -> list[Problem]:
    return checks.check(content, today=SystemClock().now().astimezone(COPENHAGEN).date())


def _of_tenant(problem: Problem, name: str) -> bool:
    return problem.file.startswith(f"packs/{name}/")


def _filled(service: str, municipality: str, facts: Mapping[str, str]) -> str:
    text = files("content").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    values = {"name": service, "municipality": municipality, **facts}
    for field, value in values.items():
        line = f"{field} = {_quoted(value)}".replace("\\", r"\\")
        text = re.sub(rf"^(# )?{field} = .*$", line, text, count=1, flags=re.MULTILINE)
    return text


def _quoted(value: str) -> str:
    """A TOML basic string."""
    escaped = "".join(
        f"\\u{ord(letter):04x}"
        if ord(letter) < 32 or ord(letter) == 127
        else {'"': '\\"', "\\": "\\\\"}.get(letter, letter)
        for letter in value
    )
    return f'"{escaped}"'
