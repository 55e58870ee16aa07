"""The console as an application of its own, for whoever mounts it."""

from collections.abc import Mapping

from aiohttp import web

from admin.door import Door, Route, kindly
from admin.entry import Entry
from admin.pages import Pages, harden
from admin.people import People
from admin.queue import Queue
from admin.sockets import SOCKETS, close_all
from admin.talk import TalkRoom
from admin.week import Now, Week
from bot.audit import Audit
from bot.booking import Bookings
from bot.desk import Desk
from bot.staff import Staff

ROUTES: web.AppKey[tuple[Route, ...]] = web.AppKey("routes", tuple)
"""Every route with its action: what the matrix of rights is tested with."""


def console(
    *,
    staff: Staff,
    desk: Desk,
    bookings: Bookings,
    audit: Audit,
    words: Mapping[str, str],
    now: Now,
    lenient: bool = False,
    root: str = "/console",
) -> web.Application:
    """The console, to be mounted at `root`. `now` gives the time, aware. `lenient`: the sign-in page says that the demo
    needs no one-time code.
    """
    pages = Pages(words, root=root)
    door = Door(staff, pages)
    app = web.Application(middlewares=[kindly(pages)], client_max_size=128 * 1024)
    app[SOCKETS] = set()
    Entry(staff, desk, door, pages, lenient=lenient).add_to(app)
    Queue(staff, desk, door, pages).add_to(app)
    TalkRoom(staff, desk, door, pages).add_to(app)
    Week(bookings, audit, door, pages, now=now).add_to(app)
    People(staff, audit, door, pages).add_to(app)
    door.add_open(app, "GET", "/assets/{version}/{name}", pages.asset)
    app[ROUTES] = tuple(door.routes)
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(close_all)
    return app
