"""What is wrong with a tenant's facts, or must still be found out: offers, desk, instruments, and everything dated.

Nothing here reads the clock: the caller says which day it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from content.helplines import Helpline
from content.loading import Content
from content.messages import LANGUAGES
from content.packs import WAYS, Pack
from content.problems import Problem, listed

STALE_DAYS = 90
"""Helplines are read again after so many days (domain/denmark.md §9)."""
STALE_YEARS = 2
"""Local facts and quality standards older than this are asked about; the law wants the standard revised so often."""


def check_pack(content: Content, pack: Pack, today: dt.date | None) -> Iterator[Problem]:
    """What is wrong with a tenant's facts, and what a person must find out. Its texts are told elsewhere."""
    view = content.messages.for_pack(pack.id)
    for offer in pack.offers:
        if offer.key not in view:
            remedy = f"Write it in packs/{pack.id}/messages/offers.toml."
            yield Problem(pack.file, f"offers.{offer.id}", "has no description", remedy, warning=pack.draft)
        if today is not None and offer.valid_until is not None and offer.valid_until < today:
            yield Problem(pack.file, f"offers.{offer.id}", "is past valid_until", "Ask the provider, or remove it.")
    for name in pack.gone:
        if content.pack("base").offer(name) is not None:
            remedy = "Say in your own words how it is had; it cannot be left out."
            yield Problem(pack.file, f"offers.{name}", "is what the law gives everywhere", remedy)
    yield from _served(content, pack)
    yield from _desk(content, pack)
    for language in pack.languages:
        if language not in LANGUAGES:
            yield Problem(pack.file, "languages", f"no texts in {language!r}", f"Use {listed(LANGUAGES)}.")
    if pack.draft:
        missing = [*pack.missing, *(["offers"] if _without_offers(content, pack, today) else [])]
        wrong = f"is a draft and not served; still to be found out: {', '.join(missing) or 'nothing'}"
        yield Problem(pack.file, "draft", wrong, "Fill it in, then write draft = false.", warning=True)
    elif pack.id != "base":
        yield from _unknown_facts(pack, today)


def _without_offers(content: Content, pack: Pack, today: dt.date | None) -> bool:
    """Whether it has only what the law gives everywhere, and what an old report says."""
    by_law = {offer.id for offer in content.pack("base").offers}
    newest = max((offer.source_year for offer in pack.offers if offer.id not in by_law), default=0)
    return newest == 0 or (today is not None and today.year - newest > STALE_YEARS)


def _desk(content: Content, pack: Pack) -> Iterator[Problem]:
    """What counselors have ready is written, and they are told by ways that there are."""
    for name in pack.canned:
        if f"canned.{name}" not in content.messages.for_pack(pack.id):
            yield Problem(pack.file, "canned", f"no text canned.{name}", "Write it in messages/canned.toml.")
    for way in pack.alerts.channels:
        if way not in WAYS:
            yield Problem(pack.file, "alerts.channels", f"no way {way!r} to tell anybody", f"Use {listed(WAYS)}.")
    minutes = pack.alerts.escalate_minutes
    if list(minutes) != sorted({each for each in minutes if each > 0}):
        yield Problem(pack.file, "alerts.escalate_minutes", "are not minutes that grow", "Write [2, 10].")


def _served(content: Content, pack: Pack) -> Iterator[Problem]:
    """A pack names instruments that exist, and serves only what it may."""
    for field in ("instruments", "granted", "cutoffs"):
        for name in getattr(pack, field):
            if name not in content.instruments:
                yield Problem(pack.file, field, f"names no instrument {name!r}", f"Use {listed(content.instruments)}.")
    for name in pack.instruments:
        if name in content.instruments and not pack.serves(content.instrument(name)):
            remedy = "Add it to `granted` when its owner has permitted it, or remove it."
            yield Problem(pack.file, "instruments", f"{name} needs its owner's permission", remedy)


def _unknown_facts(pack: Pack, today: dt.date | None) -> Iterator[Problem]:
    """What a person in the municipality must still tell or confirm."""
    if pack.unreachable:
        remedy = "Find out one of them, or write draft = true until then."
        yield Problem(pack.file, "website", "neither website, phone nor address is known", remedy)
    elif pack.contact_missing:
        wrong = "neither phone nor address is known; citizens are sent to the website"
        yield Problem(pack.file, "phone", wrong, "Ask the municipality.", warning=True)
    if pack.hours is None:
        wrong = "opening hours are not known; the service never counts as open by its hours"
        yield Problem(pack.file, "hours", wrong, "Ask the municipality.", warning=True)
    if today is None:
        return
    old = sorted(offer.name for offer in pack.offers if today.year - offer.source_year > STALE_YEARS)
    if old:
        wrong = f"sources are over {STALE_YEARS} years old: {', '.join(old)}"
        yield Problem(pack.file, "offers", wrong, "Have the municipality confirm them.", warning=True)
    if pack.quality_standard_year is not None and today.year - pack.quality_standard_year > STALE_YEARS:
        wrong = f"the quality standard is of {pack.quality_standard_year}; the law wants it revised every second year"
        yield Problem(pack.file, "quality_standard_year", wrong, "Look for the present one.", warning=True)


def check_dates(content: Content, today: dt.date) -> Iterator[Problem]:
    """Facts and lines that are past their date, or that nobody has read or confirmed for long."""
    served = {content.pack(name).region for name in content.tenants}
    unread: dict[str, list[str]] = {}
    unverified: dict[str, list[str]] = {}
    for file, region, line in _lines(content):
        if line.valid_until is not None and line.valid_until < today:
            remedy = "Ring and ask, then set read_on, verified_on and valid_until."
            key, nobodys = f"{region}.{line.id}".lstrip("."), bool(region) and region not in served
            yield Problem(file, f"{key}.valid_until", f"is past ({line.valid_until})", remedy, warning=nobodys)
        if (today - line.read_on).days > STALE_DAYS:
            unread.setdefault(file, []).append(line.name)
        if line.verified_on is None:
            unverified.setdefault(file, []).append(line.name)
    for file, names in unread.items():
        wrong = f"not read again for over {STALE_DAYS} days: {', '.join(names)}"
        yield Problem(file, "read_on", wrong, "Read the sources again.", warning=True)
    for file, names in unverified.items():
        wrong = f"no person has called and asked: {', '.join(names)}"
        yield Problem(file, "verified_on", wrong, "Call before launch.", warning=True)
    for view in (content.messages, *content.messages.packs().values()):
        for table in view.own_messages().values():
            for message in table.values():
                if message.valid_until is not None and message.valid_until < today:
                    remedy = "Confirm the fact and set a new date."
                    yield Problem(message.file, message.key, f"is past valid_until ({message.valid_until})", remedy)


def _lines(content: Content) -> Iterator[tuple[str, str, Helpline]]:
    """Every line with its file and, where it is a region's, the region."""
    for line in content.helplines:
        yield "helplines.toml", "", line
    for region, lines in content.regions.items():
        for line in lines.values():
            yield "regions.toml", region, line
    shared = [*content.helplines, *(line for lines in content.regions.values() for line in lines.values())]
    for pack in content.packs.values():
        for line in pack.lines:
            if line not in shared:
                yield f"packs/{pack.id}/lines.toml", "", line
