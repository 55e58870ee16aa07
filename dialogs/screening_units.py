"""The units calculator: which drinks, how many, and what they come to by the Danish rule of 12 g a genstand."""

from dialogs.asking import Goto, choice, number, say, yes_no
from dialogs.doors import go, is_young
from dialogs.registry import dialog
from dialogs.screening_age import from_13
from dialogs.screening_doors import after
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Option, Picture, Words
from dialogs.visit import Visit

MOST = 60
"""Of one kind of drink; more is asked again."""
ROUNDS = 8
"""After so many kinds it is added up."""
AGENDA = (Point("questions"), Point("next", ("screening_units.doors",)))


@dialog("units", agenda=AGENDA)
def units(visit: Visit) -> Dialog[Goto]:
    """One kind of drink after the other; then the sum, beside nothing: it is no verdict."""
    age_group = yield from from_13(visit)
    if isinstance(age_group, Goto):
        return age_group
    yield from say("screening_units.intro", picture=Picture(name="drinks.svg", alt=Words(key="screening_units.drinks")))
    drinks = visit.drinks
    options = [Option(id=drink.id, label=f"screening_units.drink.{drink.id}") for drink in drinks.values()]
    tenths, lines = 0, []
    for _ in range(ROUNDS):
        chosen = yield from choice("screening_units.drink", *options)
        many = yield from number(
            "screening_units.many",
            minimum=0,
            maximum=MOST,
            samples=(2, 6),
            drink=Words(key=f"screening_units.drink.{chosen}"),
        )
        if many:
            here = drinks[chosen].tenths(many)
            tenths += here
            name = Words(key=f"screening_units.drink.{chosen}")
            line = Words(key="screening_units.line", fields={"many": many, "drink": name, "units": in_words(here)})
            lines.append(line)
        if not (yield from yes_no("screening_units.more")):
            break
    if lines:
        total = "screening_units.sum.young" if is_young(age_group) else "screening_units.sum"
        yield from say(total, lines=tuple(lines), units=in_words(tenths))
    else:
        yield from say("screening_units.none")
    return go((yield from after("screening_units.doors", "alcohol", age_group)))


def in_words(tenths: int) -> Words:
    """A number with one decimal, in the citizen's language; without it where it is 0."""
    whole, rest = divmod(tenths, 10)
    if not rest:
        return Words(key="screening_units.whole", fields={"whole": whole})
    return Words(key="screening_units.number", fields={"whole": whole, "rest": rest})
