"""Tells the open pages of a conversation, in this process, what has just been committed, and other replicas that
something was.

A page that does not fetch in time is told that it missed something, and reads the history again: a slow phone holds up
nobody, and memory stays bounded.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

BACKLOG = 200
"""Frames kept for one page."""
COUNSELOR_TYPES = b'{"type":"typing"}'
CITIZEN_TYPES = b'{"desk":"typing"}'
CROSSING = {"counselor": COUNSELOR_TYPES, "citizen": CITIZEN_TYPES}
"""What is whispered to other replicas too, by name: that somebody writes. Nothing else crosses, so no content."""
CROSSES_EVERY = 2.0
"""Seconds between two such whispers of one topic; pages show one for six."""
CROSSED = 10_000
"""Topics whose last whisper is remembered."""
WHISPER = "whisper"


def queue_topic(tenant: str) -> str:
    """Where it is told that a tenant's queue of handoffs has changed."""
    return f"queue:{tenant}"


def desk_topic(conversation: str) -> str:
    """Where a counselor is told what the citizen does besides writing."""
    return f"desk:{conversation}"


class Subscription:
    """One page's frames, in order."""

    __slots__ = ("_asking", "_frames", "_lost", "_wake")

    def __init__(self) -> None:
        self._asking = 0
        self._frames: deque[bytes] = deque()
        self._lost = False
        self._wake: asyncio.Future[None] | None = None

    def put(self, frames: Iterable[bytes]) -> None:
        """Add frames; past the backlog all are dropped, and the page is told."""
        self._frames.extend(frames)
        if len(self._frames) > BACKLOG:
            self._frames.clear()
            self._lost = True
        self._wake_up()

    @contextmanager
    def asked_for(self) -> Iterator[None]:
        """Whoever is in here comes for the frames when done: until then nobody else is woken for them."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            if self._frames or self._lost:
                self._wake_up()

    def _wake_up(self) -> None:
        if not self._asking and self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def clear(self) -> None:
        """Forget what has come: whoever reads anew needs none of it."""
        self._frames.clear()
        self._lost = False

    def lose(self) -> None:
        """Something happened that this page was not told; it is to read the history again."""
        self._lost = True
        self._wake_up()

    def get_nowait(self) -> bytes | None:
        """The next frame; None if some were lost. Raises asyncio.QueueEmpty."""
        if self._lost:
            self._lost = False
            return None
        if not self._frames:
            raise asyncio.QueueEmpty
        return self._frames.popleft()

    async def get(self) -> bytes | None:
        """The next frame, when there is one; None if some were lost."""
        while not (self._frames or self._lost):
            self._wake = asyncio.get_running_loop().create_future()
            try:
                await self._wake
            finally:
                self._wake = None
        return self.get_nowait()


class Live:
    """Who listens to which conversation. `tell` is how other replicas hear of a change, if there can be any."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._pages: dict[str, list[Subscription]] = {}
        self._crossed: OrderedDict[str, float] = OrderedDict()
        self.tell: Callable[[str], None] | None = None

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Subscription]:
        """Listen to a conversation, or to several topics at once, until the block ends."""
        page = Subscription()
        for topic in topics:
            self._pages.setdefault(topic, []).append(page)
        try:
            yield page
        finally:
            for topic in topics:
                pages = self._pages[topic]
                pages.remove(page)
                if not pages:
                    del self._pages[topic]

    def publish(self, conversation: str, frames: list[bytes]) -> None:
        """Tell every page of the conversation, and the other replicas."""
        for page in self._pages.get(conversation, ()):
            page.put(frames)
        if self.tell is not None:
            self.tell(conversation)

    def whisper(self, topic: str, frames: list[bytes]) -> None:
        """Tell the pages what is no loss to miss, or what each process finds out by itself. Other replicas hear of it
        only that somebody writes, and at most every CROSSES_EVERY seconds.
        """
        self._murmur(topic, frames)
        if self.tell is not None:
            for name, frame in CROSSING.items():
                if frame in frames and self._may_cross(f"{WHISPER}:{name}:{topic}"):
                    self.tell(f"{WHISPER}:{name}:{topic}")

    def heard(self, told: str) -> bool:
        """Another replica told this: whisper it on to the pages here, if it was a whisper; false if it was not."""
        if not told.startswith(f"{WHISPER}:"):
            return False
        _, name, topic = told.split(":", 2)
        frame = CROSSING.get(name)  # a later release may know more names
        if frame is not None:
            self._murmur(topic, [frame])
        return True

    def _murmur(self, topic: str, frames: list[bytes]) -> None:
        for page in self._pages.get(topic, ()):
            page.put(frames)

    def _may_cross(self, told: str) -> bool:
        now = self._monotonic()
        if now - self._crossed.get(told, now - CROSSES_EVERY) < CROSSES_EVERY:
            return False
        self._crossed[told] = now
        self._crossed.move_to_end(told)
        if len(self._crossed) > CROSSED:
            self._crossed.popitem(last=False)
        return True

    def missed(self, conversation: str) -> None:
        """Something was committed that no page here was told: each reads the history again."""
        for page in self._pages.get(conversation, ()):
            page.lose()

    def open(self) -> list[str]:
        """The conversations that have a page open here."""
        return list(self._pages)

    def listening(self, conversation: str) -> bool:
        """Is any page open?"""
        return conversation in self._pages
