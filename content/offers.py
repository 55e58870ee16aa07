"""What a citizen can get in a municipality, and who can have it: facts with their source, never more than it says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from content.hours import Hours
from content.messages import LANGUAGES, READINGS, Message, Texts

OLDEST = 120
"""Years. No age in content is higher."""
GROWN = 18
CHILD, RELATIVE = "child", "relative"
Age = Annotated[int, msgspec.Meta(ge=0, le=OLDEST)]
PHONE = re.compile(r"\+?\d[\d ]{1,14}\d")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Something a citizen can get. Ages in years, both included; None is open. The words are the text `key`."""

    id: str
    name: str
    for_whom: Annotated[tuple[Literal["self", "child", "relative", "professional"], ...], msgspec.Meta(min_length=1)]
    """self: who drinks or uses; child: whoever grew up with somebody who does, of any age; relative: whoever worries
    about somebody; professional.
    """
    source: Annotated[str, msgspec.Meta(min_length=1)]
    source_year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    """Year the source was written: what is old must be confirmed by the municipality."""
    name_en: str | None = None
    """What it is called in English; None: its name is the same."""
    age_min: Age = 0
    age_max: Age | None = None
    """Ages of whoever it is for: of `self` and `child` themselves; else of the person they worry about."""
    residence: Literal["anyone", "residents"] | None = None
    """Who may come: anyone, wherever they live, or only residents. None: no source says."""
    residents_from: Age | None = None
    """From this age only residents."""
    at_centre: bool = False
    """Given by the service itself: its phone, address and hours are the pack's, and it begins with a first talk."""
    phone: str | None = None
    website: str | None = None
    address: str | None = None
    hours: Hours | None = None
    anonymous: bool | None = None
    free: bool | None = None
    wait: bool = False
    """Known to have a waiting list: never to be shown as immediate help."""
    order: int = 50
    """Lower comes first."""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    @property
    def key(self) -> str:
        """Catalog key of the description."""
        return f"offers.{self.id}"

    @property
    def name_key(self) -> str:
        """Catalog key of the name, made from the pack (see `named`)."""
        return f"{self.key}.name"

    @property
    def span(self) -> int:
        """For how many years of age it is."""
        return (OLDEST if self.age_max is None else self.age_max) - self.age_min

    def fits(self, *, role: str, age: int | None, resident: bool | None = None) -> bool:
        """Whether somebody can have it: `role` as in `for_whom`, age in years. What is not known does not exclude. A
        grown child of somebody who drinks or uses may also come as one who worries about somebody of any age.
        """
        grown = role == CHILD and age is not None and age >= GROWN and RELATIVE in self.for_whom and self.span == OLDEST
        if role not in self.for_whom and not grown:
            return False
        if age is not None and (age < self.age_min or (self.age_max is not None and age > self.age_max)):
            return False
        return resident is not False or self._open_elsewhere(age)

    def fits_all(self, *, role: str, ages: tuple[int, int], resident: bool | None = None) -> bool:
        """Whether everybody from the one age to the other, both included, can have it."""
        return all(self.fits(role=role, age=age, resident=resident) for age in ages)

    def _open_elsewhere(self, age: int | None) -> bool:
        """Whether somebody who lives elsewhere can have it. Where no source says so, nobody is sent for nothing."""
        if self.residence != "anyone":
            return False
        return self.residents_from is None or (age is not None and age < self.residents_from)

    def valid_on(self, day: dt.date) -> bool:
        """Whether it is there on that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)

    def problem(self) -> tuple[str, str, str] | None:
        """Field, what is wrong with it, and the remedy; None if all is well."""
        if self.age_max is not None and self.age_max < self.age_min:
            return "age_max", f"is {self.age_max}, below age_min {self.age_min}", "Write the youngest first."
        if self.residents_from is not None and not self.age_min <= self.residents_from <= (self.age_max or OLDEST):
            return "residents_from", f"is {self.residents_from}, an age that nobody has", "Use an age it is for."
        if self.phone is not None and not PHONE.fullmatch(self.phone):
            return "phone", f"{self.phone!r} is no number", 'Write it as in "12 34 56 78".'
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            return "valid_until", "is before valid_from", "Write the earlier date first."
        return None


def bands(offers: Iterable[Offer], role: str, within: tuple[int, int] = (0, OLDEST)) -> list[tuple[int, int]]:
    """The ages that must be told apart to know who can have what: spans in years, both ends included, in order.

    Within one span all have the same offers, wherever they live; neighbouring spans differ.
    """
    known = list(offers)
    youngest, oldest = within
    edges = {youngest, GROWN}
    for offer in known:
        edges |= {offer.age_min, offer.residents_from or 0, OLDEST if offer.age_max is None else offer.age_max + 1}
    found: list[int] = []
    last: list[bool] = []
    for age in sorted(edge for edge in edges if youngest <= edge <= oldest):
        here = [offer.fits(role=role, age=age, resident=lives_here) for offer in known for lives_here in (True, False)]
        if not found or here != last:
            found.append(age)
        last = here
    return [(low, after - 1) for low, after in pairwise([*found, oldest + 1])]


def named(offers: Iterable[Offer], known: Mapping[str, Message], file: str) -> Texts:
    """The names of offers as texts, in every language and level, where `known` (plain Danish) has not the same."""
    found: Texts = {}
    for offer in offers:
        if offer.name_key in known and known[offer.name_key].text == offer.name:
            continue
        for language in LANGUAGES:
            name = offer.name_en or offer.name if language == "en" else offer.name
            text = name.replace("{", "{{").replace("}", "}}")
            for reading in READINGS:
                message = Message(key=offer.name_key, text=text, file=file)
                found.setdefault((language, reading), {})[offer.name_key] = message
    return found
