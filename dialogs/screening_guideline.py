"""The 10-4-0 check: two numbers beside Sundhedsstyrelsen's advice, and what it says of age and pregnancy.

Adults at most 10 a week and 4 on one day, the same for women and men; under 18, and who is or tries to be pregnant: the
advice is not to drink (Sundhedsstyrelsen, 7 March 2022, notat v1.2 of 26 May 2023). No use is free of risk.
"""

from dialogs.asking import Goto, number, say
from dialogs.doors import go, is_young
from dialogs.heard import Expect
from dialogs.registry import dialog
from dialogs.screening_age import from_13
from dialogs.screening_doors import after
from dialogs.screening_scale import scale
from dialogs.skeleton import Point
from dialogs.steps import Dialog
from dialogs.visit import Visit

WEEK, DAY = 10, 4
"""Most genstande in a week and on one day."""
MOST_WEEK, MOST_DAY = 300, 60
"""No higher number is believed: more is asked again."""
SHOWN = 2
"""The picture ends at twice the advice, or at the number itself."""
AGENDA = (Point("questions"), Point("next", ("screening_guideline.doors",)))


@dialog("guideline", agenda=AGENDA)
def guideline(visit: Visit) -> Dialog[Goto]:
    """Two numbers, each beside the advice; then the doors."""
    age_group = yield from from_13(visit)
    if isinstance(age_group, Goto):
        return age_group
    if is_young(age_group):
        yield from say("screening_guideline.young")
        return (yield from _out(age_group))
    yield from say("screening_guideline.intro")
    week = yield from number(
        "screening_guideline.week", minimum=0, maximum=MOST_WEEK, samples=(6, 14), expect=Expect.NUMBER_UNITS
    )
    day = yield from number(
        "screening_guideline.day", minimum=0, maximum=MOST_DAY, samples=(3, 6), expect=Expect.NUMBER_UNITS
    )
    if week is None and day is None:
        yield from say("screening_guideline.unknown")
        return (yield from _out(age_group))
    if week is not None:
        yield from _beside("week", week, WEEK)
    if day is not None:
        yield from _beside("day", day, DAY)
    if age_group == "18_25":
        yield from say("screening_guideline.18_25")
    yield from say("screening_guideline.pregnant")
    if (week or 0) > WEEK:
        yield from say("screening.stop_safely")
    return (yield from _out(age_group))


def _beside(what: str, said: int, most: int) -> Dialog[None]:
    """One number beside the advice."""
    side = "above" if said > most else "within"
    picture = scale(said, max(SHOWN * most, said), (most,))
    yield from say(f"screening_guideline.{what}.{side}", picture=picture, said=said, most=most)


def _out(age_group: str) -> Dialog[Goto]:
    more = () if is_young(age_group) else ("units",)
    return go((yield from after("screening_guideline.doors", "alcohol", age_group, more=more)))
