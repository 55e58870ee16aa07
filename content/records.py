"""Helplines and packs, from parsed TOML to values. Pure: `loading` reads the files."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import msgspec

from content.errors import ContentError
from content.helplines import Helpline
from content.hours import read_hours
from content.offers import PHONE, Offer
from content.packs import Pack
from content.plans import Plan
from content.staffing import Staffing


def read_helpline(line_id: str, table: Any, file: str, *, within: str = "") -> Helpline:
    """One helpline; `within` is the table it stands in. Raises ContentError: hours are required, and nothing weaker
    than confidence M is used.
    """
    key = f"{within}.{line_id}" if within else line_id
    if not isinstance(table, dict):
        raise ContentError(file, key, "is no table", f"Write [{key}] and its fields below it.")
    if "hours" not in table:
        raise ContentError(
            file, f"{key}.hours", "is missing", "State the hours; a line whose hours are not known is left out."
        )
    hours = _hours(table["hours"], file, key)
    line: Helpline = _convert({**table, "id": line_id, "hours": hours}, Helpline, file, key)
    if line.confidence not in ("H", "M"):
        raise ContentError(file, f"{key}.confidence", "must be H or M", "Leave out what is not confirmed.")
    if line.number is None and line.web is None and line.place is None:
        raise ContentError(file, key, "cannot be reached", "Give number, web or place.")
    return line


def _hours(table: Any, file: str, key: str) -> Any:
    try:
        return read_hours(table if isinstance(table, dict) else {})
    except ValueError as wrong:
        remedy = 'Example: { weekdays = "09-15", holidays = "closed" }'
        raise ContentError(file, f"{key}.hours".lstrip("."), str(wrong), remedy) from None


def _staffing(table: Any, file: str) -> Staffing:
    if not isinstance(table, dict) or "hours" not in table:
        raise ContentError(file, "staffing.hours", "is missing", "State when counselors are at the desk.")
    staffing: Staffing = _convert(
        {**table, "hours": _hours(table["hours"], file, "staffing")}, Staffing, file, "staffing"
    )
    for field in ("at_once", "queue_most"):
        if getattr(staffing, field) < 1:
            raise ContentError(file, f"staffing.{field}", "is less than 1", "Leave [staffing] out if nobody answers.")
    return staffing


def _convert(table: Mapping[str, Any], kind: type[Any], file: str, key: str) -> Any:
    unknown = set(table) - set(kind.__struct_fields__)
    if unknown:
        raise ContentError(
            file,
            f"{key}.{min(unknown)}".lstrip("."),
            "is no known field",
            f"Use {', '.join(sorted(kind.__struct_fields__))}.",
        )
    try:
        # Built by hand from parsed TOML, so the values are Python's; tables of our own types pass through.
        return msgspec.convert(table, kind, from_attributes=True)
    except msgspec.ValidationError as wrong:
        told, _, place = str(wrong).partition(" - at `$.")
        where = f"{key}.{place.rstrip('`')}".strip(".")
        raise ContentError(file, where, told, "Mend that field.") from None


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge, everything else is replaced. Hours are one fact: a pack's replace the base's whole."""
    merged = dict(under)
    for key, value in over.items():
        mergeable = isinstance(value, dict) and isinstance(merged.get(key), dict) and key != "hours"
        merged[key] = laid_over(merged[key], value) if mergeable else value
    return merged


def read_pack(name: str, table: dict[str, Any], path: str, lines: Mapping[str, Helpline]) -> Pack:
    """One tenant's pack, already laid over base; `lines` are its national and regional helplines."""
    stated = table.pop("offers", {})
    offers, gone = _offers(stated, path), _gone(stated)
    plans = _plans(table.pop("plans", {}), path)
    if "hours" in table:
        table["hours"] = _hours(table["hours"], path, "")
    if "staffing" in table:
        table["staffing"] = _staffing(table["staffing"], path)
    for field in ("id", "lines", "gone", "file"):
        if field in table:
            raise ContentError(path, field, "is not written here", "The id is the folder's name; lines are lines.toml.")
    for field in ("name", "municipality"):
        if not table.get(field):
            raise ContentError(path, field, "is missing", "Write the service's and the municipality's name.")
    table |= {"id": name, "offers": offers, "gone": gone, "plans": plans, "lines": tuple(lines.values()), "file": path}
    pack: Pack = _convert(table, Pack, path, "")
    if pack.phone is not None and not PHONE.fullmatch(pack.phone):
        raise ContentError(path, "phone", f"{pack.phone!r} is no number", 'Write it as in "12 34 56 78".')
    if pack.plans and pack.booking.horizon_days > pack.retention_days:
        remedy = f"At most {pack.retention_days}, the days a talk is kept: no booking outlives its talk unasked."
        raise ContentError(path, "booking.horizon_days", f"is {pack.booking.horizon_days}", remedy)
    return pack


def _offers(tables: Any, path: str) -> tuple[Offer, ...]:
    """The offers of a pack. Raises ContentError: a wrong one sends people where they cannot be helped."""
    if not isinstance(tables, dict):
        raise ContentError(path, "offers", "is no table", "Write [offers.name] and the offer's fields below it.")
    offers: list[Offer] = []
    for offer_id, table in tables.items():
        key = f"offers.{offer_id}"
        if table is False:
            continue
        if not isinstance(table, dict) or "id" in table:
            raise ContentError(path, key, "is no offer", f"Write [{key}] and its fields below it, without id.")
        hours = {"hours": _hours(table["hours"], path, key)} if "hours" in table else {}
        offer: Offer = _convert({**table, **hours, "id": offer_id}, Offer, path, key)
        problem = offer.problem()
        if problem is not None:
            field, wrong, remedy = problem
            raise ContentError(path, f"{key}.{field}", wrong, remedy)
        offers.append(offer)
    return tuple(offers)


def _gone(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of offers that a pack says are no more: `name = false`, for one of the pack that it is laid over."""
    return tuple(offer_id for offer_id, table in tables.items() if table is False)


def _plans(tables: Mapping[str, Any], path: str) -> tuple[Plan, ...]:
    """The working plans of a pack. Raises ContentError: a wrong one would give citizens times that are none."""
    plans: list[Plan] = []
    for plan_id, table in tables.items():
        key = f"plans.{plan_id}"
        if not isinstance(table, dict) or "id" in table:
            raise ContentError(path, key, "is no plan", f"Write [{key}] and its fields below it, without id.")
        plan: Plan = _convert({**table, "id": plan_id}, Plan, path, key)
        problem = plan.problem()
        if problem is not None:
            field, wrong, remedy = problem
            raise ContentError(path, f"{key}.{field}", wrong, remedy)
        plans.append(plan)
    for one, other in combinations(plans, 2):
        if one.collides(other):
            wrong = f"wants {other.who} at the same time as plans.{one.id}"
            raise ContentError(path, f"plans.{other.id}", wrong, "One has one talk at a time: change days or hours.")
    return tuple(plans)
