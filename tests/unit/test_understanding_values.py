"""Answers in words become values; what is unclear becomes nothing."""

# ruff: noqa: E501

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.values import Values
from bot.understanding.values.plain import Spelling, plain
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


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("hver loerdag", "hver lørdag"),
        ("manedligt", "månedligt"),
        ("joo", "jo"),
        ("aldri", "aldrig"),
        ("sekten", "seksten"),
        ("god", "god"),
        ("i lørdags", "i lørdags"),
        ("jeg er en taber", "jeg er en taber"),
    ],
)
def test_a_known_word_is_read_in_its_misspellings_and_another_word_is_left(text: str, usual: str) -> None:
    """ "God" is no "good", "i lørdags" is over, and a "taber" is nobody who "tager" something."""
    spelling = Spelling(
        ["lørdag", "månedligt", "jo", "aldrig", "seksten", "good", "tager"], also=["taber"], short={"ik": "ikke"}
    )
    assert spelling.correct(text) == usual


@pytest.mark.parametrize(
    ("text", "said"), [("1½ flaske", "1,5 flaske"), ("1/2", "0,5"), ("14 1/2", "14,5"), ("11/2", "11 2")]
)
def test_fractions_are_decimals(text: str, said: str) -> None:
    assert plain(text) == said


@pytest.mark.parametrize(
    "text", ["det kan jeg ikke huske", "nej det vil jeg ikke svare på", "det gør jeg ikke altid", "okay, jeg smutter nu for altid", "ja hvis det er"]
)  # fmt: skip
def test_who_will_not_say_or_says_so_in_part_has_said_neither(text: str) -> None:
    assert VALUES.read(text, Expect.YESNO) is None


@given(text=st.text(st.sampled_from("jan eiko1½/2 -–,.+%dgtrsøl"), max_size=60), expect=st.sampled_from(Expect))
def test_no_answer_raises_or_is_out_of_bounds(text: str, expect: Expect) -> None:
    value = VALUES.read(text, expect)
    highest = {Expect.SCALE_0_4: 4, Expect.DAYS_PER_WEEK: 7, Expect.AGE: 120}
    if expect in highest and value is not None:
        assert isinstance(value, int)
        assert 0 <= value <= highest[expect]


@pytest.mark.parametrize("text", ["ja " * 200, "1" * 4000, "½" * 4000])
@pytest.mark.parametrize("expect", Expect)
def test_a_long_message_is_a_story_and_no_answer(text: str, expect: Expect) -> None:
    assert VALUES.read(text, expect) is None
