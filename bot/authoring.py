"""What authors ask of the house: check it, draw a dialog, read its texts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bot.book import book as book_of
from bot.book import readability
from bot.clock import SystemClock
from bot.errors import SettingsError
from content import checks
from content.hours import COPENHAGEN
from content.loading import Content, lexicon_table, load
from content.reviews import unreviewed
from dialogs.commands import phrases
from dialogs.engine import Rules
from dialogs.house import REGISTRY
from dialogs.registry import Script
from dialogs.walking import Walk, drawing, walk

ROLES = (None, "me", "other", "professional")


def check(overlay: Path | None, put: Callable[[str], None]) -> int:
    """Print every problem of the content and of the dialogs' use of it; how many must be mended."""
    content = load(overlay)
    today = SystemClock().now().astimezone(COPENHAGEN)
    used = {script.name: sorted(texts_of(script, content, today)) for script in REGISTRY.scripts()}
    problems, warnings = checks.report(content, dialogs_texts=used, today=today.date())
    for warning in warnings:
        put(f"warning: {warning}")
    for problem in problems:
        put(str(problem))
    for dialog, keys in sorted(used.items()):
        (plain, easy) = readability(keys, content.messages, content.lexicon.names)
        put(f"LIX {dialog}: plain {plain[1]:.0f}, easy {easy[1]:.0f}")
    outlived = REGISTRY.outlived(today.date())
    for script in outlived:
        put(f"dialogs/old: {script.name} version {script.version}: no session can run it any more. Delete it.")
    put(unreviewed_words(content))
    put(f"{len(problems) + len(outlived)} to mend, {len(warnings)} for a person to find out.")
    return len(problems) + len(outlived)


def unreviewed_words(content: Content) -> str:
    """How many texts no person has reviewed, in one line for the operator."""
    total = len(content.messages.keys())
    each = ", ".join(f"{count} {language}" for language, count in unreviewed(content.reviews, content.messages).items())
    return f"Of {total} texts no person has reviewed: {each}. `doertrin content book` shows them."


def book(overlay: Path | None) -> str:
    """Everything that is said, as one printable HTML page."""
    return book_of(load(overlay), today=SystemClock().now().astimezone(COPENHAGEN).date())


def write_book(path: Path, overlay: Path | None) -> None:
    """The book as a file. Raises SettingsError where none can be written."""
    page = book(overlay)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a file in a folder that exists and is yours") from None


def texts_of(script: Script, content: Content, now: datetime) -> set[str]:
    """Keys of every text that a dialog can show."""
    rules = _rules(content, now)
    return {text for arguments in script.samples for role in ROLES for text in _walked(script, arguments, rules, role)}


def _walked(script: Script, arguments: object, rules: Rules, role: str | None) -> set[str]:
    return walk(script.name, arguments, rules, role=role).texts  # type: ignore[arg-type]


def draw(dialog: str, overlay: Path | None, *, now: datetime | None = None) -> str:
    """A dialog's graph as Mermaid, over all its sample arguments. Raises SettingsError for a dialog there is not."""
    if dialog not in REGISTRY.names():
        raise SettingsError(f"there is no dialog {dialog}; there are {', '.join(REGISTRY.names())}")
    rules = _rules(load(overlay), now or SystemClock().now())
    whole = Walk(edges=set(), texts=set(), open_ends=set())
    for arguments in REGISTRY.script(dialog).samples:
        whole.edges |= walk(dialog, arguments, rules, role="me").edges
    return drawing(whole)


def preview(part: str, overlay: Path | None) -> Iterator[str]:
    """Every text whose key begins so, in all levels and languages."""
    content = load(overlay)
    written = content.messages.keys()
    keys = sorted(key for key in written if key.startswith(part))
    if not keys:
        raise SettingsError(f"no text's key begins with {part}; there are dialogs {', '.join(REGISTRY.names())}")
    for key in keys:
        yield ""
        yield key
        for language in ("da", "en"):
            for reading in ("plain", "easy"):
                message = content.messages.message(key, language=language, reading=reading)
                if message is not None:
                    yield f"  {language} {reading}: " + message.text.replace("\n", "\n            ")


def _rules(content: Content, now: datetime) -> Rules:
    return Rules(
        content=content,
        pack=content.pack("base"),
        registry=REGISTRY,
        today=now.astimezone(COPENHAGEN).date(),
        phrases=phrases(lexicon_table(language, "commands") for language in ("da", "en")),
    )
