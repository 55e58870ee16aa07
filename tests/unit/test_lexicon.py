"""LIX and sentences as DESIGN §9 and domain/denmark.md §8 count them."""

from __future__ import annotations

import pytest

from content.errors import ContentError
from content.lexicon import is_label, is_long, lix, longest_sentence, read_lexicon, sentences, words
from content.loading import load

LEXICON = load().lexicon

# The drafts measured in domain/denmark.md §8.
MEASURED = [
    (
        "Du er anonym her. Du skal ikke skrive dit navn. Vi gemmer ikke din IP. Vi kan ikke se, hvem du er. "
        "Skriver du dit navn, ser vi det. Så siger vi det til dig. Du må stoppe når som helst.",
        8.3,
    ),
    ("Vi har lukket nu. Vi åbner i morgen klokken 10. Du kan skrive nu. Vi svarer, når vi åbner. "
     "Har du brug for hjælp nu? Tryk her.", 8.2),
    (
        "Ring 112 nu. Bliv hos ham. Prøv at vække ham. Råb hans navn. Træk i hans arm. Trækker han vejret? "
        "Læg ham på siden. Trækker han ikke vejret? Giv hjertemassage. 112 hjælper dig i telefonen. "
        "Har du næsespray med naloxon? Giv den nu. Gå ikke fra ham.",
        19.0,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "measured"), MEASURED)
def test_lix_agrees_with_the_measured_drafts(text: str, measured: float) -> None:
    assert lix(text) == pytest.approx(measured, abs=1.0)


def test_lix_by_hand() -> None:
    # Seven words in two sentences, one of them long: 3.5 + 100/7.
    assert lix("Vi hjælper dig nu. Du er tryg.") == pytest.approx(3.5 + 100 / 7)
    assert lix("") == lix("12 34 !") - 1.0 == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring nu. Bliv der! Er du der? Ja", 4),
        ("Vi ringer kl. 10 eller bl.a. kl. 11.30.", 1),
        ("Se kolding.dk nu. Eller ring.", 2),
        ("Den 3. maj har vi lukket.", 1),
        ("Et\nTo\n- Tre\n\n", 3),
        ("»Er du der?« Sig det.", 2),
        ("Her er numre: Ring.", 2),
        ("Åbent 10.30-15.00. Kom.", 2),
        ("{lines}\nDer kan være kø.", 2),
        ("Det er en hjæl-\npende hånd.", 1),
    ],
)
def test_sentence_ends(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ring 70 201 201 nu", ["Ring", "0", "nu"]),
        ("13-17 år", ["0", "år"]),
        ("e-mail til dig", ["e", "mail", "til", "dig"]),
        ("Det koster 1.000 kr", ["Det", "koster", "0", "kr"]),
    ],
)
def test_a_number_is_one_word(sentence: str, expected: list[str]) -> None:
    assert words(sentence) == expected


def test_names_and_numbers_are_never_long() -> None:
    assert is_long("rådgiver")
    assert not is_long("hjælp")
    assert not is_long("1234567")
    assert not is_long("Livslinien", LEXICON.names)
    assert not is_long("BørneTelefonen", LEXICON.names)
    assert not is_long("Aabenraa", LEXICON.names)


def test_the_longest_sentence_is_shown() -> None:
    assert longest_sentence("En to. En to tre fire. En") == (4, "En to tre fire")


def test_a_button_is_no_prose() -> None:
    assert is_label("Tal med et menneske")
    assert not is_label("Vil du tale med nogen?")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Er du misbruger?", "misbruger*"),
        ("Alkoholikere kan få hjælp.", "alkoholiker*"),
        ("Narkomaner.", "narkoman*"),
        ("Har du tænkt på at begå  selvmord?", "begå selvmord"),
        ("Et mislykket forsøg", "mislykket"),
        ("DU BØR stoppe", "du bør"),
    ],
)
def test_words_that_blame_are_found(text: str, word: str) -> None:
    assert [found.word for found in LEXICON.forbidden_in(text, "da")] == [word]
    assert all(found.say and found.why for found in LEXICON.forbidden_in(text, "da"))


@pytest.mark.parametrize("text", ["Styrelsen for Patientklager", "Det er godt, at du skriver.", "Du har tålmodighed."])
def test_harmless_words_are_not(text: str) -> None:
    assert not LEXICON.forbidden_in(text, "da")


def test_english_has_its_own_list() -> None:
    assert LEXICON.forbidden_in("an addict", "en")
    assert not LEXICON.forbidden_in("an addict", "da")


def test_an_entry_without_its_remedy_is_told() -> None:
    lists = {"da": {"known_words": {}, "forbidden_words": {"words": [{"word": "x"}]}}}
    with pytest.raises(ContentError, match="Give word, say and why"):
        read_lexicon(lists)
