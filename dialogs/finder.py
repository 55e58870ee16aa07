"""What one can get here: for whom, how old, from where and whether without a name, each asked only where it matters.

Nobody is shown what they cannot have, and where nothing fits that is said, with what there is instead. All facts are
the pack's, each with its source and year; whoever lives elsewhere sees only what a source opens to all (sundhedsloven
§ 141 stk. 8 for alcohol).
"""

import re
from collections.abc import Iterator, Sequence

from content.helplines import ADULT
from content.offers import OLDEST, Offer, bands
from dialogs.asking import Goto, choice, learn, say, yes_no
from dialogs.doors import go
from dialogs.heard import Expect
from dialogs.local import AGES, in_order
from dialogs.registry import dialog
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Lines, Option, Reach, Words
from dialogs.visit import Visit

WHO = ("self", "relative", "child", "their_child", "professional")
"""Who looks, and for whom: oneself, somebody one worries about, oneself as the child of somebody who drinks or uses,
another such child, a citizen one works with.
"""
HINTS = {"relative": ("relative_advice",), "child": ("child_of_user",)}
OF_ROLE = {"self": "me", "professional": "professional"}
ROLES = {"their_child": "child"}
"""What offers call it, where that is another word."""
MOST_SPANS = 5
"""Ages to choose among at a time."""
SHOWN = 4
"""Offers to choose among at a time."""
STALE_YEARS = 2
"""After so many years a citizen is told to ask whether it is still so."""
_QUOTE = re.compile(r"[,;:]? ?»|;|, (?=[a-zæøå])")
AGENDA = (Point("questions"), Point("choose", ("finder.which",)), Point("read", ("finder.next",)))


@dialog("finder", samples=({}, {"anew": True}), agenda=AGENDA)
def finder(visit: Visit, *, anew: bool = False) -> Dialog[Goto]:
    """Find and read. `anew`: nothing that is known of the citizen counts, for they ask for somebody else."""
    who = yield from _who(visit, anew=anew)
    found, young = yield from _narrowed(visit, who, anew=anew)
    if found and who == "child" and young:
        yield from say("relatives.young_line")
    if not found:
        about = "self" if who in ("self", "child") else "other"
        if who == "professional":
            yield from say("finder.nothing.professional")
        else:
            yield from say("finder.nothing", lines=Lines(label="none", severity=1, about=about))
        return _onward((yield from choice("finder.nothing.next", "anew", "talk", "menu")))
    return (yield from _read(visit, who, found))


def _who(visit: Visit, *, anew: bool) -> Dialog[str]:
    """Who looks: known from the role and from whom the relatives' cards were about, or asked."""
    role = None if anew else visit.role
    if role == "me":
        return "self"
    if role == "professional":
        return "professional"
    if role == "other" and visit.relative is not None:
        return "child" if visit.relative[0] == "child" else "relative"
    asked = WHO if role is None else ("relative", "child", "their_child")
    options = [Option(id=each, label=f"finder.who.{each}", hints=HINTS.get(each, ())) for each in asked]
    who = yield from choice("finder.who", *options)
    if visit.role is None:
        yield from learn("role", OF_ROLE.get(who, "other"))
    return who


def _narrowed(visit: Visit, who: str, *, anew: bool) -> Dialog[tuple[list[Offer], bool]]:
    """What they can have, after the questions that make a difference, and whether whoever it is for is under 18."""
    role = ROLES.get(who, who)
    there = in_order(visit)
    age = yield from _age(visit, who, there, anew=anew)

    def having(*, resident: bool) -> list[Offer]:
        return [offer for offer in there if offer.fits_all(role=role, ages=age, resident=resident)]

    found = having(resident=True)
    if found != having(resident=False) and not (yield from _lives_here(visit, who, anew=anew)):
        found = having(resident=False)
        if found:
            yield from say("finder.elsewhere")
    hidden = [offer for offer in found if offer.anonymous]
    ask = who != "professional" and 0 < len(hidden) < len(found)
    chosen = hidden if ask and (yield from yes_no("finder.anonymous")) else found
    return chosen, age[1] < ADULT


