"""The frames of the web chat (CONTRACTS §3): what a browser may send, and what the server says.

Frames from outside are parsed into types and nothing else is believed. Frames to the outside are bytes, made once and
sent to every device as they are.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final

import msgspec

MAX_FRAME: Final = 64 * 1024
MAX_TEXT: Final = 4000
BAD_FRAMES: Final = 5
CLOSE_BAD_FRAMES: Final = 4400
CLOSE_UNKNOWN_CODE: Final = 4401
"""The conversation has another code now; whoever comes back with the old one hears `unknown_code`."""
CLOSE_ERASED: Final = 4410

FrameId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Opaque = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first frame. Without a code it opens a conversation."""

    code: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    last_seq: Seq | None = None


class Text(msgspec.Struct, frozen=True, tag="message"):
    """The citizen wrote."""

    id: FrameId
    text: str


class Choice(msgspec.Struct, frozen=True, tag="choice"):
    """The citizen pressed a button."""

    id: FrameId
    question: Opaque
    option: Opaque


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """The citizen has seen everything up to here."""

    seq: Seq


class Typing(msgspec.Struct, frozen=True, tag="typing"):
    """The citizen is writing."""


ClientFrame = Hello | Text | Choice | Seen | Typing


class BadFrame(ValueError):
    """Not a frame of ours. `id` is the frame's, if it had a good one."""

    def __init__(self, frame_id: str | None) -> None:
        super().__init__("bad frame")
        self.id = frame_id


class _Welcome(msgspec.Struct, tag="welcome", omit_defaults=True):
    code: str
    seq: int
    last_used: dt.datetime | None = None


class _Ack(msgspec.Struct, tag="ack"):
    id: str
    seq: int


class _Error(msgspec.Struct, tag="error", omit_defaults=True):
    code: str
    text: str
    id: str | None = None


class _OnlyId(msgspec.Struct):
    id: FrameId


class _Head(msgspec.Struct):
    type: str
    seq: int = 0
    state: str = ""


_decoder: Final[msgspec.json.Decoder[ClientFrame]] = msgspec.json.Decoder(ClientFrame)
_id_decoder: Final = msgspec.json.Decoder(_OnlyId)
_head_decoder: Final = msgspec.json.Decoder(_Head)
_encode: Final = msgspec.json.Encoder().encode
_MESSAGE_HEAD: Final = b'{"type":"message","seq":'
_HEAD_LENGTH: Final = len(_MESSAGE_HEAD)


def parse(data: str | bytes) -> ClientFrame:
    """One frame from a browser. Raises BadFrame for anything that is not exactly one."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame(_salvaged_id(data)) from None


def _salvaged_id(data: str | bytes) -> str | None:
    try:
        return _id_decoder.decode(data).id
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def welcome(code: str, seq: int, last_used: dt.datetime | None) -> bytes:
    """The conversation is open; `seq` is the highest there is."""
    return _encode(_Welcome(code, seq, last_used))


def ack(frame_id: str, seq: int) -> bytes:
    """The frame is stored as message `seq`."""
    return _encode(_Ack(frame_id, seq))


def error(code: str, text: str, frame_id: str | None = None) -> bytes:
    """Something is wrong; with an id: that frame was not accepted."""
    return _encode(_Error(code, text, frame_id))


def encoded(frame: bytes | dict[str, Any]) -> bytes:
    """A frame from the runtime as bytes."""
    return frame if isinstance(frame, bytes) else _encode(frame)


def seq_of(frame: bytes) -> int:
    """The number of a message frame; 0 for any other frame."""
    if frame.startswith(_MESSAGE_HEAD):
        end = frame.index(b",", _HEAD_LENGTH)
        return int(frame[_HEAD_LENGTH:end])
    head = _head_decoder.decode(frame)
    return head.seq if head.type == "message" else 0


def says_erased(frame: bytes) -> bool:
    """Whether the frame tells that the conversation is gone."""
    if b'"erased"' not in frame:
        return False
    head = _head_decoder.decode(frame)
    return head.type == "state" and head.state == "erased"


def envelope(frames: list[bytes]) -> bytes:
    """Frames as the HTTP variant answers them."""
    return b'{"frames":[' + b",".join(frames) + b"]}"


def as_websocket(texts: list[bytes]) -> bytes:
    """Text frames of RFC 6455 as a server sends them, unmasked, one after another."""
    parts = []
    for text in texts:
        length = len(text)
        if length < 126:
            parts.append(bytes((0x81, length)))
        elif length < 65536:
            parts.append(b"\x81\x7e" + length.to_bytes(2, "big"))
        else:
            parts.append(b"\x81\x7f" + length.to_bytes(8, "big"))
        parts.append(text)
    return b"".join(parts)
