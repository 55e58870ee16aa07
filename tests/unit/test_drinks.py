"""Genstande by the 12 g rule: the computed values of domain/denmark.md (ml x vol% / 100 x 0.789 / 12)."""

from __future__ import annotations

import pytest

from content.drinks import Drink
from content.loading import load

CONTENT = load()


@pytest.mark.parametrize(
    ("cl", "percent", "tenths"),
    [
        *[(33, 4.6, 10), (33, 5.8, 13), (50, 4.6, 15), (12, 12, 9), (75, 12, 59), (75, 14, 69)],
        *[(4, 40, 11), (2, 40, 5), (70, 43, 198), (27.5, 5, 9), (300, 12, 237)],
    ],
)
def test_one_drink_in_tenths_of_a_genstand(cl: float, percent: float, tenths: int) -> None:
    assert Drink(id="x", cl=cl, percent=percent).tenths(1) == tenths


def test_a_case_of_thirty_beers_is_nearly_thirty() -> None:
    assert CONTENT.drinks["beer"].tenths(30) == 299
    assert CONTENT.drinks["beer"].tenths(0) == 0


def test_every_drink_has_a_name_in_both_levels_and_languages() -> None:
    for name in CONTENT.drinks:
        for language in ("da", "en"):
            for reading in ("plain", "easy"):
                key = f"screening_units.drink.{name}"
                assert CONTENT.messages.message(key, language=language, reading=reading), (key, language, reading)
