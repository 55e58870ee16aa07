"""Who waits, and taking the next one. Nothing of what was written is shown before a talk is taken."""

from typing import Any

from aiohttp import web

from admin.door import Door, Visit
from admin.pages import Pages
from admin.sockets import Hello, Page, Send, keep_open
from bot.desk import Desk, QueueItem
from bot.staff import Action, Actor, Staff

TOLD = frozenset({"taken", "gone", "not_held", "nobody", "released_bot", "released_queue", "closed", "form", "stale"})


class Queue:
    """The first room of a counselor's day."""

    def __init__(self, staff: Staff, desk: Desk, door: Door, pages: Pages) -> None:
        self._staff = staff
        self._desk = desk
        self._door = door
        self._pages = pages

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        self._door.add(app, "GET", "/queue", Action.SEE_QUEUE, self._show)
        self._door.add(app, "GET", "/queue/live", Action.SEE_QUEUE, self._live)
        self._door.add(app, "POST", "/queue/next", Action.CLAIM, self._next)
        self._door.add(app, "POST", "/queue/{handoff}/claim", Action.CLAIM, self._claim)

    async def _show(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        told = request.query.get("told", "")
        return self._pages.render("queue.html", visit=visit, told=f"told.{told}" if told in TOLD else "")

    async def _next(self, _request: web.Request, visit: Visit) -> web.StreamResponse:
        item = await self._desk.next(visit.signed_in.actor)
        return self._pages.onward("/queue?told=nobody" if item is None else f"/talk/{item.conversation}")

    async def _claim(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        item = await self._desk.claim(visit.signed_in.actor, request.match_info["handoff"])
        return self._pages.onward(f"/talk/{item.conversation}")

    async def _live(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        return await keep_open(request, visit, self._staff, self._desk, self._pages, _QueuePage(self._desk, visit))


class _QueuePage(Page):
    """An open queue: shown again whenever it changes."""

    def __init__(self, desk: Desk, visit: Visit) -> None:
        self._desk = desk
        self._actor: Actor = visit.signed_in.actor

    async def watch(self, send: Send, hello: Hello) -> None:  # noqa: ARG002  a queue has no numbers
        async with self._desk.subscribe_queue(self._actor) as events:
            await self._show(send)
            async for _event in events:
                await self._show(send)

    async def _show(self, send: Send) -> None:
        waiting, mine = await self._desk.queue(self._actor), await self._desk.held(self._actor)
        await send({"type": "queue", "waiting": [_row(item) for item in waiting], "mine": [_row(one) for one in mine]})


def _row(item: QueueItem) -> dict[str, Any]:
    return {
        "handoff": item.handoff,
        "conversation": item.conversation,
        "place": item.place,
        "severity": item.severity,
        "reason": item.reason.words,
        "since": item.since,
        "deadline": item.deadline,
    }
