"""Dørtrin's front door: the command table, and `build(settings)`. The only file that knows every part of the house."""

import asyncio
import contextlib
import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aiohttp import web

    from bot.running import Running

from bot.errors import DoertrinError, KeyringError, SettingsError
from bot.privacy.logs import configure_logs
from bot.settings import Settings, described, read_settings
from bot.streams import lines_in, lines_in_async, only_jsonl, put
from content.errors import ContentError

WRONG_USE, FAILED = 2, 1

app = typer.Typer(
    name="doertrin",
    help="Dørtrin: the anonymous doorstep to a municipality's substance-use centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
screening = typer.Typer(help="Score a published questionnaire.", no_args_is_help=True)
content = typer.Typer(help="Look at everything that is said, and check it.", no_args_is_help=True)
keys = typer.Typer(help="The keyring: without it nothing stored can be read.", no_args_is_help=True)
counselor = typer.Typer(help="Accounts of those who work in the console.", no_args_is_help=True)
tenant = typer.Typer(help="The municipalities that are served.", no_args_is_help=True)
audit = typer.Typer(help="Who did what: prove that nobody touched it.", no_args_is_help=True)
app.add_typer(screening, name="screening")
app.add_typer(content, name="content")
app.add_typer(keys, name="keys")
app.add_typer(tenant, name="tenant")
app.add_typer(counselor, name="counselor")
app.add_typer(audit, name="audit")


class Reading(StrEnum):
    """The two levels of every text."""

    PLAIN = "plain"
    EASY = "easy"


class Role(StrEnum):
    """What a member of the staff is at work for."""

    COUNSELOR = "counselor"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    ADMIN = "admin"


class Language(StrEnum):
    """The languages there are."""

    DA = "da"
    EN = "en"


# serving


def build(settings: Settings, run: "Running", *, lenient: bool = False) -> "web.Application":
    """The whole house behind one door. `lenient`: staff without a second factor may sign in (the demo, on loopback)."""
    from admin import Services, console  # noqa: PLC0415
    from bot.audit import Audit  # noqa: PLC0415
    from bot.channels.limits import NEAR, Limits, Rules  # noqa: PLC0415
    from bot.serving import citizen_app  # noqa: PLC0415
    from bot.staff import Staff  # noqa: PLC0415
    from content.loading import console_words, guides  # noqa: PLC0415

    keyring = run.conversations.house.keyring
    audit = Audit(run.store, keyring, run.clock)
    staff = Staff(run.store, keyring, run.clock, audit, lenient=lenient)
    proxies = NEAR if settings.trust_forwarded else ()
    app = citizen_app(settings, run)
    behind = Services(
        staff=staff,
        desk=run.desk,
        bookings=run.bookings,
        audit=audit,
        guesses=Limits(run.clock.monotonic, rules=Rules(guesses=20), proxies=proxies),
    )
    rooms = console(
        behind,
        words=console_words(settings.content),
        guides=guides(settings.content),
        now=run.clock.now,
        lenient=lenient,
    )
    app.add_subapp("/console", rooms)
    return app


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port; DOERTRIN_PORT by default.")] = None,
    host: Annotated[str | None, typer.Option(help="Address; DOERTRIN_HOST by default.")] = None,
) -> None:
    """Serve the page, the web chat and Telegram. Example: DOERTRIN_KEYRING=/etc/doertrin/keyring doertrin serve."""
    from bot.serving import on_uvloop, serve  # noqa: PLC0415

    on_uvloop(serve(read_settings(port=port, host=host), build))


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port; 8080 by default.")] = None,
    host: Annotated[str | None, typer.Option(help="Address; loopback by default.")] = None,
) -> None:
    """Serve with demo tenants, a local database and a keyring beside it. Example: doertrin demo --port 8081."""
    from bot.serving import on_uvloop, serve_demo  # noqa: PLC0415

    on_uvloop(serve_demo(read_settings(port=port, host=host), build))


# talking


@app.command()
def chat(
    *,
    tenant: Annotated[str, typer.Option(help="The municipality.")] = "kolding",
    reading: Annotated[Reading, typer.Option(help="Reading level.")] = Reading.PLAIN,
    language: Annotated[Language, typer.Option(help="Language.")] = Language.DA,
    now: Annotated[str | None, typer.Option(help="Start the clock here: ISO, Copenhagen if without zone.")] = None,
    database: Annotated[str | None, typer.Option(help="Keep the talk in this database; else in memory.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was understood.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines in and out.")] = False,
) -> None:
    """Talk in the terminal. Example: doertrin chat --tenant randers --reading easy."""
    from bot.channels.talking import Talking, read_moment, talk  # noqa: PLC0415

    wanted = Talking(
        tenant=tenant,
        reading=reading.value,
        language=language.value,
        start=read_moment(now),
        database=database,
        explain=explain,
        jsonl=jsonl,
    )
    asyncio.run(talk(wanted, read_settings(), lines_in_async(), put))


