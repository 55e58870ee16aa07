"""What the Bot API on loopback can be told to do instead of answering."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One bad answer: a status with its description, after which the call did (`arrives`) or did not happen."""

    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    arrives: bool = False
    hangs: bool = False
    drops: bool = False
    garbage: bool = False
    fine: bool = False
    """No fault: the turn of one that goes well, among others that do not."""


def flood(seconds: int) -> Fault:
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


FINE = Fault(fine=True)
BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")
GONE = Fault(400, "Bad Request: chat not found")
REFUSED = Fault(400, "Bad Request: can't parse entities")
BROKEN = Fault(502, "Bad Gateway")
GARBAGE = Fault(garbage=True)
DROPPED = Fault(drops=True)
DROPPED_AFTER = Fault(drops=True, arrives=True)
HANGS = Fault(hangs=True)
