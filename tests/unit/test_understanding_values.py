"""Answers in words become values; what is unclear becomes nothing."""

# ruff: noqa: E501

import pytest

from bot.understanding.values import Values
from dialogs.heard import Expect, Range, Value

VALUES = Values()


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "Ja tak!",
        "jo",
        "jep",
        "jeps",
        "det gør jeg",
        "ja for fanden",
        "JAAA!!",
        "yes please",
        "👍",
        "ja ja",
        "gerne",
    ],
)
def test_yes(text: str) -> None:
    assert VALUES.read(text, Expect.YESNO) is True


@pytest.mark.parametrize(
    "text",
    ["nej", "nej tak", "næh", "ik", "ik'", "nope", "det gør jeg ikke", "det har jeg ik", "aldrig", "slet ikke", "no thanks",
     "nej jeg vil ikke gøre mig selv noget", "Nej, det gør jeg ikke", "👎"],
)  # fmt: skip
def test_no(text: str) -> None:
    assert VALUES.read(text, Expect.YESNO) is False


@pytest.mark.parametrize(
    "text", ["måske", "både og", "det ved jeg ikke", "ja men ikke i dag", "ja og nej", "ikke rigtig", "hvad?", "", "jeg drikker øl", "🤷"]
)  # fmt: skip
def test_neither(text: str) -> None:
    assert VALUES.read(text, Expect.YESNO) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("aldrig", 0), ("Månedligt eller sjældnere", 1), ("2-4 gange om måneden", 2), ("2 til 4 gange om måneden", 2),
        ("ugentligt", 3), ("2-3 gange om ugen", 3), ("dagligt", 4), ("hver dag", 4), ("0", 0), ("tre", 3), ("4.", 4),
        ("weekly", 3), ("4 gange om ugen eller mere", 4),
        ("5", None), ("-1", None), ("3-4", None), ("sjældent", None), ("en gang om ugen", None), ("ofte", None), ("ja", None),
    ],
)  # fmt: skip
def test_the_frequency_scale(text: str, value: Value) -> None:
    """ "En gang om ugen" fits "2-4 a month" in one question and "weekly" in another: nothing is recorded."""
    assert VALUES.read(text, Expect.SCALE_0_4) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("tre dage", 3), ("hver dag", 7), ("fredag og lørdag", 2), ("aldrig", 0), ("7 dage om ugen", 7),
     ("8", None), ("3-4", None), ("i weekenden", 2), ("kun i weekenden", 2), ("mandag til torsdag", 4), ("alle dage undtagen søndag", 6), ("6 ud af 7", 6), ("måske 3", None)],
)  # fmt: skip
def test_days_a_week(text: str, value: Value) -> None:
    assert VALUES.read(text, Expect.DAYS_PER_WEEK) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("jeg er 15", 15), ("femten", 15), ("15 år", 15), ("syvogfyrre", 47), ("tooghalvtreds", 52), ("120", 120), ("i'm 23", 23),
     ("midt i tyverne", None), ("121", None), ("næsten 16", None), ("over 18", None), ("-5", None), ("min søn er 15", None), ("født i 1990", None)],
)  # fmt: skip
def test_age(text: str, value: Value) -> None:
    assert VALUES.read(text, Expect.AGE) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("ti", 10), ("2,5", 2.5), ("5-6", Range(5, 6)), ("7 til 9", Range(7, 9)), ("10 eller flere", Range(10, None)), ("ingen", 0),
        ("to ramme øl", 48), ("en halv flaske vodka", 9.2), ("2 flasker vin", 11.8), ("en sixpack", 6), ("en kasse øl", 30),
        ("3 øl på 50 cl", 4.5), ("en flaske vin og to øl", 7.9), ("et par øl", Range(2, 3)), ("3 shots", Range(1.6, 3.2)),
        ("mange", None), ("20 om ugen", None), ("ved ikke", None), ("højst 5", None),
    ],
)  # fmt: skip
def test_drinks_become_units_of_twelve_grams(text: str, value: Value) -> None:
    """denmark.md 4.1: 33 cl of 4.6 % is one; half a bottle (70 cl, 40 %) of vodka 9.2; 75 cl wine of 12 % 5.9."""
    assert VALUES.read(text, Expect.NUMBER_UNITS) == value


def test_when_and_nothing_expected_give_no_value() -> None:
    assert VALUES.read("i morgen", Expect.WHEN) is None
    assert VALUES.read("5", None) is None