@app.command()
def nlu(
    *, jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines in and out (the only form there is).")] = False
) -> None:
    """Say what is understood, line by line. Example: echo '{"text": "hej"}' | doertrin nlu --jsonl."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.understanding import load  # noqa: PLC0415
    from bot.understanding.lines import run  # noqa: PLC0415

    only_jsonl(jsonl=jsonl)
    for line in run(lines_in(), load(), SystemClock().now):
        put(line)


@screening.command("score")
def score(
    instrument: Annotated[str, typer.Argument(help="Name, e.g. audit.")],
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines in and out (the only form there is).")] = False,
) -> None:
    """Score answers as published. Example: echo '{"answers": {…}}' | doertrin screening score audit --jsonl."""
    from content.loading import load  # noqa: PLC0415
    from content.scoring import run  # noqa: PLC0415

    only_jsonl(jsonl=jsonl)
    try:
        chosen = load(read_settings().content).instrument(instrument)
    except KeyError as unknown:
        raise SettingsError(str(unknown.args[0])) from None
    for line in run(chosen, lines_in()):
        put(line)


# content


@content.command("check")
def content_check() -> None:
    """Every problem of the content at once, with file, key and remedy. Example: doertrin content check."""
    from bot.authoring import check  # noqa: PLC0415

    problems = check(read_settings().content, put)
    if problems:
        raise typer.Exit(FAILED)


@content.command("draw")
def content_draw(dialog: Annotated[str, typer.Argument(help="Name of a dialog, e.g. rights.")]) -> None:
    """A dialog's graph as Mermaid. Example: doertrin content draw rights."""
    from bot.authoring import draw  # noqa: PLC0415

    put(draw(dialog, read_settings().content))


@content.command("preview")
def content_preview(
    dialog: Annotated[str, typer.Argument(help="Name of a dialog, or a part of a text's key.")],
) -> None:
    """The texts of a dialog as people read them, in every level and language. Example: doertrin content preview menu"""
    from bot.authoring import preview  # noqa: PLC0415

    for line in preview(dialog, read_settings().content):
        put(line)


@content.command("book")
def content_book(
    path: Annotated[Path | None, typer.Argument(help="Where to write it; printed if left out.")] = None,
) -> None:
    """Everything it says, as a printable page with sources and reviews. Example: doertrin content book book.html."""
    from bot.authoring import book, write_book  # noqa: PLC0415

    overlay = read_settings().content
    if path is None:
        put(book(overlay))
        return
    write_book(path, overlay)
    put(f"Wrote {path}. Open it in a browser, and print it from there.")


# operations


@app.command()
def migrate(
    database: Annotated[str | None, typer.Option(help="DOERTRIN_DATABASE_URL by default.")] = None,
) -> None:
    """Bring the database to this release. Example: doertrin migrate."""
    from bot.storage.migrations import migrate as run  # noqa: PLC0415

    asyncio.run(run(read_settings(database_url=database).database_url))
    put("The database is up to date.")


@tenant.command("new")
def tenant_new(  # noqa: PLR0913, PLR0917  one option a fact
    name: Annotated[str, typer.Argument(help="A short name for web addresses: a-z, 0-9 and _.")],
    service: Annotated[str, typer.Option(help="The service's own name.")],
    municipality: Annotated[str, typer.Option(help="As in »Køge Kommune«.")],
    website: Annotated[str | None, typer.Option(help="Left out if not known.")] = None,
    phone: Annotated[str | None, typer.Option(help="Left out if not known.")] = None,
    email: Annotated[str | None, typer.Option(help="Left out if not known.")] = None,
    address: Annotated[str | None, typer.Option(help="Left out if not known.")] = None,
    region: Annotated[str | None, typer.Option(help="As in »Sjælland«; its numbers come with it.")] = None,
    folder: Annotated[Path | None, typer.Option(help="The overlay folder; DOERTRIN_CONTENT by default.")] = None,
) -> None:
    """Make a municipality's pack, and say what is still unknown. Example: doertrin tenant new koege --service
    "Rusmiddelcenter Køge" --municipality "Køge Kommune" --folder content-koege
    """
    from bot.new_tenant import new_tenant  # noqa: PLC0415

    given = {"website": website, "phone": phone, "email": email, "address": address, "region": region}
    facts = {fact: value for fact, value in given.items() if value}
    overlay = folder or read_settings().content
    new_tenant(name, service=service, municipality=municipality, facts=facts, overlay=overlay, put=put)


@tenant.command("list")
def tenant_list() -> None:
    """Name, service, municipality, and how much is still to be found out. Example: doertrin tenant list"""
    from bot.new_tenant import tenants  # noqa: PLC0415

    for line in tenants(read_settings().content):
        put(line)


