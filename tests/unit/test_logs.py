from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StorageUnavailable
from bot.privacy.logs import QUIET, SafeFormatter, configure_logs, describe

SECRET = "Jeg hedder Åse og drikker"
TOKEN = "123456:AAF-token"


def lines(log_at_debug: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_at_debug.getvalue().splitlines()]


def test_our_event_is_written_with_its_listed_fields(log_at_debug: io.StringIO) -> None:
    logging.getLogger("bot.turns").info("turn_done", extra={"milliseconds": 3.5, "tenant": "kolding", "turn": 4})
    (line,) = lines(log_at_debug)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "bot.turns",
        "event": "turn_done",
        "milliseconds": 3.5,
        "tenant": "kolding",
        "turn": 4,
    }


def test_nothing_else_of_it_is_written(log_at_debug: io.StringIO) -> None:
    ours = logging.getLogger("bot.turns")
    ours.info("turn_done", extra={"text": SECRET, "tenant": SECRET, "kind": SECRET, "count": [SECRET]})
    ours.info("got %s", SECRET)
    ours.info(f"got {SECRET}")
    ours.info("turn_done %s", SECRET)
    ours.info("turn_done", SECRET)
    ours.info({"text": SECRET})
    ours.warning("turn_done", stack_info=True)
    logging.getLogger(f"bot.{SECRET}").info("turn_done")
    logging.getLogger("elsewhere").info("a_literal_name")
    text = log_at_debug.getvalue()
    for part in ("Åse", "drikker", "\\u00c5se", "turns.py", "test_logs"):
        assert part not in text
    assert [line["event"] for line in lines(log_at_debug)] == [
        *("turn_done", "unlisted", "unlisted", "unlisted", "unlisted", "unlisted", "turn_done", "turn_done"),
        "unlisted",
    ]


def test_an_exception_is_its_type_and_our_lines(log_at_debug: io.StringIO) -> None:
    def ask() -> None:
        try:
            raise RuntimeError(SECRET)  # noqa: TRY301
        except RuntimeError as cause:
            raise StorageUnavailable(SECRET) from cause

    try:
        ask()
    except StorageUnavailable:
        logging.getLogger("bot.turns").exception("turn_failed")
    (line,) = lines(log_at_debug)
    assert [error["type"] for error in line["error"]] == ["bot.errors.StorageUnavailable", "builtins.RuntimeError"]
    assert "drikker" not in log_at_debug.getvalue()


def test_the_places_of_an_exception_are_ours_only() -> None:
    from bot.privacy.keys import Keyring

    try:
        Keyring(active="k1", keys={})
    except Exception as error:
        (told,) = describe(error)
    assert told["type"] == "bot.errors.KeyringBroken"
    assert [place.split(":")[0] for place in told["at"]] == ["bot/privacy/keys.py"]


@pytest.mark.parametrize("name", QUIET)
def test_loud_libraries_are_quiet_even_at_debug(log_at_debug: io.StringIO, name: str) -> None:
    library = logging.getLogger(name)
    library.debug("GET https://api.telegram.org/bot%s/sendMessage", TOKEN)
    library.info("HTTP Request: POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    assert log_at_debug.getvalue() == ""
    library.error("could not send %s to bot%s", SECRET, TOKEN, extra={"text": SECRET})
    library.error(f"could not send {SECRET} to bot{TOKEN}")
    assert {line["event"] for line in lines(log_at_debug)} == {"unlisted"}
    assert TOKEN not in log_at_debug.getvalue()
    assert "drikker" not in log_at_debug.getvalue()


def test_a_logger_with_a_handler_of_its_own_is_taken_over() -> None:
    own = io.StringIO()
    library = logging.getLogger("some.library.of.test_logs")
    library.addHandler(logging.StreamHandler(own))
    library.propagate = False
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions
    try:
        configure_logs(stream=io.StringIO())
        library.error("secret %s", SECRET)
        assert own.getvalue() == ""
    finally:
        root.handlers[:], _, sys.excepthook, logging.raiseExceptions = before
        root.setLevel(before[1])
        logging.captureWarnings(capture=False)


def test_warnings_and_uncaught_errors_say_only_what_they_are(log_at_debug: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(SECRET, stacklevel=1)
    try:
        raise ValueError(SECRET)  # noqa: TRY301
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert "drikker" not in log_at_debug.getvalue()
    assert lines(log_at_debug)[-1]["event"] == "uncaught_error"


@given(st.text(), st.text(), st.one_of(st.text(), st.binary(), st.lists(st.text())))
def test_any_text_in_any_place_is_one_line_of_ascii(message: str, name: str, value: object) -> None:
    record = logging.makeLogRecord(
        {"name": name, "msg": message, "args": (value,), "levelname": message, "kind": value, "pathname": name}
    )
    record.exc_info = (ValueError, ValueError(message), None)
    line = SafeFormatter().format(record)
    assert line.isascii()
    assert "\n" not in line
    assert set(json.loads(line)) <= {"at", "level", "logger", "event", "line", "error"}
