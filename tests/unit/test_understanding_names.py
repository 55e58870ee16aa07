"""Which words are somebody's name: slips of the pen, common words, what bears a name, and how far a name goes."""

# ruff: noqa: E501

import pytest

from bot.understanding.personal.names import Names
from bot.understanding.personal.public_names import PublicNames
from bot.understanding.personal.shapes import Shapes
from bot.understanding.personal.words import Words, split
from bot.understanding.personal_data import PersonalData

WORDS = Words()
NAMES = Names(WORDS)
SHAPES = Shapes(frozenset({"fuld", "ensom", "lidt", "kære"}), frozenset({"karl", "mette", "line"}))


def names(text: str) -> list[str]:
    return [text[span.start : span.end] for span in NAMES.find(text, split(text))]


@pytest.mark.parametrize(
    "text",
    ["jeg er fuls og kna ik sove", "jeg er ensmo", "han er bagne for mig", "min mand drirkker", "det er hårf", "hej jwg har det skidt", "jeg er fulllld", "hilsen en trsit mor"],
)  # fmt: skip
def test_a_slip_of_the_pen_is_no_name(text: str) -> None:
    assert names(text) == []


def test_after_hedder_even_what_looks_like_a_slip_is_a_name() -> None:
    assert names("jeg hedder kvina") == ["kvina"]
    assert names("jeg er kvina") == []


@pytest.mark.parametrize(
    ("word", "slip"),
    [("fuls", "w"), ("fudl", "w"), ("fulde", "w"), ("fud", "w"), ("liiiiidt", "w"), ("karel", "n"), ("mett", "n"), ("kare", "wn"), ("fuld", ""), ("zzzzz", ""), ("fu1d", "")],
)  # fmt: skip
def test_what_a_word_is_a_slip_of(word: str, slip: str) -> None:
    assert SHAPES.slip(word) == slip


def test_names_are_spelled_otherwise_than_words_also_when_no_list_has_them() -> None:
    assert {
        name for name in ("abdirizak", "szymon", "oliwia", "ovidiu") if WORDS.shapes.like_a_name(name) <= 0
    } == set()
    assert {word for word in ("flækkede", "nedslidthed", "muldvarpen") if WORDS.shapes.like_a_name(word) > 0} == set()


@pytest.mark.parametrize(
    "text",
    ["min bror og hans kone drikker", "jeg er hans datter", "det er da dumt", "my dad will be angry", "jeg er kristen", "siden i går og i dag"],
)  # fmt: skip
def test_the_commonest_words_are_no_names(text: str) -> None:
    assert names(text) == []


def test_the_commonest_words_are_names_where_the_line_says_so() -> None:
    assert names("jeg hedder hans") == ["hans"]
    assert names("min mand hans drikker") == ["hans"]
    assert names("så kom Hans Larsen") == ["Hans Larsen"]


@pytest.mark.parametrize(
    "text",
    ["på Hans Tausens Gade", "jeg bor ved Thors Bakke", "hele Jens Baggesensvej", "på Sankt Hans i et halvt år", "Kong Frederik kom forbi", "Peter Larsen Kaffe om morgenen", "Annas Hus er lukket", "jeg læste om Tove Ditlevsens liv"],
)  # fmt: skip
def test_streets_houses_saints_and_writers_are_public(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Anna bor på gaden", "Anna"),
        ("i Annas hus", "Annas"),
        ("Tove er min nabo", "Tove"),
        ("så kom Frederik", "Frederik"),
    ],
)
def test_a_name_is_public_only_with_what_makes_it_so(text: str, name: str) -> None:
    assert names(text) == [name]


def test_only_the_words_of_the_public_name_are_public() -> None:
    text = "Lise så Kurt Cobain på Hans Broges Gade"
    assert PublicNames(WORDS.first).places(text, split(text)) == {2, 3, 5, 6, 7}


@pytest.mark.parametrize(
    "name",
    ["A.B. Sørensen", "M. Brandt", "K. J. Møller", "Pia B. Thomsen", "Peter Kirkegaard Lund", "Birthe Nørgaard Bak", "Karin Damgaard Olsen"],
)  # fmt: skip
def test_a_name_goes_from_its_first_initial_to_its_last_surname(name: str) -> None:
    assert names(f"mvh {name}") == [name]


def test_surnames_of_farms_are_names_and_farms_are_not() -> None:
    assert names("rektor Vestergaard har ringet hjem") == ["Vestergaard"]
    assert names("vi bor på gården Vestergaard") == []


def test_a_capital_line_does_not_make_words_names() -> None:
    assert names("PETER SLÅR MIG") == ["PETER"]


@pytest.mark.parametrize("text", ["en pakke Cecil og to Tuborg", "en Magnum", "to Victor og en snaps", "Mario svampe"])
def test_what_is_bought_is_no_person(text: str) -> None:
    assert names(text) == []


def test_people_beside_what_is_bought_are_names() -> None:
    assert names("jeg gav Mona en flaske vin") == ["Mona"]
    assert names("Torkil drak en kasse øl") == ["Torkil"]


def test_what_stands_between_hedder_and_the_name_is_no_part_of_it() -> None:
    assert names("jeg hedder faktisk Dusan") == ["Dusan"]


def test_a_genitive_goes_with_its_apostrophe() -> None:
    assert names("i rasmus' lejlighed") == ["rasmus'"]
    assert names("hilsen Lars P.") == ["Lars P."]


def test_a_mail_address_is_no_end_of_a_name() -> None:
    text = "Britta Yde britta@yde.nu"
    assert [text[span.start : span.end] for span in PersonalData().find(text)] == ["Britta Yde", "britta@yde.nu"]