def _age(visit: Visit, who: str, offers: Sequence[Offer], *, anew: bool) -> Dialog[tuple[int, int]]:
    """The span of ages they are in, as fine as it matters; of the citizen, or of the person they ask for. Where that
    would be many buttons, the age group is asked first.
    """
    own = who in ("self", "child")
    known = visit.age_group if own and not anew else None
    message = "finder.age" if own else f"finder.age.{who}"
    spans = bands(offers, ROLES.get(who, who), AGES[known])
    if known is None and len(spans) > MOST_SPANS:
        group = yield from _span_of("finder.group", [ages for name, ages in AGES.items() if name], message)
        spans = bands(offers, ROLES.get(who, who), group)
    age = (yield from _span_of("finder.age", spans, message)) if len(spans) > 1 else spans[0]
    group_name = next((name for name, (low, high) in AGES.items() if name and low <= age[0] and age[1] <= high), None)
    if own and group_name is not None and visit.age_group is None:
        yield from learn("age_group", group_name)
    return age


def _span_of(key: str, spans: Sequence[tuple[int, int]], message: str) -> Dialog[tuple[int, int]]:
    """The one of some spans of ages."""
    chosen = yield from choice(key, *[_span(low, high) for low, high in spans], message=message, expect=Expect.AGE)
    low, _, high = chosen.partition("_")
    return int(low), int(high)


def _span(low: int, high: int) -> Option:
    """A button for a span of ages."""
    kind = "under" if low == 0 else "from" if high == OLDEST else "one" if low == high else "span"
    return Option(id=f"{low}_{high}", label=f"finder.years.{kind}", fields={"low": low, "high": high, "end": high + 1})


def _lives_here(visit: Visit, who: str, *, anew: bool) -> Dialog[bool]:
    if visit.resident is not None and not anew:
        return visit.resident
    other = who in ("their_child", "professional")
    answer = yield from yes_no("finder.where", message=f"finder.where.{who}" if other else None)
    if not other:
        yield from learn("resident", "yes" if answer else "no")
    return bool(answer)


def _read(visit: Visit, who: str, found: Sequence[Offer]) -> Dialog[Goto]:
    """Choose one, read it, choose another; a few at a time."""
    at, message = 0, "finder.which" if len(found) > 1 else "finder.which.one"
    while True:
        shown = found[at : at + SHOWN]
        names = [Option(id=f"offer_{offer.id}", label=offer.name_key) for offer in shown]
        more = ("more",) if len(found) > SHOWN else ()
        others = [Option(id=name, label=f"finder.which.{name}") for name in (*more, "anew", "talk", "menu")]
        wish = yield from choice("finder.which", *names, *others, message=message, count=len(found))
        message = "finder.which.again"
        if wish == "more":
            at = at + SHOWN if at + SHOWN < len(found) else 0
            continue
        offer = visit.pack.offer(wish.removeprefix("offer_"))
        if not wish.startswith("offer_") or offer is None:
            return _onward(wish)
        yield from tell(visit, offer)
        book = ("book",) if offer.at_centre and who != "professional" else ()
        other = "others" if len(found) > 1 else "anew"
        then = yield from choice("finder.next", *book, other, "talk", "menu")
        if then != "others":
            return _onward(then)


def tell(visit: Visit, offer: Offer) -> Dialog[None]:
    """One offer: what it is, for whom, how it is reached and whether it is open, and who says so."""
    yield from say(
        "finder.offer",
        name=Words(key=offer.name_key),
        what=Words(key=offer.key),
        facts=tuple(_facts(visit, offer)),
        reach=Reach(offer=offer.id),
    )


def _facts(visit: Visit, offer: Offer) -> Iterator[Words]:
    """What a source says of it, a line each; what none says is not said. Its ages were asked about already."""
    if offer.residents_from is not None:
        yield Words(key="finder.fact.residents_from", fields={"age": offer.residents_from})
    elif offer.residence is not None:
        yield Words(key=f"finder.fact.{offer.residence}")
    if offer.anonymous is not None:
        yield Words(key="finder.fact.anonymous" if offer.anonymous else "finder.fact.not_anonymous")
    if offer.free is not None:
        yield Words(key="finder.fact.free" if offer.free else "finder.fact.not_free")
    if offer.wait:
        yield Words(key="finder.fact.wait")
    yield Words(key="finder.fact.source", fields={"source": cited(offer.source), "year": offer.source_year})
    if visit.day.year - offer.source_year > STALE_YEARS:
        yield Words(key="finder.fact.old")


def cited(source: str) -> str:
    """Who says so, without the words quoted."""
    return _QUOTE.split(source, maxsplit=1)[0].strip()


def _onward(wish: str) -> Goto:
    return Goto(dialog="finder", arguments={"anew": True}) if wish == "anew" else go(wish)
