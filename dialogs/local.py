"""What this municipality has for somebody, as its pack knows it; nobody is shown what they cannot have."""

from collections.abc import Mapping

from content.offers import OLDEST, Offer
from dialogs.steps import Words
from dialogs.visit import Visit

AGES: Mapping[str | None, tuple[int, int]] = {
    None: (0, OLDEST),
    "under_13": (0, 12),
    "13_17": (13, 17),
    "18_25": (18, 25),
    "26_up": (26, OLDEST),
}
"""Years of an age group, both ends included; of whoever has not said, any."""
AT_ONCE = 3
"""Offers told in one message."""


def in_order(visit: Visit) -> list[Offer]:
    """What there is on the day, what is to be seen first first, then what is made for few ages; what has a waiting list
    last.
    """
    there = [offer for offer in visit.pack.offers if offer.valid_on(visit.day)]
    return sorted(there, key=lambda offer: (offer.wait, offer.order, offer.span))


def surely(visit: Visit, role: str, age_group: str | None) -> tuple[Words, ...]:
    """The first few offers that everybody of this role and age group can have: whoever it is has not told more."""
    fits = [offer for offer in in_order(visit) if offer.fits_all(role=role, ages=AGES[age_group])]
    return tuple(in_short(offer) for offer in fits[:AT_ONCE])


def in_short(offer: Offer) -> Words:
    """Its name and what it is, in one line."""
    key = "finder.short.anonymous" if offer.anonymous else "finder.short"
    return Words(key=key, fields={"name": Words(key=offer.name_key), "what": Words(key=offer.key)})
