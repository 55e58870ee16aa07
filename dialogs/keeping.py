"""What a citizen keeps in a conversation: which things there are, and how a dialog gets at them.

All of it stands in the sealed session (`Session.own`), goes with the conversation, and is named by "what do you know
about me". A thing that is erased while a dialog shows it is simply not there any more.
"""

from typing import ClassVar

from dialogs.asking import request
from dialogs.steps import Dialog, Json, Kept
from dialogs.visit import Visit

_PLAN: Json = {
    "reasons": "Jeg vil have mere ro.",
    "people": "Min søster",
    "step1": "Jeg går en tur.",
    "tempts": "Fredag aften",
    "places": "Hos min bror",
}


class KeptPlan(Kept, frozen=True, tag=True, kw_only=True):
    """The plan for hard moments: part to words, of `my_plan.PARTS`."""

    name: ClassVar[str] = "plan"
    samples: ClassVar[tuple[Json, ...]] = (_PLAN, None)


_DIARY: Json = {
    "2026-11-18": {"alcohol": 3},
    "2026-11-19": {"alcohol": 0, "cannabis": "2"},
    "2026-11-21": {"alcohol": 5},
    "2026-11-23": {"nothing": True},
    "2026-11-24": {"alcohol": 4, "nicotine": "some"},
    "2026-11-25": {"alcohol": 2},
}


class KeptDiary(Kept, frozen=True, tag=True, kw_only=True):
    """The diary: ISO day to what is written of it, as `diary.Book`."""

    name: ClassVar[str] = "diary"
    samples: ClassVar[tuple[Json, ...]] = (_DIARY, None)


_GOALS: Json = [
    {
        **{"id": 1, "words": "To dage uden alkohol om ugen", "by": "2026-12-24"},
        **{"set": "2026-11-01", "seen": "2026-11-01"},
    },
    {"id": 2, "words": "Ringe til min søster", "by": "", "set": "2026-11-01", "seen": "2026-11-20"},
]


class KeptGoals(Kept, frozen=True, tag=True, kw_only=True):
    """The goals, as `goals.Goal`."""

    name: ClassVar[str] = "goals"
    samples: ClassVar[tuple[Json, ...]] = (_GOALS, None)


_WEIGHING: Json = {
    **{"now_good": "Jeg slapper af.", "now_less": "Jeg sover dårligt."},
    **{"change_good": "Jeg får flere penge.", "change_less": "Jeg mister mine venner."},
    "thought": "Det er tid til noget nyt.",
}


class KeptWeighing(Kept, frozen=True, tag=True, kw_only=True):
    """Good and less good, as `weigh.Said`, with what was thought of it."""

    name: ClassVar[str] = "weighing"
    samples: ClassVar[tuple[Json, ...]] = (_WEIGHING, None)


def kept(visit: Visit, asked: Kept) -> Dialog[Json]:
    """What is kept, or None. Nobody is asked where nothing is."""
    if asked.name not in visit.kept:
        return None
    return (yield from request(asked))
