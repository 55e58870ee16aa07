"""A log that cannot leak: it says which literal event happened where, with fields from a list, and nothing else.

* Our own lines are an event name in lower_snake and `extra` fields. A field is written only if its name stands in
  `FIELDS` and its value is a number, a truth value, or a short word of harmless letters.
* A message with arguments, or one that is no event name, is not written: only its logger, level and line are. Libraries
  write whole addresses, tokens and texts there (httpx the Telegram URL with the token, asyncpg whole queries).
* An exception is its type and the lines of ours it passed. Its message is never written: drivers quote rows. Given as
  `extra={"problem": error}` instead of `exc_info` it is safe even where this formatter is not in place.
* Loud libraries are set to WARNING, also when we run at DEBUG. aiohttp's access log is off: it would hold addresses.

One line is one JSON object.
"""

import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

FIELDS: Final = frozenset(
    {
        *("alarm", "attempts", "batch", "bytes", "channel", "code", "count", "dialog", "erased", "event", "failed"),
        *("kind", "label", "milliseconds", "missed", "port", "replica", "revision", "seconds", "severity", "signal"),
        *("state", "status", "swept", "tenant", "turn", "version", "waiting"),
    }
)
QUIET: Final = (
    *("httpx", "httpcore", "telegram", "aiohttp.access", "aiohttp.server", "aiohttp.web", "aiohttp.client"),
    *("aiohttp.websocket", "asyncpg", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "aiosqlite", "alembic"),
    *("apscheduler", "asyncio", "spacy"),
)
_EVENT: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_WORD: Final = re.compile(r"[a-z][a-z0-9_.\-]{0,39}", re.ASCII)
_ROOT: Final = Path(__file__).resolve().parents[2]
_OURS: Final = ("admin", "bot", "content", "dialogs", "doertrin.py")
_CAUSES = 5


class SafeFormatter(logging.Formatter):
    """Writes a record as one JSON line from which nothing a citizen wrote, and no secret, can be read."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower() if record.levelname.isalpha() else str(record.levelno),
            "logger": record.name if _WORD.fullmatch(record.name) else "other",
        }
        if isinstance(record.msg, str) and not record.args and _EVENT.fullmatch(record.msg) and _is_ours(record):
            line["event"] = record.msg
            line |= {name: value for name, value in vars(record).items() if name in FIELDS and _is_harmless(value)}
        else:
            line["event"] = "unlisted"
            line["line"] = _place(record.pathname, record.lineno)
        problem = record.exc_info[1] if record.exc_info else vars(record).get("problem")
        if isinstance(problem, BaseException):
            line["error"] = describe(problem)
        return json.dumps(line, ensure_ascii=True)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return json.dumps(describe(ei[1])) if ei and ei[1] is not None else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002, N802 - it quotes source lines: no
        return ""


def configure_logs(*, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send everything through the one formatter. Any handler set before is taken away."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in [*logging.root.manager.loggerDict, *QUIET]:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # else a broken line is printed raw, arguments and all
    logging.captureWarnings(capture=True)
    sys.excepthook = _say_uncaught


def describe(error: BaseException) -> list[dict[str, Any]]:
    """The types of an exception and its causes, and the lines of ours it passed. Never their messages."""
    told: list[dict[str, Any]] = []
    one: BaseException | None = error
    while one is not None and len(told) < _CAUSES:
        kind = type(one)
        told.append({"type": f"{kind.__module__}.{kind.__qualname__}", "at": _lines(one.__traceback__)})
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return told


def _lines(traceback: TracebackType | None) -> list[str]:
    places: list[str] = []
    while traceback is not None:
        place = _place(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
        if place is not None:
            places.append(place)
        traceback = traceback.tb_next
    return places[-8:]


def _place(filename: str, number: int) -> str | None:
    try:
        inside = Path(filename).resolve().relative_to(_ROOT)
    except (ValueError, OSError):
        return None
    return f"{inside}:{number}" if inside.parts and inside.parts[0] in _OURS else None


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] in {"admin", "bot", "content", "dialogs", "doertrin"}


def _is_harmless(value: Any) -> bool:
    if isinstance(value, bool | int | float) or value is None:
        return True
    if isinstance(value, str):
        return _WORD.fullmatch(str(value)) is not None
    return isinstance(value, tuple) and _all_harmless(value)


def _all_harmless(values: Iterable[Any]) -> bool:
    return all(not isinstance(value, tuple) and _is_harmless(value) for value in values)


def _say_uncaught(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("uncaught_error", exc_info=error)
