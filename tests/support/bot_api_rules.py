"""What the published Bot API asks of each method: fields that must be there, and fields that may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]
Rules = dict[str, Check]


def units(text: str) -> int:
    """How Telegram counts a text: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _text(most: int, least: int = 1) -> Check:
    return lambda value: isinstance(value, str) and least <= units(value) <= most


def _int(value: Any) -> bool:
    return type(value) is int


def _bool(value: Any) -> bool:
    return type(value) is bool


def _button(button: Any) -> bool:
    return (
        set(button) == {"text", "callback_data"}
        and isinstance(button["text"], str)
        and bool(button["text"])
        and 1 <= len(button["callback_data"].encode()) <= 64
    )


def _keyboard(value: Any) -> bool:
    rows = value["inline_keyboard"]
    return (
        set(value) == {"inline_keyboard"}
        and all(0 < len(row) <= 8 for row in rows)
        and sum(map(len, rows)) <= 100
        and all(_button(button) for row in rows for button in row)
    )


def _commands(value: Any) -> bool:
    return 1 <= len(value) <= 100 and all(
        re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]) and 1 <= len(one["description"]) <= 256 for one in value
    )


def _updates(value: Any) -> bool:
    return set(value) <= {"message", "edited_message", "callback_query", "my_chat_member"}


def _preview(value: Any) -> bool:
    return bool(value == {"is_disabled": True})


def _picture(value: Any) -> bool:
    return isinstance(value, bytes) and 0 < len(value) <= 10 * 1024 * 1024


def _secret(value: Any) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value) is not None


def _address(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or value.startswith("https://"))


METHODS: dict[str, tuple[Rules, Rules]] = {
    "getUpdates": ({}, {"offset": _int, "limit": _int, "timeout": _int, "allowed_updates": _updates}),
    "setWebhook": ({"url": _address}, {"secret_token": _secret, "allowed_updates": _updates, "max_connections": _int}),
    "getWebhookInfo": ({}, {}),
    "deleteWebhook": ({}, {"drop_pending_updates": _bool}),
    "setMyCommands": ({"commands": _commands}, {"language_code": _text(2, 2)}),
    "sendMessage": (
        {"chat_id": _int, "text": _text(4096)},
        {"reply_markup": _keyboard, "link_preview_options": _preview},
    ),
    "sendPhoto": ({"chat_id": _int, "photo": _picture}, {"caption": _text(1024, 0), "reply_markup": _keyboard}),
    "editMessageText": (
        {"chat_id": _int, "message_id": _int, "text": _text(4096)},
        {"reply_markup": _keyboard, "link_preview_options": _preview},
    ),
    "editMessageCaption": (
        {"chat_id": _int, "message_id": _int},
        {"caption": _text(1024, 0), "reply_markup": _keyboard},
    ),
    "editMessageReplyMarkup": ({"chat_id": _int, "message_id": _int}, {"reply_markup": _keyboard}),
    "answerCallbackQuery": ({"callback_query_id": _text(64)}, {"text": _text(200, 0), "show_alert": _bool}),
    "leaveChat": ({"chat_id": _int}, {}),
}


def wrong(method: str, parameters: dict[str, Any]) -> str | None:
    """The rule of the published API that a call breaks."""
    if method not in METHODS:
        return f"{method}: no such method"
    must, may = METHODS[method]
    for name in must:
        if name not in parameters:
            return f"{method}: {name} is missing"
    for name, value in parameters.items():
        check = must.get(name) or may.get(name)
        if check is None:
            return f"{method}: {name} is not expected"
        try:
            fine = check(value)
        except (KeyError, TypeError, AttributeError):
            fine = False
        if not fine:
            return f"{method}: {name} cannot be {str(value)[:100]!r}"
    return None
