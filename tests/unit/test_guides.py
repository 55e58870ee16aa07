"""What counselors look up: readable, sourced, and what is said to citizens held to the citizens' language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from content.errors import ContentError
from content.guides import Guide, in_order, read_guides
from content.lexicon import longest_sentence
from content.loading import guides
from tests.support.player import content

GUIDES = guides()


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_what_is_said_to_a_citizen_is_short_and_blames_nobody(guide: Guide) -> None:
    for sentence in guide.say:
        assert longest_sentence(sentence)[0] <= 18
        assert content().lexicon.forbidden_in(sentence, "da") == []


def test_in_danger_the_guide_for_it_stands_first_and_open() -> None:
    assert next(iter(in_order(GUIDES, 2))) == (GUIDES["suicide"], True)
    assert not any(is_open for _, is_open in in_order(GUIDES, 1))
    assert [guide.id for guide, _ in in_order(GUIDES, 0)] == list(GUIDES)


GOOD: dict[str, Any] = {"id": "a", "title": "A", "about": "Et råd.", "source": "en kilde"}


@pytest.mark.parametrize(
    ("tables", "key", "wrong"),
    [
        ({"guide": [GOOD, GOOD]}, "a", "stands twice"),
        ({"guide": [{**GOOD, "say": "Hej"}]}, "a", "Expected `array`, got `str` - at `$.say`"),
        ({"guide": [{**GOOD, "source": ""}]}, "a", "Expected `str` of length >= 1 - at `$.source`"),
        ({"guide": [{**GOOD, "first_from": 4}]}, "a", "Expected `int` <= 3 - at `$.first_from`"),
        ({"guide": ["A"]}, "guide 1", "Expected `object`, got `str`"),
        ({"guides": []}, "guides", "is no guide"),
    ],
)
def test_a_slip_is_told_with_its_place_and_a_remedy(tables: dict[str, Any], key: str, wrong: str) -> None:
    with pytest.raises(ContentError) as told:
        read_guides(tables)
    assert (told.value.file, told.value.key, told.value.wrong) == ("guides.toml", key, wrong)
    assert told.value.remedy


def test_a_municipality_lays_its_own_over_the_built_in_ones(tmp_path: Path) -> None:
    own = '[[guide]]\nid = "shift"\ntitle = "Vagtplan"\nabout = "Ring til Eva."\nsource = "os selv"\n'
    (tmp_path / "guides.toml").write_text(own, encoding="utf-8")
    found = guides(tmp_path)
    assert list(found) == list(GUIDES)
    assert found["shift"].lines == ["Ring til Eva."]
