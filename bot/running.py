"""The running program behind all channels: store, conversations, and the work that goes on by itself."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import make_url

from bot import check_ins
from bot.booking import Bookings, make_first_slots
from bot.clock import Clock
from bot.conversations import Conversations
from bot.desk.alerts import Alerts, Exit
from bot.desk.board import REFRESH_EVERY, Board
from bot.desk.ports import Audit, NoAudit
from bot.desk.service import Desk
from bot.errors import StorageUnavailable
from bot.house import House
from bot.live import Live
from bot.privacy.keys import Keyring
from bot.privacy.pseudonyms import new_id
from bot.privacy.retention import keep_no_longer
from bot.storage.news import News
from bot.storage.ports import Store
from bot.storage.store import open_store
from bot.timers import Timers
from content.loading import Content, lexicon_table, load
from content.staffing import Staffing
from dialogs.commands import phrases
from dialogs.heard import Understanding
from dialogs.house import REGISTRY
from dialogs.steps import Json

log = logging.getLogger(__name__)

RETENTION_EVERY = 3600.0
"""Seconds between two looks for what has been kept long enough."""
PENDING_EVERY = 5.0
"""Seconds between two looks for what was acknowledged and not answered: after an outage, or by a replica that died."""
SWEEP_EVERY = 5.0
"""Seconds between two looks for talks whose counselor is gone."""
LOOK_EVERY = 10.0
"""Seconds between two looks for changes of other replicas of which no news came."""

AtTheDesk = Callable[[str, datetime], Json]


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What channels are given."""

    content: Content
    store: Store
    live: Live
    conversations: Conversations
    bookings: Bookings
    clock: Clock
    desk: Desk


def nobody(_tenant: str, _at: datetime) -> Json:
    """A desk at which nobody ever sits; `running` puts the real one in its place."""
    return {"state": "none"}


def make_house(
    *, overlay: Path | None, keyring: Keyring, hear: Understanding | None = None, desk: AtTheDesk = nobody
) -> House:
    """Content, dialogs and keys. Raises ContentError."""
    return House(
        content=load(overlay),
        registry=REGISTRY,
        phrases=phrases(lexicon_table(language, "commands", overlay) for language in ("da", "en")),
        keyring=keyring,
        hear=hear,
        desk=desk,
        desk_words=lexicon_table("da", "desk", overlay),
    )


@asynccontextmanager
async def running(
    *,
    url: str,
    house: House,
    clock: Clock,
    understanding: Callable[[], Understanding] | None,
    audit: Callable[[Store], Audit] = lambda _store: NoAudit(),
    exits: Mapping[str, Exit] | None = None,
    staffing: Staffing | None = None,
    demo: bool = False,
) -> AsyncIterator[Running]:
    """Open everything, and close it in order. With `understanding` it is loaded beside: buttons work at once, texts are
    stored and acknowledged, and are answered as soon as they can be understood. `exits` are how somebody can be told
    that a citizen in danger waits; `staffing` is for tenants whose pack states none. With `demo` there are made-up
    times.
    """
    store = await open_store(url)
    live = Live()
    board = Board(store, house.content, live, clock, staffing=staffing)
    if house.desk is nobody:
        house = msgspec.structs.replace(house, desk=board.desk)
    conversations = Conversations(store=store, house=house, live=live, clock=clock, told=board.told)
    bookings = Bookings(store=store, house=house, teller=conversations, clock=clock, demo=demo)
    written = audit(store)
    desk = Desk(store=store, conversations=conversations, live=live, clock=clock, audit=written, words=house.desk_words)
    timers = Timers(store, clock, owner=new_id())
    bookings.start(timers)
    timers.handle(check_ins.KIND, conversations.check_in)
    timers.repeat(lambda: keep_no_longer(store, clock, days=_days_kept(house.content)), every=RETENTION_EVERY)
    timers.repeat(conversations.take_up, every=PENDING_EVERY)
    if board.staffed:
        timers.repeat(desk.sweep, every=SWEEP_EVERY)
        timers.repeat(board.refresh, every=REFRESH_EVERY)
        with contextlib.suppress(StorageUnavailable):
            await board.refresh()
        board.start()
    Alerts(store=store, live=live, clock=clock, content=house.content, audit=written, exits=exits or {}).add_to(timers)
    news = None
    if make_url(url).get_backend_name() == "postgresql":
        news = News(url, heard=_hearing(live, conversations), missed=conversations.look_around)
        live.tell = news.tell
        news.start()
        timers.repeat(conversations.look_around, every=LOOK_EVERY)
    await make_first_slots(bookings)
    timers.start()
    learning = asyncio.create_task(_learn(conversations, understanding)) if understanding is not None else None
    try:
        yield Running(
            content=house.content,
            store=store,
            live=live,
            conversations=conversations,
            bookings=bookings,
            clock=clock,
            desk=desk,
        )
    finally:
        if learning is not None:
            learning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await learning
        await timers.stop()
        await board.stop()
        await conversations.close()
        if news is not None:
            await news.stop()
        await store.close()


def _hearing(live: Live, conversations: Conversations) -> Callable[[str], None]:
    """What is done with the news of another replica."""

    def heard(told: str) -> None:
        if not live.heard(told):
            conversations.changed_elsewhere(told)

    return heard


def _days_kept(content: Content) -> Callable[[str], int]:
    """Days that a tenant keeps a conversation after its last message; a tenant whose pack is gone keeps it as long as
    the law's default.
    """
    return lambda tenant: content.packs[tenant if tenant in content.packs else "base"].retention_days


async def _learn(conversations: Conversations, understanding: Callable[[], Understanding]) -> None:
    """Load the understanding in a thread, then take what has waited for it. Without it the service is never ready."""
    try:
        hear = await asyncio.get_running_loop().run_in_executor(None, understanding)
    except Exception:
        log.exception("understanding_failed")
        return
    conversations.understand(msgspec.structs.replace(conversations.house, hear=hear))
    try:
        log.info("understanding_ready", extra={"count": await conversations.take_up()})
    except StorageUnavailable:
        log.warning("pending_without_storage")  # tried again after PENDING_EVERY
