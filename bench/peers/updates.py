"""What Telegram would send for one screening of one citizen, as JSON values, and what it would answer."""

import json
from typing import Any

from bench.screening import QUESTIONS, TURNS

TOKEN = "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Shaped like a bot token, which both libraries check; it is nobody's."""
FIRST_CITIZEN = 1000
_DATE = 1_767_225_600
_BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}


def telegram_updates(citizen: int) -> list[dict[str, Any]]:
    """`/start`, then an answer to each question: buttons, and one typed text among the ten."""
    number = FIRST_CITIZEN + citizen
    chat = {"id": number, "type": "private", "first_name": "Citizen"}
    sender = {"id": number, "is_bot": False, "first_name": "Citizen"}
    typed = citizen % len(QUESTIONS)

    def message(step: int, text: str, **more: object) -> dict[str, Any]:
        return {"message_id": step + 1, "date": _DATE, "chat": chat, "from": sender, "text": text, **more}

    def update(step: int, **content: object) -> dict[str, Any]:
        return {"update_id": number * TURNS + step, **content}

    command = [{"type": "bot_command", "offset": 0, "length": 6}]
    updates = [update(0, message=message(0, "/start", entities=command))]
    for step, question in enumerate(QUESTIONS, start=1):
        option = question.answer(citizen)
        if step - 1 == typed:
            updates.append(update(step, message=message(step, option.label)))
            continue
        press = {
            "id": str(number * TURNS + step),
            "from": sender,
            "chat_instance": "1",
            "data": f"{question.key}:{option.id}",
            "message": {**message(step, question.text), "from": _BOT},
        }
        updates.append(update(step, callback_query=press))
    return updates


def canned_answer() -> str:
    """What Telegram says to every sendMessage."""
    chat = {"id": FIRST_CITIZEN, "type": "private", "first_name": "Citizen"}
    result = {"message_id": 1, "date": _DATE, "chat": chat, "from": _BOT, "text": "Hvor tit drikker du alkohol?"}
    return json.dumps({"ok": True, "result": result})


def canned_me() -> str:
    return json.dumps({"ok": True, "result": _BOT})
