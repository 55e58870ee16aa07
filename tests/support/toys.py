"""Small dialogs that use everything the engine can do, and a world to run them in."""

from typing import Any, ClassVar

from dialogs.asking import call, choice, keep, learn, number, record, request, say, yes_no
from dialogs.engine import Rules
from dialogs.house import REGISTRY
from dialogs.registry import Registry, dialog
from dialogs.steps import Ask, Dialog, Effect, Goto, Identity, Json, Kind, Option, Request
from dialogs.visit import Visit
from tests.support.player import rules

TOYS = Registry()


class Seats(Request, frozen=True, tag=True, kw_only=True):
    """Read-only: what is free."""

    row: str
    samples: ClassVar[tuple[Json, ...]] = ({"free": ["1", "2"]},)


class Take(Request, frozen=True, tag=True, kw_only=True):
    """An effect that only its own undoing takes back."""

    seat: str
    effect: ClassVar[Effect] = Effect.FINAL
    samples: ClassVar[tuple[Json, ...]] = ({"taken": True},)


def label(option: str) -> Option:
    """An option whose label exists in the catalog."""
    return Option(id=option, label={"yes": "common.yes", "no": "common.no"}.get(option, "command.back"))


def ask(key: str, *options: str) -> Dialog[str]:
    """A choice with labels of the house."""
    return (yield from choice(key, *[label(option) for option in options], message="engine.change.which"))


@dialog("welcome", registry=TOYS)
@dialog("menu", registry=TOYS)
def menu(_visit: Visit) -> Dialog[Goto]:
    """Leads on for ever; `seats`, which cannot always be taken back, is started by itself."""
    where = yield from ask("menu.where", "branches", "counting")
    return Goto(dialog=where)


@dialog("branches", registry=TOYS)
def branches(visit: Visit) -> Dialog[Json]:
    """Branches, a loop, a called dialog, a result."""
    yield from say("engine.restarted")
    first = yield from ask("b.first", "a", "b", "c")
    if first == "a":
        extra = yield from ask("b.extra", "x", "y")
    else:
        extra = "none"
    yield from keep("toy", [first, extra])
    sure = yield from yes_no("b.sure", message="engine.change.which")
    inner = yield from call("inner", key="b.inner", first=first)
    rounds = 0
    while (yield from ask("b.again", "yes", "no")) == "yes" and rounds < 3:
        rounds += 1
        yield from keep("rounds", rounds)
    result = {"first": first, "extra": extra, "sure": sure, "inner": inner, "rounds": rounds}
    kept = yield from record("b.result", result, counter="toys", bucket=first)
    yield from say("engine.undone")
    yield from ask("b.done", "ok")
    return kept


@dialog("inner", samples=({"first": "a"},), registry=TOYS)
def inner(_visit: Visit, first: str = "a") -> Dialog[Json]:
    """A called dialog with its own branch and a number."""
    how_many = yield from number("i.many", message="engine.change.which", minimum=0, maximum=9, samples=(0, 3))
    if how_many is not None and how_many > 4:
        yield from ask("i.why", "p", "q")
    last = yield from ask("i.last", "p", "q", first)
    return [how_many, last]


@dialog("seats", registry=TOYS)
def seats(_visit: Visit) -> Dialog[Json]:
    """A read-only Request, then one with an effect."""
    yield from learn("role", "other")
    row = yield from ask("s.row", "front", "back")
    free = yield from request(Seats(row=row))
    seat = yield from ask("s.seat", *free["free"])
    if (yield from ask("s.sure", "yes", "no")) == "yes":
        taken = yield from request(Take(seat=seat))
        yield from ask("s.after", "fine" if taken["taken"] else "sorry")
    return seat


@dialog("counting", registry=TOYS)
def counting(visit: Visit) -> Dialog[Json]:
    """Knows again what was answered under another root on the same day."""
    identity = Identity(item="toy.q1", version="1", window="year")
    known = visit.known(identity)
    if known is not None and (yield from yes_no("c.reuse", message="engine.change.which")):
        return known
    options = (label("0"), label("1"))
    return (yield Ask(key="c.q1", message="engine.change.which", options=options, identity=identity))


@dialog("caller", registry=TOYS)
def caller(_visit: Visit) -> Dialog[None]:
    """An author's mistake: what it calls keeps something."""
    yield from call("keeper")


@dialog("keeper", registry=TOYS)
def keeper(_visit: Visit) -> Dialog[None]:
    """Keeps something and lets it go."""
    yield from keep("toy", "mine")
    yield from ask("k.more", "ok")
    yield from keep("toy", None)


@dialog("planning", registry=TOYS)
def planning(_visit: Visit) -> Dialog[Json]:
    """A number with buttons, and a day."""
    buttons = tuple(Option(id=str(each), label="common.yes") for each in range(3))
    many = yield from number("p.many", message="common.yes", minimum=0, maximum=9, samples=(7,), buttons=buttons)
    on = yield Ask(key="p.on", message="common.yes", kind=Kind.DATE, options=(label("no"),), samples=("2026-12-24",))
    yield from ask("p.done", "ok")
    return [many, on]


@dialog("circles", registry=TOYS)
def circles(_visit: Visit) -> Dialog[None]:
    """An author's mistake: says for ever and never asks."""
    while True:
        yield from say("engine.undone")


@dialog("broken", registry=TOYS)
def broken(_visit: Visit) -> Dialog[Any]:
    """An author's mistake: raises after the first answer."""
    yield from ask("x.first", "a", "b")
    raise LookupError("private text")


def toy_rules() -> Rules:
    """The toys in the built-in content."""
    return rules(registry=TOYS)


for borrowed in (
    *("code", "crisis", "feedback", "handoff", "delete_me", "what_we_know", "renewed"),
    *("self_help_plan", "self_help_craving", "self_help", "self_help_no", "slip", "together"),
    *("finder", "diary", "goals", "weigh", "booking", "my_time", "subjects"),
):
    TOYS.add(REGISTRY.script(borrowed))


@dialog("chasing", registry=TOYS)
def chasing(_visit: Visit) -> Dialog[Goto]:
    """An author's mistake: leads to itself without a question."""
    yield from say("engine.undone")
    return Goto(dialog="chasing")
