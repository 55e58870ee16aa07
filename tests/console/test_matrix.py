"""Every route of the console against every role and two municipalities, from the router itself."""

from __future__ import annotations

import re

import pytest
from aiohttp import web

from admin.app import ROUTES
from bot.staff import ALLOWED, Action, Role
from tests.support.console import House, Site, Visitor

OPEN = {
    ("GET", "/sign-in"), ("POST", "/sign-in"),
    ("GET", "/begin"), ("POST", "/begin"),
    ("GET", "/begin/account"), ("POST", "/begin/account"), ("GET", "/begin/key.svg"),
    ("GET", "/assets/{version}/{name}"),
}  # fmt: skip
"""The only routes for whoever comes: a new one is added here with thought, or not at all."""
SEALED = {Action.READ_TALK, Action.REVEAL, Action.NOTE}
LET_IN = {200, 303, 400, 409, 422}
"""Answers of the room itself: done, or refused for another reason than who it is. 400: no WebSocket was asked for."""


def declared(site: Site) -> dict[tuple[str, str], Action | None]:
    return {(route.method, route.path): route.action for route in site.app[ROUTES]}


def filled(path: str, talk: str, handoff: str) -> str:
    values = {"conversation": talk, "handoff": handoff, "seq": "1", "name": "nobody", "booking": "b", "slot": "s"}
    values["plan"] = "p"
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)


async def ask(visitor: Visitor, method: str, path: str) -> int:
    if method == "GET":
        return (await visitor.get(path, {"Accept": "text/html", "Origin": visitor.origin})).status
    if path.endswith(("/lines", "/draft", "/notes", "/reveal")):
        return (await visitor.tell(path, {"id": "x", "text": "hej"})).status
    return (await visitor.post(path, reason="jeg er meget nysgerrig")).status


async def test_every_route_of_the_router_is_declared_and_only_few_are_open(site: Site) -> None:
    found = {
        (route.method, route.resource.canonical.removeprefix("/console"))
        for route in site.app.router.routes()
        if route.resource is not None and not isinstance(route.resource, web.StaticResource)
    }
    assert found == set(declared(site))
    assert {place for place, action in declared(site).items() if action is None} == OPEN


async def test_nobody_gets_in_without_being_signed_in(site: Site) -> None:
    async with site.visitor() as nobody:
        for (method, path), action in declared(site).items():
            if action is None:
                continue
            answer = await (nobody.get if method == "GET" else nobody.post)(filled(path, "talk", "handoff"))
            assert (answer.status, answer.location) in {(303, "/sign-in"), (401, "")}, path


async def test_no_form_is_taken_without_its_token(site: Site) -> None:
    for role in Role:
        async with site.at_work(role.value, role=role) as visitor:
            for method, path in declared(site):
                if method != "GET" and (method, path) not in OPEN:
                    visitor.csrf = "0" * 64
                    assert await ask(visitor, method, filled(path, "talk", "handoff")) == 403, path


@pytest.mark.parametrize("tenant", ["kolding", "randers"])
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
async def test_every_route_against_role_and_municipality(house: House, role: Role, tenant: str) -> None:
    """A counselor of Kolding has a talk. Who may see the room gets an answer of the room; a talk is Kolding's alone."""
    talk = await house.citizen("noget ganske privat")
    handoff = await house.handoff(talk)
    for n, ((method, path), action) in enumerate(declared(house).items()):
        if action is None:
            continue
        async with house.at_work(f"member{n}", role=role, tenant=tenant) as one:
            await one.get("/account")
            status = await ask(one, method, filled(path, talk, handoff))
            of_a_talk = "{conversation}" in path or "{handoff}" in path
            if action not in ALLOWED[role] or (of_a_talk and tenant != "kolding"):
                assert status == 403, (method, path)
            elif action in SEALED:
                assert status in LET_IN | {403}, (method, path)  # not held: a reason is asked for
            else:
                assert status in LET_IN | {404}, (method, path)
