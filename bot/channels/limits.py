"""How often somebody may knock: for code guesses, new conversations and messages.

Nobody's address is kept. A network (IPv4 /24, IPv6 /64) is known by an HMAC under a key that lives in memory only and
is thrown away with all counts after a day; so nothing here can tell tomorrow who asked today.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple

import msgspec

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

DAY: Final = 86_400.0
NEAR: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""Where a reverse proxy stands: this machine or a private network."""
KEPT: Final = 50_000
"""How many networks, conversations or codes are remembered at once; the least recently seen are forgotten first."""


class Rate(NamedTuple):
    """`burst` at once, then one more for each `every` seconds."""

    burst: int
    every: float


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The limits. A class of thirty behind one school's address can open a chat in the same minute."""

    guesses: int = 5
    guess_window: float = 600.0
    starts: Rate = Rate(40, 5.0)
    messages: Rate = Rate(30, 0.5)


class Visitor(NamedTuple):
    """Where a request comes from, as far as we know it."""

    network: bytes
    here: bool
    """From this very machine and through no proxy: load tests and operators. Only code guesses are limited."""


class Limits:
    """Counts in memory, per process."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        rules: Rules | None = None,
        proxies: Collection[Network] = (),
    ) -> None:
        self._clock = clock
        self._rules = rules or Rules()
        self._proxies = tuple(proxies)
        self._forget_everything()

    def _forget_everything(self) -> None:
        self._key = secrets.token_bytes(32)
        self._born = self._clock()
        self._failures: OrderedDict[bytes, list[float]] = OrderedDict()
        self._starts: OrderedDict[bytes, float] = OrderedDict()
        self._messages: OrderedDict[bytes, float] = OrderedDict()
        self._good_codes: OrderedDict[bytes, None] = OrderedDict()

    def visitor(self, peer: str | None, forwarded_for: str | None) -> Visitor:
        """Who asks. `X-Forwarded-For` is believed only from the proxies that are named."""
        if self._clock() - self._born > DAY:
            self._forget_everything()
        address = _address(peer)
        proxied = False
        hops = forwarded_for.split(",") if forwarded_for else []
        while address is not None and hops and any(address in network for network in self._proxies):
            proxied = True
            address = _address(hops.pop().strip())
        here = address is not None and address.is_loopback and not proxied and not forwarded_for
        return Visitor(self._digest(b"network", _prefix(address)), here)

    # -- code guesses --

    def may_guess(self, visitor: Visitor, code: str) -> bool:
        """Whether this code may be looked up. A code that has worked today may always: guessers lock nobody out."""
        if self._digest(b"code", code.encode(errors="replace")) in self._good_codes:
            return True
        since = self._clock() - self._rules.guess_window
        failures = [at for at in self._failures.get(visitor.network, ()) if at > since]
        return len(failures) < self._rules.guesses

    def guessed_wrong(self, visitor: Visitor) -> None:
        """Remember a code that was none."""
        failures = self._failures.setdefault(visitor.network, [])
        failures.append(self._clock())
        del failures[: -self._rules.guesses]
        _trim(self._failures, visitor.network)

    def guessed_right(self, code: str) -> None:
        """Remember that the code works, without remembering the code."""
        digest = self._digest(b"code", code.encode(errors="replace"))
        self._good_codes[digest] = None
        _trim(self._good_codes, digest)

    # -- starts and messages --

    def may_start(self, visitor: Visitor) -> bool:
        """Whether the network may open one more conversation; counts it."""
        return visitor.here or self._take(self._starts, visitor.network, self._rules.starts)

    def may_write(self, visitor: Visitor, conversation: str) -> bool:
        """Whether the conversation may take one more message; counts it."""
        return visitor.here or self._take(self._messages, conversation.encode(), self._rules.messages)

    def _take(self, full_again: OrderedDict[bytes, float], key: bytes, rate: Rate) -> bool:
        """Generic cell rate: one number a key, the moment when its bucket is full again."""
        now = self._clock()
        at = max(full_again.get(key, now), now) + rate.every
        if at - now > rate.burst * rate.every:
            return False
        full_again[key] = at
        _trim(full_again, key)
        return True

    def _digest(self, kind: bytes, value: bytes) -> bytes:
        return hmac.digest(self._key, kind + b"\0" + value, hashlib.sha256)[:16]


def _trim(kept: OrderedDict[bytes, Any], key: bytes) -> None:
    kept.move_to_end(key)
    if len(kept) > KEPT:
        kept.popitem(last=False)


def _address(text: str | None) -> Address | None:
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _prefix(address: Address | None) -> bytes:
    """The network's bits: 24 of IPv4, 64 of IPv6. Requests without an address share one bucket."""
    if address is None:
        return b""
    return address.packed[: 3 if address.version == 4 else 8]
