"""Instruments as values: keys, identities, what may be served, and every text they promise."""

from __future__ import annotations

import pytest

from content.instruments import Item, Permission
from content.loading import load
from content.scoring import score

CONTENT = load()
AUDIT, AUDIT_C, WHO5 = (CONTENT.instrument(name) for name in ("audit", "audit_c", "who5"))


def question_of(item: Item) -> tuple[object, ...]:
    """What an answer is known again by."""
    return item.identity, item.version, item.window


def test_audit_c_is_the_first_three_items_of_audit() -> None:
    for own, whole in zip(AUDIT_C.items, AUDIT.items, strict=False):
        assert own.key == whole.key.replace("audit", "audit_c")
        assert own.identity == whole.key
        assert question_of(own) == question_of(whole), "an answer to one answers the other"
        assert CONTENT.messages.text(own.key) == CONTENT.messages.text(whole.key)
        assert [option.id for option in own.options] == [option.id for option in whole.options]
    assert question_of(AUDIT.items[0]) != question_of(WHO5.items[0])


def test_option_ids_are_the_points_whatever_their_order() -> None:
    assert [option.id for option in AUDIT.items[9].options] == ["0", "2", "4"]
    assert [option.id for option in WHO5.items[0].options] == ["5", "4", "3", "2", "1", "0"]
    assert [option.id for option in CONTENT.instrument("cast6").items[0].options] == ["yes", "no"]
    option = AUDIT.items[9].option("4")
    assert option is not None
    assert (option.points, option.key) == (4, "audit.q10.option.4")
    assert AUDIT.items[9].option("1") is None


def test_the_drink_of_item_three_fits_the_classes_of_item_two() -> None:
    """Five Danish genstande go with 7-9 and 10+, in every wording; the other form must never be mixed in."""
    for language, five, ten in (("da", "fem", "10"), ("en", "five", "10")):
        for reading in ("plain", "easy"):
            assert five in CONTENT.messages.text("audit.q3", language=language, reading=reading)
            label = CONTENT.messages.text("audit.q2.option.4", language=language, reading=reading)
            assert label.startswith(ten)
            assert CONTENT.messages.text("audit.q2.option.3", language=language, reading=reading) == "7-9"


@pytest.mark.parametrize("name", list(CONTENT.instruments))
def test_every_instrument_says_whose_it_is_and_has_every_danish_text(name: str) -> None:
    instrument = CONTENT.instrument(name)
    assert instrument.copyright
    assert instrument.licence
    assert instrument.source_url.startswith("https://")
    for key in instrument.text_keys():
        assert CONTENT.messages.message(key) is not None


@pytest.mark.parametrize("name", list(CONTENT.instruments))
def test_every_instrument_has_every_text_in_both_levels_and_languages(name: str) -> None:
    """Also one that nobody may serve yet: the day its owner permits it, a pack names it and that is all."""
    instrument = CONTENT.instrument(name)
    for language in ("da", "en"):
        for reading in ("plain", "easy"):
            for key in instrument.text_keys():
                assert CONTENT.messages.message(key, language=language, reading=reading), (key, language, reading)


def test_an_instrument_whose_owner_must_be_asked_is_loaded_and_scored_but_never_served() -> None:
    needed = [name for name in CONTENT.instruments if CONTENT.instrument(name).permission is Permission.NEEDED]
    assert needed == ["assist_v3_1", "cage_c", "cast6", "cudit_r", "dudit", "sds"]
    for pack in CONTENT.packs.values():
        assert not any(pack.serves(CONTENT.instrument(name)) for name in needed)
        assert pack.serves(AUDIT_C)


def test_results_in_words_are_band_then_reading_then_the_truth() -> None:
    never = {"q1": 0, "q9": 0, "q10": 0}
    assert AUDIT.result_key(score(AUDIT, never, age=40)) == "audit.result.I"
    assert AUDIT.result_key(score(AUDIT, never, age=15)) == "audit.result.negative"
    assert AUDIT_C.result_key(score(AUDIT_C, {"q1": 3, "q2": 0, "q3": 0}, age=40)) == "audit_c.result.unclear"
    assert AUDIT.result_key(score(AUDIT, {})) == "audit.result.incomplete"


def test_the_withdrawal_warning_needs_morning_drinking_in_the_highest_zone() -> None:
    heavy: dict[str, int | None] = {item.id: max(item.allowed) for item in AUDIT.items}
    assert AUDIT.caution_keys(heavy, score(AUDIT, heavy, age=40)) == ("audit.caution.withdrawal",)
    dry_mornings = heavy | {"q6": 0}
    assert AUDIT.caution_keys(dry_mornings, score(AUDIT, dry_mornings, age=40)) == ()
    assert "112" in CONTENT.messages.text("audit.caution.withdrawal", reading="easy")


def test_a_question_passed_over_is_not_asked_again() -> None:
    assert AUDIT.next_item({}) == AUDIT.items[0]
    assert AUDIT.next_item({"q1": None}) == AUDIT.items[1]
    assert AUDIT.next_item({"q1": 0}) == AUDIT.items[8]
    assert AUDIT.next_item({"q1": 0, "q9": None, "q10": 2}) is None


OFTEN = [0, 1, 2, 3, 4]
EVER = [0, 2, 4]
PUBLISHED = {
    "audit": [OFTEN] * 8 + [EVER] * 2,
    "audit_c": [OFTEN] * 3,
    "who5": [[5, 4, 3, 2, 1, 0]] * 5,
    "dudit": [OFTEN] * 9 + [EVER] * 2,
    "cudit_r": [OFTEN] * 7 + [EVER],
    "sds": [[0, 1, 2, 3]] * 5,
    "cage_c": [[1, 0]] * 5 + [[0, 1, 2, 3, 4, 5, 6, 7]],
    "phq4": [[0, 1, 2, 3]] * 4,
    "cast6": [[1, 0]] * 6,
    "icd10_dependence": [[1, 0]] * 6,
    # The order on the form of items 6 and 7 is not the order of points.
    "assist_v3_1": [[0, 2, 3, 4, 6], [0, 3, 4, 5, 6], [0, 4, 5, 6, 7], [0, 5, 6, 7, 8], [0, 6, 3], [0, 6, 3]],
}


@pytest.mark.parametrize("name", list(CONTENT.instruments))
def test_points_are_the_published_ones(name: str) -> None:
    """domain/instruments.md §§2-10, in the order of the form."""
    items = CONTENT.instrument(name).items
    assert [[option.points for option in item.options] for item in items] == PUBLISHED[name]
    first = 2 if name == "assist_v3_1" else 1
    assert [item.id for item in items] == [f"q{number}" for number in range(first, first + len(items))]


def test_highest_totals() -> None:
    expected = {"audit": 40, "audit_c": 12, "who5": 100, "dudit": 44, "cudit_r": 32, "sds": 15, "cage_c": 6}
    expected |= {"assist_v3_1": 39, "phq4": 12, "cast6": 6, "icd10_dependence": 6}
    assert {name: CONTENT.instrument(name).highest for name in CONTENT.instruments} == expected
