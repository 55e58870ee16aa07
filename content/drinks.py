"""Drinks by volume and strength, and how many Danish genstande they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from content.errors import ContentError

GRAMS = 12
"""Alcohol in one genstand (Sundhedsstyrelsen)."""
DENSITY = 0.789
"""Of ethanol, g/ml."""


class Drink(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of drink as it is usually poured."""

    id: str
    cl: Annotated[float, msgspec.Meta(gt=0, le=500)]
    percent: Annotated[float, msgspec.Meta(gt=0, le=96)]
    """Of alcohol, by volume."""

    def tenths(self, many: int) -> int:
        """So many of them in tenths of a genstand, rounded to the nearest."""
        return round(many * self.cl * 10 * self.percent / 100 * DENSITY / GRAMS * 10)


def read_drinks(table: Mapping[str, Any], file: str) -> dict[str, Drink]:
    """Drinks by name, from parsed TOML. Raises ContentError."""
    if not table.get("source"):
        raise ContentError(file, "source", "is missing", "Say where the size of a genstand is from.")
    drinks: dict[str, Drink] = {}
    for name, row in table.get("drinks", {}).items():
        unknown = set(row) - {"cl", "percent"}
        if unknown:
            raise ContentError(file, f"drinks.{name}.{min(unknown)}", "is no known field", "Use cl, percent.")
        try:
            drinks[name] = msgspec.convert({"id": name, **row}, Drink)
        except msgspec.ValidationError as wrong:
            raise ContentError(file, f"drinks.{name}", str(wrong), "Write cl (0-500) and percent (0-96).") from None
    if not drinks:
        raise ContentError(file, "drinks", "are missing", "Keep one at least, as [drinks.beer].")
    return drinks
