"""What Telegram would send for a citizen, as JSON values."""

from typing import Any

FIRST = 1000
_DATE = 1_767_225_600
_BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}


def message(citizen: int, number: int, text: str) -> dict[str, Any]:
    """Citizen number `citizen` writes; `number` counts their messages."""
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]} if text[:1] == "/" else {}
    return {
        "update_id": _update(citizen, number),
        "message": {
            **{"message_id": number, "date": _DATE, "chat": _chat(citizen), "from": _person(citizen), "text": text},
            **command,
        },
    }


def press(citizen: int, number: int, data: str, text: str) -> dict[str, Any]:
    """They press the button with `data` under the message with `text`."""
    shown = {"message_id": number, "date": _DATE, "chat": _chat(citizen), "from": _BOT, "text": text}
    update = _update(citizen, number)
    query = {"id": str(update), "from": _person(citizen), "chat_instance": "1", "data": data, "message": shown}
    return {"update_id": update, "callback_query": query}


def _update(citizen: int, number: int) -> int:
    return (FIRST + citizen) * 1_000_000 + number


def _chat(citizen: int) -> dict[str, Any]:
    return {"id": FIRST + citizen, "type": "private", "first_name": "Citizen"}


def _person(citizen: int) -> dict[str, Any]:
    return {"id": FIRST + citizen, "is_bot": False, "first_name": "Citizen"}
