"""A message as it is stored, sealed, and as a web client gets it (CONTRACTS §3)."""

from datetime import UTC, datetime
from functools import lru_cache

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


class _Head(msgspec.Struct, frozen=True, tag="message"):
    """What a frame has beside the body."""

    seq: int
    sender: Sender = msgspec.field(name="from")
    at: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Body).decode


class Encoded(msgspec.Struct, frozen=True):
    """A body written out once: what is sealed, and what devices are shown of it."""

    sealed: bytes
    shown: bytes


def encode(body: Body) -> Encoded:
    """The body as bytes. Devices are not told which button it was, for they know the label, nor what we remarked."""
    whole = _encode(body)
    if body.option is None and body.pressed is None and body.remark is None:
        return Encoded(whole, whole)
    return Encoded(whole, _encode(Body(text=body.text, id=body.id)))


def seal(body: Encoded, seq: int, key: DataKey) -> bytes:
    """The body, sealed for its message."""
    return key.seal(*PLACE, seq, body.sealed)


def open_body(stored: StoredMessage, key: DataKey) -> Body:
    """The body of a stored message. Raises DecryptError."""
    return read_body(key.open(*PLACE, stored.seq, stored.body))


def read_body(opened: bytes) -> Body:
    """The body of a message whose seal is open, as the relay hands it to a channel."""
    return _decode(opened)


def from_rendered(rendered: Rendered) -> Body:
    """What the bot says, as it is stored."""
    return Body(
        text=rendered.text,
        choices=rendered.choices,
        question=rendered.question,
        progress=rendered.progress,
        picture=rendered.picture,
    )


def stamp(at: datetime) -> str:
    """A time as frames give it: UTC, to the second."""
    return _stamp(int(at.timestamp()))


@lru_cache(maxsize=64)
def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def frame(body: Encoded, *, seq: int, sender: Sender, at: str) -> bytes:
    """The `message` frame that every device of the conversation gets; `at` as `stamp` gives it. The body's own bytes,
    made for storing, go on behind the head.
    """
    return _encode(_Head(seq, sender, at))[:-1] + b"," + body.shown[1:]