@tenant.command("check")
def tenant_check(name: Annotated[str, typer.Argument(help="The tenant's name.")]) -> None:
    """What a person must still find out, confirm or mend. Example: doertrin tenant check kolding"""
    from bot.new_tenant import unknown  # noqa: PLC0415
    from content.loading import load  # noqa: PLC0415

    for line in unknown(load(read_settings().content), name):
        put(line)


@keys.command("create")
def keys_create(path: Annotated[Path, typer.Argument(help="Where; the file must not exist.")]) -> None:
    """Make a keyring. Example: doertrin keys create /etc/doertrin/keyring."""
    from bot.privacy.keys import create_keyring  # noqa: PLC0415

    try:
        create_keyring(path)
    except FileExistsError:
        raise SettingsError(f"{path} exists already; a keyring is never overwritten") from None
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a file in a folder that exists and is yours") from None
    put(f"Made {path}. Keep a copy away from the database: without it nothing stored can be read.")


@keys.command("add")
def keys_add(path: Annotated[Path, typer.Argument(help="The keyring.")]) -> None:
    """Add a fresh key and write with it from now on; the older ones go on reading. Example: doertrin keys add PATH."""
    from bot.privacy.keys import add_key  # noqa: PLC0415

    try:
        active = add_key(path).active
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; the keyring and its folder must be yours to change") from None
    put(f"New conversations are sealed with {active}.")


@counselor.command("add")
def counselor_add(
    name: Annotated[str, typer.Argument(help="To sign in with: a-z, 0-9, dot, dash, underscore, @.")],
    tenant: Annotated[str, typer.Option(help="The municipality.")],
    role: Annotated[Role, typer.Option(help="counselor, coordinator, manager or admin.")] = Role.COUNSELOR,
    shown: Annotated[str, typer.Option(help="The name colleagues see; the sign-in name by default.")] = "",
) -> None:
    """Make an account, and print the invitation to hand over. Example: doertrin counselor add mette --tenant kolding"""
    from bot.staff import Role as Real  # noqa: PLC0415
    from bot.staff.commands import add  # noqa: PLC0415

    put(asyncio.run(add(read_settings(), tenant=tenant, name=name, shown=shown, role=Real(role.value))))


@counselor.command("list")
def counselor_list(tenant: Annotated[str | None, typer.Option(help="One municipality; else all.")] = None) -> None:
    """Municipality, name, role, state and shown name of every account. Example: doertrin counselor list"""
    from bot.staff.commands import listed  # noqa: PLC0415

    for line in asyncio.run(listed(read_settings(), tenant=tenant)):
        put(line)


@counselor.command("reset")
def counselor_reset(name: Annotated[str, typer.Argument(help="The sign-in name.")]) -> None:
    """Void password, one-time codes and sessions; print a new invitation. Example: doertrin counselor reset mette"""
    from bot.staff.commands import reset  # noqa: PLC0415

    put(asyncio.run(reset(read_settings(), name=name)))


@counselor.command("disable")
def counselor_disable(name: Annotated[str, typer.Argument(help="The sign-in name.")]) -> None:
    """Sign somebody out everywhere, for good. Example: doertrin counselor disable mette"""
    from bot.staff.commands import disable  # noqa: PLC0415

    put(asyncio.run(disable(read_settings(), name=name)))


@audit.command("verify")
def audit_verify(
    noted: Annotated[
        list[str] | None, typer.Option(help="A line that an earlier run printed; may be repeated.")
    ] = None,
) -> None:
    """Go through every entry; print where each municipality's chain ends: note it. Example: doertrin audit verify."""
    from bot.staff.commands import verify  # noqa: PLC0415

    for line in asyncio.run(verify(read_settings(), noted=noted or [])):
        put(line)


@app.command()
def settings() -> None:
    """All settings with their values and meaning; secrets are hidden. Example: doertrin settings."""
    for name, value, meaning in described(read_settings()):
        put(f"{name}={value}\n    {meaning}")


def main() -> None:
    """Run the command line: 0 fine, 1 problems found or failed, 2 wrong use or setting. Whatever is logged on the way,
    and whatever nobody foresaw, goes through the one formatter: no traceback, no words of anybody.
    """
    configure_logs(level=logging.WARNING)
    try:
        app()
    except (SettingsError, KeyringError) as error:
        sys.stderr.write(f"doertrin: {error}\n")
        sys.exit(WRONG_USE)
    except (DoertrinError, ContentError) as error:
        sys.stderr.write(f"doertrin: {error}\n")
        sys.exit(FAILED)
    except BrokenPipeError:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.close()
    except KeyboardInterrupt:
        sys.exit(FAILED)
    except Exception:  # Typer would print it with its words and its traceback
        logging.getLogger("doertrin").critical("uncaught_error", exc_info=True)
        sys.exit(FAILED)


__all__ = ["app", "build", "main"]

if __name__ == "__main__":
    main()
