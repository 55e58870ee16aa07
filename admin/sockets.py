"""What happens while a page of the console is open, over one WebSocket.

The page says that it is alive every twenty seconds, and whether its person did anything; while it does, the actor is
present at the desk. The session is asked for again every two seconds: signed out elsewhere, disabled or timed out, and
the page is told and closed.

browser:  hello {last_seq, notes} first · alive {active} · typing · seen {seq} · noticed {handoff}
server:   what the page's `watch` sends · danger {waiting} · alert {handoff} · refused {error, text} · signed_out

Every page tells of danger: `waiting` is whether somebody in danger waits, `alert` makes a sound. That it was heard is
believed only when the page says that its person did something after it (`noticed`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Final

import msgspec
from aiohttp import WSMsgType, web

from admin.door import Visit, refused_with, same_origin
from admin.pages import Pages
from bot.desk import Desk, EventKind
from bot.errors import DoertrinError
from bot.staff import Staff

CHECK_EVERY: Final = 2.0
HEARTBEAT: Final = 25.0
LARGEST: Final = 4096
DANGER: Final = 3
"""The severity of life or health in danger now."""
SIGNED_OUT: Final = 4401
Send = Callable[[dict[str, Any]], Awaitable[None]]
SOCKETS: Final = web.AppKey("sockets", set[Any])


class Hello(msgspec.Struct, frozen=True, tag="hello", tag_field="type"):
    """The page is there, and has every line up to this one, and so many notes."""

    last_seq: int = 0
    notes: Annotated[int, msgspec.Meta(ge=0)] = 0


class Alive(msgspec.Struct, frozen=True, tag="alive", tag_field="type"):
    """The page is still there; `active`: its person did something since the last one."""

    active: bool = False


class Typing(msgspec.Struct, frozen=True, tag="typing", tag_field="type"):
    """The counselor is writing."""


class Seen(msgspec.Struct, frozen=True, tag="seen", tag_field="type"):
    """The counselor has read up to this line."""

    seq: int


class Noticed(msgspec.Struct, frozen=True, tag="noticed", tag_field="type"):
    """The person at the page has met with an alert."""

    handoff: str


Frame = Hello | Alive | Typing | Seen | Noticed
_FRAMES: Final[msgspec.json.Decoder[Frame]] = msgspec.json.Decoder(Frame)
_encode = msgspec.json.Encoder().encode


class Page:
    """What an open page shows and takes."""

    async def watch(self, send: Send, hello: Hello) -> None:
        """Send what is there, and then what happens, until cancelled."""
        raise NotImplementedError

    async def typing(self) -> None:
        """Its person writes."""

    async def seen(self, seq: int) -> None:
        """Its person has read up to `seq`."""


async def keep_open(
    request: web.Request, visit: Visit, staff: Staff, desk: Desk, pages: Pages, page: Page
) -> web.StreamResponse:
    """Serve a page's socket until one of the two goes."""
    if not same_origin(request):
        raise web.HTTPForbidden
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LARGEST, compress=False)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)

    async def send(frame: dict[str, Any]) -> None:
        await socket.send_str(_encode(frame).decode())

    async def serve() -> None:
        hello = await _frame(socket)
        if not isinstance(hello, Hello):
            return
        await desk.heartbeat(visit.signed_in.actor)
        await _first_of(
            page.watch(send, hello),
            _tell_of_danger(visit, desk, send),
            _listen(socket, visit, staff, desk, page),
            _guard(visit, staff),
        )
        if await staff.who(visit.token, active=False) is None:
            await send({"type": "signed_out"})
            await socket.close(code=SIGNED_OUT)

    try:
        await serve()
    except DoertrinError as refused:
        code, word = refused_with(refused)
        await send({"type": "refused", "error": code, "text": pages.say(word)})
    except ConnectionError:
        pass  # the page is gone
    finally:
        request.app[SOCKETS].discard(socket)
    await socket.close()
    return socket


async def _listen(socket: web.WebSocketResponse, visit: Visit, staff: Staff, desk: Desk, page: Page) -> None:
    while (frame := await _frame(socket)) is not None:
        if isinstance(frame, Alive):
            if await staff.who(visit.token, active=frame.active) is None:
                return
            await desk.heartbeat(visit.signed_in.actor)
        elif isinstance(frame, Typing):
            await page.typing()
        elif isinstance(frame, Seen):
            await page.seen(frame.seq)
        elif isinstance(frame, Noticed):
            await desk.acknowledge(visit.signed_in.actor, frame.handoff)


async def _tell_of_danger(visit: Visit, desk: Desk, send: Send) -> None:
    """At once, whenever it changes, and again each time that an alert is repeated. An alert that another replica told
    is found in the queue.
    """
    actor, waiting, alerted = visit.signed_in.actor, None, frozenset[str]()
    async with desk.subscribe_queue(actor) as events:
        while True:
            queue = await desk.queue(actor)
            now = any(item.severity >= DANGER for item in queue)
            alerts = frozenset(item.handoff for item in queue if item.alert)
            if now is not waiting:
                await send({"type": "danger", "waiting": now})
            for handoff in sorted(alerts - alerted):
                await send({"type": "alert", "handoff": handoff})
            waiting, alerted = now, alerts
            event = await anext(events)
            if event.kind is EventKind.ALERT:
                alerted -= {event.handoff}


async def _guard(visit: Visit, staff: Staff) -> None:
    """Ends when the session does."""
    while await staff.who(visit.token, active=False) is not None:  # noqa: ASYNC110  it may end on another replica
        await asyncio.sleep(CHECK_EVERY)


async def _frame(socket: web.WebSocketResponse) -> Frame | None:
    """The next frame; None at the end, and for what is no frame of ours: such a page is not served on."""
    message = await socket.receive()
    if message.type is not WSMsgType.TEXT:
        return None
    try:
        return _FRAMES.decode(message.data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


async def _first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run all until the first one ends, and end the others. Raises what it raised."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def close_all(app: web.Application) -> None:
    """At shutdown: the pages are told, and come again."""
    sockets = app[SOCKETS]
    for socket in list(sockets):
        await socket.close(code=1012)
