"""`doertrin chat`: a whole house in one process, in memory unless a database is named."""

import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import msgspec

from bot.channels.terminal import SteppingClock, TerminalTalk, run_jsonl, run_person
from bot.clock import Clock, SystemClock
from bot.errors import SettingsError
from bot.privacy.keys import KEY_BYTES, Keyring, load_keyring
from bot.running import make_house, running
from bot.settings import Settings
from content.hours import COPENHAGEN
from dialogs.heard import Understanding

IN_MEMORY = "sqlite://"


class Talking(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    tenant: str
    reading: str
    language: str
    start: datetime | None
    database: str | None
    explain: bool
    jsonl: bool


def read_moment(text: str | None) -> datetime | None:
    """An ISO moment; without zone it is Copenhagen. Raises SettingsError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--now: {text} is no ISO time; write it like 2026-11-25T10:00") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=COPENHAGEN)


async def talk(wanted: Talking, settings: Settings, lines: AsyncIterator[str], put: Callable[[str], None]) -> None:
    """Talk until the lines end, with a draft too. Raises SettingsError for an unknown tenant or a missing keyring."""
    clock: Clock = SteppingClock(wanted.start) if wanted.start is not None else SystemClock()
    hear = _understanding()
    house = make_house(overlay=settings.content, keyring=_keyring(wanted, settings), hear=hear)
    if wanted.tenant not in (*house.content.tenants, *house.content.drafts):
        raise SettingsError(f"--tenant: {house.content.not_served(wanted.tenant)}")
    if wanted.database is not None:
        from bot.storage.migrations import migrate  # noqa: PLC0415  Alembic is slow to import, and mostly not needed

        await migrate(wanted.database)
    url, demo = wanted.database or IN_MEMORY, wanted.database is None
    async with running(url=url, house=house, clock=clock, understanding=None, demo=demo) as run:
        one = TerminalTalk(run.conversations, run.live, tenant=wanted.tenant)
        if wanted.jsonl:
            stepping = clock if isinstance(clock, SteppingClock) else None
            await run_jsonl(one, lines, put, stepping, reading=wanted.reading, language=wanted.language)
        else:
            explain = _explained(hear, clock) if wanted.explain else None
            await run_person(one, lines, put, explain, reading=wanted.reading, language=wanted.language)


def _understanding() -> Understanding:
    from bot.understanding import load  # noqa: PLC0415  spaCy is slow to import: only who talks waits for it

    return load()


def _keyring(wanted: Talking, settings: Settings) -> Keyring:
    if wanted.database is None:
        return Keyring(active="k1", keys={"k1": secrets.token_bytes(KEY_BYTES)})
    if settings.keyring is None:
        raise SettingsError("DOERTRIN_KEYRING is not set; make a keyring with `doertrin keys create PATH` and set it")
    return load_keyring(settings.keyring)


def _explained(hear: Understanding, clock: Clock) -> Callable[[str], str]:
    def explained(text: str) -> str:
        heard = hear.hear(text, now=clock.now())
        why = ", ".join(heard.crisis.why) or "-"
        return (
            f"crisis {heard.crisis.label.value} {heard.crisis.severity} ({why}) · intent {heard.intent.name} "
            f"{heard.intent.score:.2f} · language {heard.language} · substances {', '.join(heard.substances) or '-'}"
        )

    return explained
