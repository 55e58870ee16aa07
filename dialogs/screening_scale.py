"""A small picture of where somebody lies on a scale; the words beside it say the same.

The name tells the drawer all (`bot.channels.pictures`): ends, place, limits. It names no instrument, so that an address
that is seen somewhere says nothing of whom it was for.
"""

from collections.abc import Sequence

from dialogs.steps import Option, Picture, Words

HIGHEST = 10
"""Of a ruler."""
RULER = tuple(
    Option(id=str(number), label="screening_ready.number", fields={"number": number}) for number in range(HIGHEST + 1)
)
"""The answers on a ruler from 0 to 10."""


def scale(place: int, highest: int, limits: Sequence[int] = ()) -> Picture:
    """A line from 0 to `highest` with the citizen's `place` on it, and the published limits."""
    numbers = "-".join(map(str, (0, highest, place, *limits)))
    fields = {"place": place, "highest": highest}
    if not limits:
        alt = Words(key="screening.scale", fields=fields)
    elif len(limits) == 1:
        alt = Words(key="screening.scale.limit", fields={**fields, "limit": limits[0]})
    else:
        alt = Words(key="screening.scale.limits", fields={**fields, "low": limits[0], "high": limits[-1]})
    return Picture(name=f"scale-{numbers}.svg", alt=alt)
