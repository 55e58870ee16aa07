"""Goals in the citizen's own words, with a day if they want one; looked at again, changed, and let go without blame.

A goal is kept with the conversation. Whoever is back on a later day is reminded of it once that day (`remembered`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dialogs.asking import Goto, a_date, choice, free_text, keep, say, worded
from dialogs.dates import date_words
from dialogs.doors import go
from dialogs.keeping import KeptGoals, kept
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option, Words
from dialogs.visit import Visit

MOST = 3
"""Goals at a time: more is a burden, not a help."""
LONGEST = 200
CHANGED, ENDED = ("words", "date"), ("reached", "drop")
"""What is done to a goal: worded or dated anew, or no goal any more."""
REWORDED = ("Kun i weekenden",)
DAYS = {"week": 7, "four_weeks": 28}
BY = {
    "week": ("en uge", "1 uge", "a week", "one week", "1 week"),
    "four_weeks": ("fire uger", "4 uger", "four weeks", "4 weeks"),
    "none": ("nej", "nej tak", "ingen dato", "det ved jeg ikke", "ved ikke", "no", "no date", "i don t know"),
}
"""How people say it."""
NEXT = {
    "goals": Goto(dialog="goals"),
    "plan": Goto(dialog="self_help_plan"),
    "talk": Goto(dialog="handoff"),
    "menu": Goto(dialog="menu"),
}

Goal = Mapping[str, Any]
"""`id` from 1, `words`, `by`: ISO day or empty, `set` and `seen`: ISO days."""


@dialog("goals")
def goals(visit: Visit) -> Dialog[Goto]:
    """All goals, one of them, or a new one."""
    mine = yield from _mine(visit)
    if not mine:
        yield from say("goals.intro")
        return (yield from _new(visit, mine))
    yield from say("goals.list", lines=tuple(_line(goal, visit.day) for goal in mine))
    numbered = [
        Option(id=str(goal["id"]), label="goals.which.goal", fields={"number": goal["id"]}, words=_typed(goal))
        for goal in mine
    ]
    which = yield from choice("goals.which", *numbered, *(("new",) if len(mine) < MOST else ()), "menu")
    if which == "new":
        return (yield from _new(visit, mine))
    return Goto(dialog="menu") if which == "menu" else Goto(dialog="goal", arguments={"number": int(which)})


@dialog("goal", samples=({"number": 1}, {"number": 2}))
def goal(visit: Visit, number: int = 1) -> Dialog[Goto]:
    """How it goes with one goal; what the citizen wants changed of it is changed."""
    mine = yield from _mine(visit)
    here = next((each for each in mine if each["id"] == number), None)
    if here is None:
        return Goto(dialog="goals")
    how = yield from choice("goal.how", "well", "hard", *CHANGED, *ENDED, goal=here["words"], by=_by(here, visit.day))
    now = {**here, "seen": visit.day.isoformat()}
    if how == "words":
        now["words"] = (yield from free_text("goals.words", samples=REWORDED, maximum=LONGEST)) or here["words"]
    elif how == "date":
        now["by"] = (yield from _day(visit.day)) or ""
    left = [now if each is here else each for each in mine if each is not here or how not in ENDED]
    yield from keep("goals", left or None)
    if how in CHANGED:
        yield from say("goals.kept", lines=(_line(now, visit.day),))
    else:
        yield from say(f"goal.said.{how}")
    return NEXT[(yield from choice("goal.next", *NEXT))]


def remembered(visit: Visit) -> Dialog[None]:
    """Say the goals that have not been looked at today, once a day and never on the day they were set."""
    mine = yield from _mine(visit)
    today = visit.day.isoformat()
    if not any(max(each["set"], each["seen"]) < today for each in mine):
        return
    yield from keep("goals", [{**each, "seen": today} for each in mine])
    yield from say("goals.remember", lines=tuple(_line(each, visit.day) for each in mine))


def _mine(visit: Visit) -> Dialog[Sequence[Goal]]:
    return (yield from kept(visit, KeptGoals())) or ()


def _new(visit: Visit, mine: Sequence[Goal]) -> Dialog[Goto]:
    words = yield from free_text("goals.words", samples=("To dage uden alkohol om ugen",), maximum=LONGEST)
    if words is None:
        yield from say("goals.none")
        return Goto(dialog="self_help")
    by = yield from _day(visit.day)
    today = visit.day.isoformat()
    number = next(each for each in range(1, MOST + 1) if each not in [goal["id"] for goal in mine])
    new = {"id": number, "words": words, "by": by or "", "set": today, "seen": today}
    yield from keep("goals", sorted([*mine, new], key=lambda each: int(each["id"])))
    yield from say("goals.kept", lines=(_line(new, visit.day),))
    yield from say("goals.safely")
    return go((yield from choice("goals.next", "talk", "menu")))


def _day(today: date) -> Dialog[str | None]:
    """The day (ISO) it is for; None without one."""
    said = yield from a_date("goals.by", *worded("goals.by", BY, *DAYS, "none"), samples=("2026-12-24",))
    if said in DAYS:
        return (today + timedelta(days=DAYS[said])).isoformat()
    return None if said == "none" else said


def _line(goal: Goal, today: date) -> Words:
    return Words(key="goals.line", fields={"number": goal["id"], "goal": goal["words"], "by": _by(goal, today)})


def _by(goal: Goal, today: date) -> Words:
    """Until when, in words."""
    if not goal["by"]:
        return Words(key="goals.until.none")
    passed = date.fromisoformat(goal["by"]) < today
    return Words(key="goals.until.past" if passed else "goals.until", fields={"date": date_words(goal["by"])})


def _typed(goal: Goal) -> tuple[str, ...]:
    return (f"mål {goal['id']}", f"goal {goal['id']}")
