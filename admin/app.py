"""The console as an application of its own, for whoever mounts it."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from admin.door import Door, Route, kindly
from admin.entry import Entry, Guesses
from admin.fields import Now
from admin.pages import Pages, harden
from admin.people import People
from admin.plans import Plans
from admin.queue import Queue
from admin.sockets import SOCKETS, close_all
from admin.talk import TalkRoom
from admin.week import Week
from bot.audit import Audit
from bot.booking import Bookings
from bot.desk import Desk
from bot.staff import Staff
from content.guides import Guide

ROUTES: web.AppKey[tuple[Route, ...]] = web.AppKey("routes", tuple)
"""Every route with its action: what the matrix of rights is tested with."""


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind the rooms."""

    staff: Staff
    desk: Desk
    bookings: Bookings
    audit: Audit
    guesses: Guesses


def console(
    behind: Services,
    *,
    words: Mapping[str, str],
    guides: Mapping[str, Guide],
    now: Now,
    lenient: bool = False,
    root: str = "/console",
) -> web.Application:
    """The console, to be mounted at `root`. `guides` is what can be looked up beside a talk. `now` gives the time,
    aware. `lenient`: the sign-in page says that the demo needs no one-time code.
    """
    pages = Pages(words, root=root)
    door = Door(behind.staff, pages)
    app = web.Application(middlewares=[kindly(pages)], client_max_size=128 * 1024)
    app[SOCKETS] = set()
    Entry(behind.staff, behind.desk, door, pages, guesses=behind.guesses, lenient=lenient).add_to(app)
    Queue(behind.staff, behind.desk, door, pages).add_to(app)
    TalkRoom(behind.staff, behind.desk, door, pages, guides).add_to(app)
    Week(behind.bookings, behind.audit, door, pages, now=now).add_to(app)
    Plans(behind.bookings, behind.audit, door, pages, now=now).add_to(app)
    People(behind.staff, behind.audit, door, pages).add_to(app)
    door.add_open(app, "GET", "/assets/{version}/{name}", pages.asset)
    app[ROUTES] = tuple(door.routes)
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(close_all)
    return app
