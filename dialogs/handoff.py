"""A person is asked for. Says truly whether one can be had here and when, and who can be reached otherwise."""

from dialogs.asking import request, say, yes_no
from dialogs.keeping import KeptPlan, kept
from dialogs.my_plan import shown
from dialogs.registry import dialog
from dialogs.steps import Desk, Dialog, HandOver, Json, Lines, Words
from dialogs.visit import Visit

AT_THE_DESK = ("open", "queue")


@dialog("handoff", version=2, samples=({}, {"label": "suicide_ideation", "severity": 2, "about": "self"}))
def handoff(visit: Visit, label: str = "none", severity: int = 1, about: str = "self") -> Dialog[None]:
    """Show the way to a person. Where counselors are on duty the conversation is put in their queue; while they are
    not, if the citizen wants it, for when they are.

    Nothing is promised that has not happened: "jeg har givet besked" is said only when the queue has it.
    """
    desk = yield from request(Desk())
    lines = Lines(label=label, severity=severity, about=about)
    state = desk["state"]
    if desk.get("waiting"):
        if state in AT_THE_DESK or state == "full":
            yield from say("handoff.already")
        else:
            yield from say("handoff.already_closed", opens=_opens(desk))
            yield from say("handoff.lines", lines=lines)
        return
    if state in AT_THE_DESK:
        if state == "open":
            yield from say("handoff.open")
        else:
            yield from say("handoff.queue", place=_place(desk), wait=_wait(desk))
        if (yield from hand_over(visit, label)):
            yield from say("handoff.waiting")
            return
        yield from say("handoff.gone")
    elif state == "closed":
        yield from say("handoff.closed", opens=_opens(desk))
        yield from say("handoff.lines", lines=lines)
        if (yield from yes_no("handoff.leave")):
            if (yield from hand_over(visit, label)):
                yield from say("handoff.left", opens=_opens(desk))
            else:
                yield from say("handoff.gone")
        return
    else:
        yield from say(f"handoff.{state}")
    yield from say("handoff.lines", lines=lines)


def hand_over(visit: Visit, label: str) -> Dialog[bool]:
    """Put the conversation in the queue, with what the citizen wants the counselor to see; whether the queue has it.

    A plan that the citizen wants to show is said into the talk once it waits: the counselor reads on from there. Nobody
    in danger is asked about it.
    """
    share = yield from yes_no("handoff.share")
    plan = (yield from kept(visit, KeptPlan())) if label == "none" else None
    if plan and not (yield from yes_no("handoff.plan")):
        plan = None
    told = yield from request(HandOver(reason=label, share=bool(share)))
    waits = bool(told["state"] == "waiting")
    if waits and plan:
        yield from shown(plan, "my_plan.for_counselor")
    return waits


def _place(desk: Json) -> Words:
    """Which place in the queue it will be."""
    return Words(key="handoff.place", fields={"place": desk.get("place", 1)})


def _wait(desk: Json) -> Words:
    """How long it takes, where that is known."""
    minutes = desk.get("minutes")
    return Words(key="handoff.minutes", fields={"minutes": minutes}) if minutes else Words(key="handoff.no_minutes")


def _opens(desk: Json) -> Words:
    """When counselors are there again, as far as that is known."""
    when = desk.get("when")
    if when is None:
        return Words(key="handoff.opens.unknown")
    return Words(key="handoff.opens", fields={"when": Words(key=when["key"], fields=when["fields"])})
