"""The offer finder never shows what the person cannot have, and leaves out nothing that they can: in every pack, at
every age, for everybody who may ask, wherever they live, with whatever is known of them already.
"""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from content.loading import load
from content.offers import Offer
from content.packs import Pack
from dialogs.finder import WHO, finder
from dialogs.local import AGES
from dialogs.steps import Ask, Dialog
from dialogs.visit import Facts, Visit

CONTENT = load()
PACKS = sorted(CONTENT.packs)
TODAY = date(2026, 11, 25)


class Person:
    """Answers every question truly."""

    def __init__(self, who: str, age: int, *, resident: bool, anonymous: bool) -> None:
        self.who, self.age, self.resident, self.anonymous = who, age, resident, anonymous
        self.asked: list[str] = []

    def answer(self, ask: Ask) -> str:
        self.asked.append(ask.key)
        if ask.key == "finder.who":
            return self.who
        if ask.key in ("finder.group", "finder.age"):
            return next(each.id for each in ask.options if self._in(each.id))
        return "yes" if (self.resident if ask.key == "finder.where" else self.anonymous) else "no"

    def _in(self, span: str) -> bool:
        low, high = map(int, span.split("_"))
        return low <= self.age <= high

    def can_have(self, offer: Offer) -> bool:
        """By the pack's facts alone."""
        role = {"their_child": "child"}.get(self.who, self.who)
        oldest = 120 if offer.age_max is None else offer.age_max
        of_age = role in offer.for_whom and offer.age_min <= self.age <= oldest
        any_age = offer.age_min == 0 and offer.age_max is None
        grown = role == "child" and self.age >= 18 and "relative" in offer.for_whom and any_age
        elsewhere = offer.residence == "anyone" and (
            offer.residents_from is None or (of_age and self.age < offer.residents_from)
        )
        there = (offer.valid_from or TODAY) <= TODAY <= (offer.valid_until or TODAY)
        return there and (of_age or grown) and (self.resident or elsewhere)


def shown_to(person: Person, visit: Visit, *, anew: bool) -> list[str]:
    """Ids of all offers that the finder lets the person choose."""
    talk: Dialog[Any] = finder(visit, anew=anew)
    found: list[str] = []
    given: Any = None
    try:
        while True:
            step = talk.send(given)
            given = None
            if not isinstance(step, Ask):
                continue
            if step.key not in ("finder.which", "finder.nothing.next"):
                given = person.answer(step)
                continue
            names = [each.id.removeprefix("offer_") for each in step.options if each.id.startswith("offer_")]
            fresh = [name for name in names if name not in found]
            found += fresh
            given = "more" if fresh and step.option("more") else "menu"
    except StopIteration:
        return found


def visit_of(pack: Pack, facts: Facts) -> Visit:
    return Visit(facts, CONTENT, pack, {})


people = st.builds(Person, st.sampled_from(WHO), st.integers(0, 120), resident=st.booleans(), anonymous=st.booleans())


@given(name=st.sampled_from(PACKS), person=people, known=st.booleans(), anew=st.booleans())
def test_what_is_shown_is_what_the_person_can_have(name: str, person: Person, known: bool, anew: bool) -> None:
    pack = CONTENT.pack(name)
    role = {"self": "me", "professional": "professional"}.get(person.who, "other") if known else None
    group = next(name for name, (low, high) in AGES.items() if name and low <= person.age <= high)
    own = known and person.who in ("self", "child")
    facts = Facts(
        day=TODAY.isoformat(),
        role=role,
        age_group=group if own else None,
        relative={"relative": "partner", "child": "child"}.get(person.who) if known else None,
    )
    shown = shown_to(person, visit_of(pack, facts), anew=anew)
    can = {offer.id for offer in pack.offers if person.can_have(offer)}
    hidden = {offer.id for offer in pack.offers if offer.anonymous}
    wanted = can & hidden if "finder.anonymous" in person.asked and person.anonymous else can
    assert len(shown) == len(set(shown))
    assert set(shown) == wanted


@given(name=st.sampled_from(PACKS), person=people)
def test_what_is_known_is_not_asked_again(name: str, person: Person) -> None:
    pack = CONTENT.pack(name)
    group = next(name for name, (low, high) in AGES.items() if name and low <= person.age <= high)
    person.who = "self"
    facts = Facts(day=TODAY.isoformat(), role="me", age_group=group, resident="yes" if person.resident else "no")
    shown_to(person, visit_of(pack, facts), anew=False)
    assert not {"finder.who", "finder.group", "finder.where"} & set(person.asked)
