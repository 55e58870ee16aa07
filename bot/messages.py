"""A message as it is stored, sealed, and as a web client gets it (CONTRACTS §3)."""

from datetime import UTC, datetime

import msgspec

from bot.channels.rendering import Button, Rendered, ShownPicture
from bot.privacy.sealing import DataKey
from bot.storage.ports import Sender, StoredMessage
from dialogs.steps import Progress

PLACE = ("message", "body")
"""Table and column a body is sealed for; its row is the message's number."""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sealed of a message. `option` and `pressed` are of a citizen's button: which, and of which question; `id`
    is the one the citizen's device gave it; `remark` is as in `ports.Incoming`.
    """

    text: str
    choices: tuple[Button, ...] = ()
    question: str | None = None
    progress: Progress | None = None
    picture: ShownPicture | None = None
    option: str | None = None
    pressed: str | None = None
    id: str | None = None
    remark: str | None = None


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag="message", omit_defaults=True):
    """The `message` frame."""

    seq: int
    sender: str = msgspec.field(name="from")
    text: str
    at: str
    id: str | None = None
    choices: tuple[Button, ...] = ()
    question: str | None = None
    progress: Progress | None = None
    picture: ShownPicture | None = None


_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Body)
_json = msgspec.json.Encoder()


def seal(body: Body, seq: int, key: DataKey) -> bytes:
    """The body, sealed for its message."""
    return key.seal(*PLACE, seq, _pack.encode(body))


def open_body(stored: StoredMessage, key: DataKey) -> Body:
    """The body of a stored message. Raises DecryptError."""
    return read_body(key.open(*PLACE, stored.seq, stored.body))


def read_body(opened: bytes) -> Body:
    """The body of a message whose seal is open, as the relay hands it to a channel."""
    return _unpack.decode(opened)


def from_rendered(rendered: Rendered) -> Body:
    """What the bot says, as it is stored."""
    return Body(
        text=rendered.text,
        choices=rendered.choices,
        question=rendered.question,
        progress=rendered.progress,
        picture=rendered.picture,
    )


def frame(body: Body, *, seq: int, sender: Sender, at: datetime) -> bytes:
    """The JSON that every device of the conversation gets."""
    return _json.encode(
        Frame(
            seq=seq,
            sender=sender.value,
            text=body.text,
            at=at.astimezone(UTC).isoformat(timespec="seconds"),
            id=body.id,
            choices=body.choices,
            question=body.question,
            progress=body.progress,
            picture=body.picture,
        )
    )
