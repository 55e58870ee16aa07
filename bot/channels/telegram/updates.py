"""What an update of Telegram means for a conversation. Pure: an update in, an act out, and nothing fetched.

Only the chat's id, the text and the button are looked at; names, pictures and languages of accounts are let fall here.
The library's types read what somebody writes, of which there are many kinds. A pressed button is read by types of ours:
it carries the whole message it stands under, of whose hundred fields five are looked at.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from bot.channels.ports import Incoming
from bot.channels.telegram.splitting import split

ALLOWED: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of update that Telegram is asked for."""
LONGEST: Final = 4000
"""Characters that one message of a conversation may have; Telegram's may have 96 more."""
OPTIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("menneske", "human"), "cmd.human"),
    "stop": "cmd.stop",
    **dict.fromkeys(("let", "easy"), "cmd.easy"),
    **dict.fromkeys(("slet", "delete"), "cmd.delete"),
}
"""Commands that the engine has, by what is typed."""
REMARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("kode", "code"), "telegram.code"),
    **dict.fromkeys(("hjaelp", "hjælp", "help"), "telegram.help"),
}
"""Commands that are only answered, with the text that answers."""
NOT_TEXT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("voice", "audio", "video_note"), "voice"),
    **dict.fromkeys(("photo", "video", "animation", "paid_media", "story"), "picture"),
    "sticker": "sticker",
    "document": "file",
    **dict.fromkeys(("venue", "location"), "place"),
    "contact": "contact",
    **dict.fromkeys(("poll", "dice", "game", "checklist"), "other"),
}
"""Everything else that can be sent, by the text `telegram.sent.…` that is kept in its place."""
_COMMAND = re.compile(r"/([a-zæøå_]{1,32})(?:@\w{1,64})?(\s.*)?", re.DOTALL)
_INSIDE = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED})


class Marks(msgspec.Struct, frozen=True):
    """Words for what is kept of what is not text: what stands before an edited message, and in place of the rest."""

    edited: str
    sent: Mapping[str, str]


class Chat(msgspec.Struct, frozen=True):
    """Where something was written."""

    id: int
    type: str


class Shown(msgspec.Struct, frozen=True):
    """The message that a button stands under; without a `date` it is too old, and Telegram tells no more of it."""

    chat: Chat
    message_id: int
    date: int = 0
    text: str | None = None
    caption: str | None = None


class _Person(msgspec.Struct, frozen=True):
    id: int


