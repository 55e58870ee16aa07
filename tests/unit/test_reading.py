"""A typed text as the answer to a question: read where it means one option, and never guessed."""

import pytest

from dialogs.heard import NOTHING_HEARD, Expect, Heard, Intent, Range, Value
from dialogs.reading import Unread, hinted, named_too, read
from dialogs.relatives import NAMED
from dialogs.steps import Ask, Identity, Json, Kind, Option

LABELS = {
    "me": "Det handler om mig",
    "other": "Det handler om en, jeg kender",
    "mother": "Min mor eller far",
    "friend": "En ven",
    "few": "1-2",
    "some": "3-4",
    "many": "10 eller flere",
    "young": "Under 13 år",
    "teen": "13 til 17 år",
    "grown": "26 år eller mere",
    "never": "Aldrig",
    "weekly": "4 gange om ugen eller mere",
    "recently": "Ja, i det seneste år",
    "earlier": "Ja, men ikke i det seneste år",
    "yes": "Ja",
    "no": "Nej",
}


def ask(*options: str, item: bool = False, intents: dict[str, str] | None = None) -> Ask:
    identity = Identity(item="audit.q1", version="1", window="year") if item else None
    made = tuple(
        Option(id=option, label=option, intents=tuple((intents or {}).get(option, "").split())) for option in options
    )
    return Ask(key="k", message="k", options=made, identity=identity)


def answer(asked: Ask, text: str, heard: Heard = NOTHING_HEARD) -> Json:
    try:
        return read(asked, text, heard, lambda option: (LABELS[option.id],))
    except Unread:
        return "unread"


def answer_in(asked: Ask, text: str, heard: Heard = NOTHING_HEARD) -> Json:
    """Read with labels that mean nothing."""
    try:
        return read(asked, text, heard, lambda option: (option.label,))
    except Unread:
        return "unread"


@pytest.mark.parametrize(
    ("options", "text", "wanted"),
    [
        (("me", "other"), "det handler om MIG!", "me"),
        (("me", "other"), "om mig", "me"),
        (("me", "other"), "det handler om", "unread"),
        (("mother", "friend"), "min mor", "mother"),
        (("mother", "friend"), "en god ven", "unread"),
        (("few", "some", "many"), "3", "some"),
        (("few", "some", "many"), "12", "many"),
        (("few", "some", "many"), "7", "unread"),
        (("never", "weekly"), "10", "unread"),
        (("young", "teen", "grown"), "15", "teen"),
        (("young", "teen", "grown"), "13", "teen"),
        (("young", "teen", "grown"), "9", "young"),
        (("recently", "earlier", "no"), "ja", "unread"),
        (("recently", "earlier", "no"), "ikke", "unread"),
        (("recently", "earlier", "no"), "nej", "no"),
        (("me", "other"), "", "unread"),
        (("me", "other"), "🍺", "unread"),
    ],
)
def test_words_are_read_as_the_option_they_mean(options: tuple[str, ...], text: str, wanted: str) -> None:
    assert answer(ask(*options), text) == wanted


def test_an_item_of_an_instrument_takes_no_part_of_a_label() -> None:
    assert answer(ask("never", "weekly", item=True), "gange ugen") == "unread"
    assert answer(ask("never", "weekly", item=True), "aldrig") == "never"


def test_a_sure_intent_chooses_the_option_that_stands_for_it() -> None:
    menu = ask("me", "other", intents={"me": "screening_alcohol"})
    sure = Heard(intent=Intent(name="screening_alcohol", score=0.9, sure=True))
    unsure = Heard(intent=Intent(name="screening_alcohol", score=0.4, sure=False))
    assert answer(menu, "jeg vil gerne testes", sure) == "me"
    assert answer(menu, "jeg vil gerne testes", unsure) == "unread"


def test_a_hint_is_enough_where_a_wrong_guess_costs_one_tap() -> None:
    options = (Option(id="me", label="me", hints=("screening_cannabis",)), Option(id="other", label="other"))
    who = Ask(key="k", message="k", options=options)
    assert hinted(who, Heard(intent=Intent(name="screening_cannabis", score=0.4, sure=False))) == "me"
    assert hinted(who, NOTHING_HEARD) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("det er min datter på 17", "parent"),
        ("min mand vil ikke stoppe", "partner"),
        ("min mand og min datter", "unread"),
        ("det er ikke min mand", "unread"),
        ("min mands bror", "unread"),
    ],
)
def test_who_it_is_about_is_read_inside_a_longer_text(text: str, wanted: str) -> None:
    options = tuple(Option(id=who, label=who, words=NAMED[who]) for who in ("partner", "parent"))
    assert answer_in(Ask(key="k", message="k", options=options), text) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(4.0, "some"), (1.9, "few"), (2.6, "unread"), (12.0, "many")])
