"""Am I ready? Two rulers and where one stands, as a motivational talk: no result, no bands, the citizen's own reasons.

The rulers ask how much it matters and how sure one is, 0 to 10, and then why not lower: what is said then is said for a
change. No limits were ever published, so none are shown (domain/instruments.md §11). Where one stands follows the
stages of change; nobody is pushed to the next one.
"""

from dialogs.asking import Goto, choice, free_text, record, say
from dialogs.heard import Expect
from dialogs.registry import dialog
from dialogs.screening_age import from_13
from dialogs.screening_doors import USE, about, out
from dialogs.screening_scale import HIGHEST, RULER, scale
from dialogs.skeleton import Point
from dialogs.steps import Dialog
from dialogs.visit import Visit

RULERS = ("importance", "confidence")
STAGES = ("not_now", "thinking", "soon", "begun", "kept")
"""No plan, within six months, within a month, changed lately, changed more than six months ago."""
CHANGING = ("soon", "begun")
"""Where it matters now how one stops."""
REASONS = {"importance": ("Jeg vil have flere penge.",), "confidence": ("Jeg har gjort det før.",)}
AGENDA = (
    Point("questions"),
    Point("thoughts", ("screening_ready.stage",)),
    Point("next", ("screening_ready.doors",)),
)


@dialog("ready", samples=({"topic": "alcohol"}, {"topic": "cannabis"}, {"topic": "drugs"}, {}), agenda=AGENDA)
def ready(visit: Visit, topic: str = "use") -> Dialog[Goto]:
    """How much it matters, how sure one is, where one stands; then the doors."""
    topic = topic if topic in USE else "use"
    age_group = yield from from_13(visit)
    if isinstance(age_group, Goto):
        return age_group
    yield from say("screening_ready.intro", about=about(topic))
    said = {}
    for ruler in RULERS:
        said[ruler] = yield from measured(ruler, topic)
    stage = yield from choice("screening_ready.stage", *STAGES, optional=True, about=about(topic))
    if stage:
        yield from say(f"screening_ready.stage.{stage}.said")
    if stage in CHANGING:
        yield from warned(topic)
    yield from record("ready", {"topic": topic, "stage": stage or None, **said})
    return (yield from out("screening_ready.doors", topic, age_group))


def measured(ruler: str, topic: str) -> Dialog[int | None]:
    """One ruler, and the reason for not being lower on it: the citizen's own, never ours."""
    chosen = yield from choice(
        f"screening_ready.{ruler}", *RULER, optional=True, expect=Expect.NUMBER_UNITS, about=about(topic)
    )
    if not chosen:
        return None
    number = int(chosen)
    yield from say("screening_ready.place", picture=scale(number, HIGHEST), number=number)
    why = f"screening_ready.{ruler}.{'why' if number else 'none'}"
    if (yield from free_text(why, samples=REASONS[ruler], number=number)) is not None:
        yield from say(f"screening_ready.{ruler}.thanks")
    return number


def warned(topic: str) -> Dialog[None]:
    """Before a change: of alcohol and of some drugs nobody may stop all at once."""
    if topic in ("alcohol", "use"):
        yield from say("screening.stop_safely")
    if topic in ("drugs", "use"):
        yield from say("screening.stop_safely.drugs")