class _Query(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    id: str
    sender: _Person
    data: str = ""
    message: Shown | None = None


class Wrote(msgspec.Struct, frozen=True):
    """Somebody wrote to us. `begins`: it is the start of a talk, or a wish to see the question again."""

    chat: int
    incoming: tuple[Incoming, ...] = ()
    begins: str | None = None


class Pressed(msgspec.Struct, frozen=True):
    """Somebody pressed a button. `message` is what it stands under, if Telegram still knows."""

    chat: int
    id: str
    query: str
    data: str
    message: Shown | None


class NotAlone(msgspec.Struct, frozen=True):
    """We are in a group or a channel, where we have no business."""

    chat: int


Act = Wrote | Pressed | NotAlone


def read(raw: Mapping[str, Any], marks: Marks) -> Act | None:
    """What the update means; None if it is nothing to us. May raise anything on what Telegram would not send."""
    update_id = f"u{raw['update_id']}"
    if "callback_query" in raw:
        return _pressed(msgspec.convert(raw["callback_query"], _Query), update_id)
    update = Update.de_json(dict(raw), None)
    if update.message is not None:
        return _message(update.message, update_id, marks)
    if update.edited_message is not None:
        return _edited(update.edited_message, update_id, marks)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    return None


def bared(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """An update that the library could not read, with nothing left but its text: what somebody wrote is not to be lost
    for what came with it. None if it is no text of a private chat.
    """
    for kind in ("message", "edited_message"):
        part = raw.get(kind)
        chat = part.get("chat") if isinstance(part, dict) else None
        if not isinstance(part, dict) or not isinstance(chat, dict):
            continue
        text = part.get("text") or part.get("caption")
        if chat.get("type") == ChatType.PRIVATE and type(chat.get("id")) is int and isinstance(text, str):
            bare = {"message_id": 0, "date": 1, "chat": {"id": chat["id"], "type": chat["type"]}, "text": text}
            return {"update_id": raw["update_id"], kind: bare}
    return None


def chat_of(raw: Mapping[str, Any]) -> object:
    """The chat of an update not yet read, to keep its order; None if it has none."""
    for kind in ALLOWED:
        part = raw.get(kind)
        if isinstance(part, dict):
            chat = part.get("chat") or (part.get("message") or {}).get("chat")
            return chat.get("id") if isinstance(chat, dict) else None
    return None


def _message(message: Message, update_id: str, marks: Marks) -> Act | None:
    if message.chat.type != ChatType.PRIVATE:
        return NotAlone(message.chat.id)
    text = message.text or message.caption
    if message.text:
        command = _command(message.text, update_id)
        if command is not None:
            return msgspec.structs.replace(command, chat=message.chat.id)
    incoming = [*_texts(text or "", update_id), *_not_text(message, update_id, marks)]
    return Wrote(message.chat.id, tuple(incoming)) if incoming else None


def _command(text: str, update_id: str) -> Wrote | None:
    """A command of ours. What is written behind one is not lost: then all of it is a text."""
    found = _COMMAND.fullmatch(text.strip().lower())
    if found is None:
        return None
    name, more = found[1], (found[2] or "").strip()
    if name == "start":
        return Wrote(0, begins=update_id)
    if name not in OPTIONS and name not in REMARKS:
        return None
    if more:
        return Wrote(0, tuple(_texts(text.strip().removeprefix("/"), update_id)))
    if name in OPTIONS:
        return Wrote(0, (Incoming(update_id, option=OPTIONS[name]),))
    return Wrote(0, (Incoming(update_id, label=f"/{name}", remark=REMARKS[name]),))


def _texts(text: str, update_id: str) -> Iterator[Incoming]:
    for place, part in enumerate(split(text, LONGEST)):
        yield Incoming(f"{update_id}.{place}" if place else update_id, text=part)


def _not_text(message: Message, update_id: str, marks: Marks) -> Iterator[Incoming]:
    """One remark for each, and for an album one in all."""
    for name, kind in NOT_TEXT.items():
        if getattr(message, name, None):
            album = message.media_group_id
            own_id = f"a{album[:40]}" if album else f"{update_id}.n"
            yield Incoming(own_id, label=marks.sent[kind], remark="engine.not_text")
            return


def _edited(message: Message, update_id: str, marks: Marks) -> Act | None:
    """A new message that says so. It is heard for danger, and answers no question: nothing is scored again."""
    text = message.text or message.caption
    if message.chat.type != ChatType.PRIVATE or not text:
        return None
    parts = split(f"{marks.edited} {text}", LONGEST)
    return Wrote(
        message.chat.id,
        tuple(
            Incoming(
                f"{update_id}.{place}" if place else update_id, text=part, remark="" if place else "telegram.edited"
            )
            for place, part in enumerate(parts)
        ),
    )


def _pressed(query: _Query, update_id: str) -> Act:
    message = query.message
    if message is not None and message.chat.type != ChatType.PRIVATE:
        return NotAlone(message.chat.id)
    chat = query.sender.id if message is None else message.chat.id
    known = message if message is not None and message.date else None
    return Pressed(chat=chat, id=update_id, query=query.id, data=query.data, message=known)


def _membership(change: ChatMemberUpdated) -> Act | None:
    if change.chat.type == ChatType.PRIVATE or change.new_chat_member.status not in _INSIDE:
        return None
    return NotAlone(change.chat.id)