def test_beers_and_glasses_are_drinks(value: float, wanted: str) -> None:
    asked = ask("few", "some", "many")
    asked = Ask(key="k", message="k", options=asked.options, expect=Expect.NUMBER_UNITS, identity=asked.identity)
    assert answer(asked, "4 øl", Heard(value=value)) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(7, "4"), (0, "0"), (3, "unread")])
def test_only_every_day_and_none_are_an_answer_to_how_often_one_drinks(value: int, wanted: str) -> None:
    options = (Option(id="0", label="never"), Option(id="4", label="weekly"))
    often = Ask(key="k", message="k", options=options, expect=Expect.DAYS_PER_WEEK)
    assert answer_in(often, "hver aften", Heard(value=value)) == wanted


def test_yes_and_scale_words_come_from_the_understanding() -> None:
    options = (Option(id="yes", label="yes"), Option(id="no", label="no"))
    yes_no = Ask(key="k", message="k", options=options, expect=Expect.YESNO)
    assert answer(yes_no, "jeps", Heard(value=True)) == "yes"
    assert answer(yes_no, "måske") == "unread"


@pytest.mark.parametrize(("text", "wanted"), [("7", 7), ("0", 0), ("11", "unread"), ("syv", "unread"), ("", "unread")])
def test_a_number_is_read_within_its_bounds(text: str, wanted: Json) -> None:
    number = Ask(key="k", message="k", kind=Kind.NUMBER, minimum=0, maximum=10)
    assert answer(number, text) == wanted


@pytest.mark.parametrize(
    ("heard", "wanted"),
    [(3.0, 3), (1.9, 2), (1.5, 2), (0.3, 1), (0.0, 0), (0, 0), (Range(min=3, max=4), "unread"), (None, "unread")],
)
def test_drinks_are_whole_units_and_a_sip_is_never_nothing(heard: Value, wanted: Json) -> None:
    number = Ask(key="k", message="k", kind=Kind.NUMBER, expect=Expect.NUMBER_UNITS, maximum=60)
    assert answer(number, "to store fadøl", Heard(value=heard)) == wanted


@pytest.mark.parametrize(
    ("text", "when", "wanted"),
    [
        ("den 24. december", "2026-12-24", "2026-12-24"),
        ("om to uger", "2026-W50", "2026-12-13"),
        ("en ven", None, "friend"),
        ("en ven", "2026-12-24", "friend"),
        ("engang", None, "unread"),
    ],
)
def test_a_day_is_read_where_one_is_named(text: str, when: str | None, wanted: Json) -> None:
    day = Ask(key="k", message="k", kind=Kind.DATE, options=(Option(id="friend", label="friend"),))
    assert answer(day, text, Heard(when=when)) == wanted


SUBSTANCES = Ask(
    key="k",
    message="k",
    options=(
        Option(id="advice", label="-", intents=("info_substance",)),
        Option(id="drugs", label="--", intents=("info_substance",), substances=("cannabis", "ghb")),
    ),
)


@pytest.mark.parametrize(
    ("substances", "sure", "wanted"),
    [
        (("cannabis",), True, "drugs"),
        (("cannabis", "ghb"), True, "drugs"),
        (("alcohol",), True, "advice"),
        ((), True, "advice"),
        (("cannabis",), False, "unread"),
    ],
)
def test_of_two_options_with_one_intent_the_substance_named_decides(
    substances: tuple[str, ...], sure: bool, wanted: str
) -> None:
    heard = Heard(intent=Intent(name="info_substance", score=0.9, sure=sure), substances=substances)
    assert answer_in(SUBSTANCES, "er det farligt", heard) == wanted


@pytest.mark.parametrize(
    ("text", "substances", "wanted"),
    [
        ("hvad med ghb", ("ghb",), "ghb"),
        ("ikke ghb", ("ghb",), None),
        ("ghb og hash", ("ghb", "cannabis"), None),
        ("noget andet", (), None),
    ],
)
def test_a_further_question_is_answered_by_the_one_substance_named(
    text: str, substances: tuple[str, ...], wanted: str | None
) -> None:
    options = tuple(Option(id=name, label="-", substances=(name,)) for name in ("cannabis", "ghb"))
    which = Ask(key="k", message="k", options=options)
    assert named_too(which, text, Heard(substances=substances), lambda _option: ()) == wanted
