"""The body of `doertrin nlu --jsonl`, word for word as CONTRACTS §2: one JSON line in, one out."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from dialogs.heard import Expect, Heard, Range, Understanding, Value

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_BAD_INPUT = '{"error":"bad_input"}'


class _Line(msgspec.Struct):
    """One line of input. `now` is ISO 8601; without a zone it is Copenhagen time."""

    text: str
    now: str | None = None
    expect: Expect | None = None


class _Crisis(msgspec.Struct):
    label: str
    severity: int
    about: str | None
    why: list[str]


class _Intent(msgspec.Struct):
    name: str
    score: float
    sure: bool


class _Range(msgspec.Struct):
    min: float
    max: float | None


class _Answer(msgspec.Struct):
    crisis: _Crisis
    intent: _Intent
    pii: list[tuple[int, int, str]]
    when: str | None
    value: bool | int | float | _Range | None
    language: str
    substances: list[str]


_decoder = msgspec.json.Decoder(_Line)
_encoder = msgspec.json.Encoder()


def run(lines: Iterable[str], understanding: Understanding, clock: Callable[[], datetime]) -> Iterator[str]:
    """Yields one line, without line end, for every line given; `clock` returns an aware now. Never raises."""
    for line in lines:
        yield _answered(line, understanding, clock)


def _answered(line: str, understanding: Understanding, clock: Callable[[], datetime]) -> str:
    try:
        asked = _decoder.decode(line)
        now = _aware(asked.now) if asked.now is not None else clock()
    except (ValueError, OverflowError, RecursionError):  # msgspec's errors and broken UTF-8 are ValueErrors
        return _BAD_INPUT
    heard = understanding.hear(asked.text, now=now, expect=asked.expect)
    return _encoder.encode(_answer(heard, asked.expect)).decode()


def _aware(iso: str) -> datetime:
    """Raises ValueError when it is no time."""
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=COPENHAGEN)


def _answer(heard: Heard, expect: Expect | None) -> _Answer:
    crisis = heard.crisis
    return _Answer(
        crisis=_Crisis(
            crisis.label.value, crisis.severity, crisis.about.value if crisis.about else None, list(crisis.why)
        ),
        intent=_Intent(heard.intent.name, heard.intent.score, heard.intent.sure),
        pii=[(span.start, span.end, span.label) for span in heard.personal_data],
        when=heard.when,
        value=_shown(heard.value) if expect is not None else None,
        language=heard.language,
        substances=list(heard.substances),
    )


def _shown(value: Value) -> bool | int | float | _Range | None:
    if isinstance(value, Range):
        return _Range(_whole(value.min), None if value.max is None else _whole(value.max))
    return _whole(value) if isinstance(value, float) else value


def _whole(number: float) -> float:
    """48.0 as 48: readers of the line compare with whole numbers."""
    return int(number) if number.is_integer() else number
