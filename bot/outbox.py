"""The relay: takes messages out of the outbox and hands them to their channel.

In a conversation nothing overtakes: a message is claimed only when all before it are sent or given up. Conversations do
not wait for each other: each claimed message is sent by a task of its own, at most `at_once` of them. A message is
marked sent after the channel confirmed it, so a crash in between repeats it once. What was confirmed since the last
commit is marked in one, and what is due then is leased with it. The lease keeps two replicas apart and refuses the mark
of one that came too late.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from bot.channels.base import Channel
from bot.clock import Clock
from bot.errors import DecryptError, KeyringError, LeaseLost, RetryLater, StorageUnavailable, Undeliverable
from bot.privacy.keys import Keyring
from bot.privacy.sealing import Wrapped, unwrap
from bot.storage.ports import Outgoing, Store

LEASE = timedelta(seconds=60)
SEND_SECONDS = 45.0
"""Shorter than the lease: who holds a lease never sends after it ran out."""
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
_log = logging.getLogger(__name__)


class Relay:
    """Sends what is due, as long as it runs. `wake` it after a commit; by itself it looks every `every` seconds."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keyring: Keyring,
        channel: Channel,
        *,
        owner: str,
        every: float = 1.0,
        at_once: int = 50,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self._channel = channel
        self._owner = owner
        self._every = every
        self._at_once = at_once
        self._jitter = jitter
        self._sending: set[asyncio.Task[None]] = set()
        self._sent: list[Outgoing] = []
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin."""
        self._stopping = False
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Something may be due now."""
        self._woken.set()

    async def stop(self) -> None:
        """Claim no more, wait for what is being sent, and mark it."""
        self._stopping = True
        self._woken.set()
        running, self._running = self._running, None
        if running is not None:
            await running
        if self._sending:
            await asyncio.wait(self._sending)
        with _reporting():
            await self._mark()

    async def drain(self) -> None:
        """Send until nothing is due. Raises StorageUnavailable."""
        while await self._turn_over() or self._sending or self._sent:
            if self._sending:
                await asyncio.wait(self._sending)

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            with _reporting():
                await self._turn_over()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):  # wait_for may swallow a cancellation (Python 3.11)
                    await self._woken.wait()

    async def _turn_over(self) -> int:
        """Mark what was sent and begin what is due; how much was begun."""
        room = self._at_once - len(self._sending)
        if room <= 0:
            await self._mark()
            return 0
        with self._marking() as sent:
            due = await self._store.sent_and_due(
                sent,
                owner=self._owner,
                now=self._clock.now(),
                lease=LEASE,
                limit=room,
                channel=self._channel.name,
                tenant=self._channel.tenant,
            )
        for out in due:
            task = asyncio.create_task(self._deliver(out))
            self._sending.add(task)
            task.add_done_callback(self._ended)
        return len(due)

    async def _mark(self) -> None:
        """Mark what was sent."""
        with self._marking() as sent:
            if sent:
                await self._store.mark_sent(sent)

    @contextlib.contextmanager
    def _marking(self) -> Iterator[list[Outgoing]]:
        """What waits to be marked sent; it goes on waiting if it could not be."""
        sent, self._sent = self._sent, []
        try:
            yield sent
        except BaseException:
            self._sent += sent
            raise

    def _ended(self, task: asyncio.Task[None]) -> None:
        full = len(self._sending) >= self._at_once
        self._sending.discard(task)
        if full:
            self._woken.set()  # others may have waited for this place

    async def _deliver(self, out: Outgoing) -> None:
        try:
            await self._send(out)
        except LeaseLost:
            _log.warning("outbox_lease_lost", extra={"channel": out.channel})
        except StorageUnavailable:
            _log.warning("outbox_without_storage", extra={"channel": out.channel})

    async def _send(self, out: Outgoing) -> None:
        if not out.address or not out.wrapped:
            await self._store.undeliverable(out)  # erased meanwhile, or never bound
            return
        try:
            key = unwrap(
                self._keyring.tenant(out.tenant),
                out.message.conversation,
                Wrapped(kid=out.kid, blob=out.wrapped),
            )
            address = key.open("channel_binding", "address", out.message.conversation, out.address)
            body = key.open("message", "body", out.message.seq, out.message.body)
        except (DecryptError, KeyringError):
            _log.exception("outbox_sealed", extra={"channel": out.channel})
            await self._store.hold(out)
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._channel.send(address, msgspec.structs.replace(out.message, body=body))
        except Undeliverable as refused:
            await self._store.undeliverable(out, gone=refused.gone)
            self._woken.set()  # the next message of this conversation may go now
        except RetryLater as later:
            await self._store.retry(out, not_before=self._later(out, later.after))
        except Exception:
            # Not known whether it arrived: it is sent again, since losing it is worse than repeating it.
            _log.exception("outbox_send_failed", extra={"channel": out.channel, "attempts": out.attempts})
            await self._store.retry(out, not_before=self._later(out, None))
        else:
            self._sent.append(out)
            self._woken.set()  # it is to be marked, and the next of its conversation may go then

    def _later(self, out: Outgoing, after: float | None) -> datetime:
        usual = min(FIRST_WAIT * 2 ** min(out.attempts - 1, 10), LONGEST_WAIT)
        wait = usual if after is None else max(after, 0.0)
        return self._clock.now() + timedelta(seconds=wait * (1.0 + 0.1 * self._jitter()))


@contextlib.contextmanager
def _reporting() -> Iterator[None]:
    """What breaks the relay is reported, and tried again."""
    try:
        yield
    except StorageUnavailable:
        _log.warning("relay_without_storage")
    except Exception:
        _log.exception("relay_failed")
