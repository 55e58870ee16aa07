"""Practising the talk: we play the other one, from written branches, and say what each way of speaking tends to do.

Three rounds, each with three ways of saying it: "I" or "you" or a threat; listening, counting or stopping; suggesting
help, taking over or asking for a promise (MI and CRAFT, denmark.md §5). Nothing is scored: every way is met kindly.
"""

from collections.abc import Mapping

from dialogs.asking import choice, say
from dialogs.steps import Dialog, Option

SCENES: Mapping[str, str] = {
    **dict.fromkeys(("partner", "child", "sibling", "friend"), "home"),
    **dict.fromkeys(("parent", "grandparent"), "teen"),
    **dict.fromkeys(("colleague", "leader"), "work"),
    **dict.fromkeys(("young", "teen"), "adult"),
}
"""Who is played: one's own grown-up, a young person, somebody at work; for the young a grown-up they tell."""
ROUNDS: tuple[tuple[str, ...], ...] = (("i", "you", "threat"), ("hear", "count", "later"), ("help", "fix", "promise"))
ROUNDS_YOUNG: tuple[tuple[str, ...], ...] = (("whole", "bit", "joke"), ("stay", "write", "other"))


def practise(voice: str) -> Dialog[None]:
    """One try: what one says, what may be answered, what to make of it. It can be stopped at every answer."""
    scene = SCENES[voice]
    young = scene == "adult"
    key = f"relatives.play.{scene}"
    yield from say("relatives.play.about.young" if young else "relatives.play.about")
    for number, ways in enumerate(ROUNDS_YOUNG if young else ROUNDS, 1):
        said = yield from choice(
            f"{key}.{number}",
            *[Option(id=way, label=f"{key}.say.{way}") for way in ways],
            Option(id="stop", label="relatives.play.stop"),
        )
        if said == "stop":
            break
        yield from say(f"{key}.answer.{said}")
        yield from say(f"relatives.play.coach.{said}")
    yield from say("relatives.play.end.young" if young else "relatives.play.end")
