"""Inline buttons and the token each carries: which message of which conversation it stands under, and its place there.

What was pressed is looked up in the stored message. So a token is short whatever the option is called (Telegram allows
64 bytes), any replica can read it, also after a restart, and it goes on working for as long as the message is kept.
A mark of the conversation stands in it because numbers begin anew with every conversation: a button left over from one
that was erased must not answer a question of the next. The mark is a keyed hash, so it tells nobody which row is whose.
"""

import base64
import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from bot.channels.rendering import Button
from bot.privacy.keys import TenantKeys
from bot.privacy.pseudonyms import address_indexes

Keyboard = dict[str, list[list[dict[str, str]]]]
"""An InlineKeyboardMarkup as the Bot API takes it."""

_TOKEN = re.compile(r"([A-Za-z0-9_-]{8})([1-9][0-9]{0,8})\.([0-9]{1,3})", re.ASCII)
_COMMAND = "cmd."
IN_MENU = frozenset({"cmd.delete", "cmd.easy", "cmd.repeat", "cmd.stop"})
"""Commands that every chat has in its menu, and so not under every question."""
SHORT = 12
"""Characters of a label that leaves room for another button beside it."""

MARKS_KEPT = 5000


class Token(msgspec.Struct, frozen=True):
    """A pressed button: the mark of its conversation, the number of its message, its place among the choices."""

    mark: str
    seq: int
    place: int


def read_token(data: str) -> Token | None:
    """The token of a button; None if it is none of ours."""
    found = _TOKEN.fullmatch(data)
    return None if found is None else Token(found[1], int(found[2]), int(found[3]))


def belongs(token: Token, keys: TenantKeys, conversation: str) -> bool:
    """Whether the button stands in this conversation."""
    return token.mark in _marks(keys, conversation)


def keyboard(choices: Sequence[Button], keys: TenantKeys, conversation: str, seq: int) -> Keyboard | None:
    """The buttons under message `seq`: answers one a line, unless all are short; commands two a line."""
    mark = _marks(keys, conversation)[0]
    answers: list[dict[str, str]] = []
    commands: list[dict[str, str]] = []
    for place, choice in enumerate(choices):
        if choice.id in IN_MENU:
            continue
        button = {"text": choice.label or choice.id, "callback_data": f"{mark}{seq}.{place}"}
        (commands if choice.id.startswith(_COMMAND) else answers).append(button)
    beside = 3 if all(len(button["text"]) <= SHORT for button in answers) else 1
    rows = [*_rows(answers, beside), *_rows(commands, 2)]
    return {"inline_keyboard": rows} if rows else None


def _rows(buttons: list[dict[str, str]], beside: int) -> list[list[dict[str, str]]]:
    return [buttons[at : at + beside] for at in range(0, len(buttons), beside)]


@lru_cache(maxsize=MARKS_KEPT)
def _marks(keys: TenantKeys, conversation: str) -> tuple[str, ...]:
    """By every key of the ring, the active one's first."""
    indexes = address_indexes(keys, "button", conversation)
    return tuple(base64.urlsafe_b64encode(index[:6]).decode() for index in indexes)
