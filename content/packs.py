"""A tenant's pack: local facts, laid over `base`. Nothing is invented: a number nobody has stated is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from content.helplines import Helpline
from content.hours import Hours
from content.instruments import CutOff, Instrument, Permission
from content.offers import Offer
from content.plans import Plan
from content.staffing import Staffing

LOCAL_FIELDS = frozenset(
    (
        *("service", "municipality", "website", "phone", "email", "address", "opening_hours"),
        *("tenant", "hours", "contact", "acute", "days_kept", "calendar"),
    )
)
"""Fields that any text may use without its dialog giving them: `Pack.fields`, and what rendering makes of the pack."""


class Cluster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Municipalities that develop their help together, as a report names them."""

    name: str
    took_part: bool
    source: str
    source_year: int


WAYS = frozenset({"sound", "webhook", "email"})
"""How somebody is told that a citizen in danger waits."""


class Alerts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told that somebody in danger waits (DESIGN §7): at once, and again after so many minutes each. `channels`
    are of sound, webhook and email. Addresses are settings of the installation, never content.
    """

    escalate_minutes: tuple[int, ...] = (2, 10)
    channels: tuple[str, ...] = ("sound",)


class FollowUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Consented contact after a completed course (bekendtgørelse to serviceloven § 101: 1 and 6 months)."""

    months: tuple[int, ...] = (1, 6)
    age_min: int = 15
    keep_days_after_last_answer: int = 14
    keep_months_at_most: int = 8


class BookingRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the first talk is booked in the chat."""

    lead_hours: Annotated[int, msgspec.Meta(ge=0, le=72)] = 4
    """Nearer times than this are not offered: somebody must see that a citizen comes."""
    horizon_days: Annotated[int, msgspec.Meta(ge=1)] = 21
    """How far ahead times are made. Not beyond `retention_days`: no booking outlives its talk unasked."""
    hold_minutes: Annotated[int, msgspec.Meta(ge=2, le=60)] = 10
    """How long a chosen time is kept while the citizen makes up their mind."""
    remind_hour: Annotated[int, msgspec.Meta(ge=8, le=20)] = 10
    """The hour of the day before at which a citizen who wishes it is reminded."""


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality's service."""

    id: str
    name: str
    """The service's own name, as in "Rusmiddelcenter Randers"."""
    version: str
    municipality: str
    draft: bool = False
    """Not filled in yet, and so never served; `missing` says what it lacks."""
    cluster: Cluster | None = None
    website: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    hours: Hours | None = None
    region: str | None = None
    languages: tuple[str, ...] = ("da", "en")
    lines: tuple[Helpline, ...] = ()
    """National and regional helplines together."""
    offers: tuple[Offer, ...] = ()
    gone: tuple[str, ...] = ()
    """Ids of offers that a municipality has taken out of the pack that comes with Dørtrin."""
    plans: tuple[Plan, ...] = ()
    booking: BookingRules = BookingRules()
    staffing: Staffing | None = None
    """When counselors answer in the chat; None: nobody ever does, and the bot says so."""
    canned: tuple[str, ...] = ()
    """Replies that lie ready for counselors: texts `canned.<name>`."""
    alerts: Alerts = Alerts()
    follow_up: FollowUp = FollowUp()
    retention_days: int = 30
    guarantee_days: int = 14
    instruments: tuple[str, ...] = ()
    """Names of those that are served, in the order they are offered."""
    granted: tuple[str, ...] = ()
    """Names of those whose owner has permitted this tenant to serve them."""
    cutoffs: Mapping[str, tuple[CutOff, ...]] = {}
    quality_standard: str | None = None
    """Where the kvalitetsstandard for drug treatment can be read; the law wants it public."""
    quality_standard_year: int | None = None
    """When it was last revised; the law wants every second year at least."""
    sources: tuple[str, ...] = ()
    file: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What a person must still find out before citizens can be served well, by the names of the fields."""
        known = {
            "website": self.website,
            "phone": self.phone,
            "address": self.address,
            "hours": self.hours,
            "region": self.region,
            "staffing": self.staffing,
            "plans": self.plans,
            "quality_standard": self.quality_standard,
        }
        return tuple(name for name, fact in known.items() if not fact)

    @property
    def unreachable(self) -> bool:
        """Neither website, phone nor address is known: citizens can be sent nowhere."""
        return self.contact_missing and self.website is None

    @property
    def contact_missing(self) -> bool:
        """Neither phone nor address is known: texts send the citizen to the municipality's website."""
        return self.phone is None and self.address is None

    @property
    def contact_key(self) -> str:
        """Catalog key of the sentence on how to reach the service; filled with `fields()`."""
        if self.phone and self.address:
            return "tenant.contact.phone_and_address"
        if self.phone:
            return "tenant.contact.phone"
        if self.address:
            return "tenant.contact.address"
        return "tenant.contact.website" if self.website else "tenant.contact.unknown"

    def fields(self, language: str = "da") -> dict[str, str]:
        """Local facts for texts; what is not known is absent.

        service, municipality, website, phone, email, address, opening_hours.
        """
        facts = {
            "service": self.name,
            "municipality": self.municipality,
            "website": self.website,
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
            "opening_hours": self.hours.words(language) if self.hours else None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}

    def serves(self, instrument: Instrument) -> bool:
        """Whether citizens may be given this instrument: chosen by the tenant, and permitted."""
        if instrument.name not in self.instruments:
            return False
        return instrument.permission is not Permission.NEEDED or instrument.name in self.granted

    def offer(self, offer_id: str) -> Offer | None:
        """The offer of that id."""
        return next((offer for offer in self.offers if offer.id == offer_id), None)

    def cutoffs_for(self, instrument: Instrument) -> tuple[CutOff, ...] | None:
        """The tenant's own cut-offs, for `score(…, cutoffs=…)`; None: the published ones."""
        return self.cutoffs.get(instrument.name)
