"""The web chat frames as the load client reads and writes them (docs: web chat protocol)."""

import msgspec

from bench.load.walk import Answer, Choice


class Frame(msgspec.Struct, gc=False):
    """Any frame from the server; the fields a frame does not have stay at their defaults."""

    type: str
    seq: int = 0
    id: str | None = None
    code: str | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    question: str | None = None
    choices: list[Choice] = []
    state: str | None = None
    text: str = ""


_decoder = msgspec.json.Decoder(Frame)
_encode = msgspec.json.Encoder().encode
HELLO = b'{"type":"hello"}'


def read(payload: bytes) -> Frame:
    return _decoder.decode(payload)


def write(name: str, question: str, answer: Answer) -> bytes:
    if answer.option is None:
        return _encode({"type": "message", "id": name, "text": answer.text})
    return _encode({"type": "choice", "id": name, "question": question, "option": answer.option})
