"""What the offer finder says of one offer: only what is known, whether it is open now, and who says so."""

import datetime as dt

import msgspec
import pytest

from bot.channels.rendering import Scene, render
from content.hours import COPENHAGEN, read_hours
from content.loading import load
from content.offers import Offer
from content.packs import Pack
from dialogs.finder import cited, tell
from dialogs.steps import Say
from dialogs.visit import Facts, Visit

CONTENT = load()
KOLDING = CONTENT.pack("kolding")
HOURS = read_hours({"weekdays": "09-15", "holidays": "closed"})


def card(pack: Pack, offer: Offer, at: str = "2026-11-25T10:00", language: str = "da") -> str:
    """The card of an offer as it is read at a moment."""
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=COPENHAGEN)
    pack = msgspec.structs.replace(pack, offers=(offer,))
    said = next(tell(Visit(Facts(day=at[:10]), CONTENT, pack, {}), offer))
    assert isinstance(said, Say)
    scene = Scene(catalog=CONTENT.messages.for_pack(pack.id), pack=pack, at=moment, language=language)
    return render([said], scene)[0].text


def of(name: str, **facts: object) -> Offer:
    offer = KOLDING.offer(name)
    assert offer is not None
    return msgspec.structs.replace(offer, **facts)


@pytest.mark.parametrize(
    ("at", "status"),
    [("2026-11-25T10:00", "Åbent nu, til klokken 15."), ("2026-11-25T16:00", "Lukket nu, åbner i morgen klokken 9."),
     ("2026-12-24T16:00", "Lukket nu, åbner mandag klokken 9.")],
)  # fmt: skip
def test_an_offer_with_hours_of_its_own_says_them_and_whether_it_is_open(at: str, status: str) -> None:
    said = card(KOLDING, of("dual", phone="12 34 56 78", hours=HOURS), at)
    assert "Telefon: 12 34 56 78" in said
    assert f"Åbent mandag-fredag 9-15. {status}" in said
    assert "kolding.dk" not in said


def test_what_the_centre_gives_is_reached_at_the_centre() -> None:
    pack = msgspec.structs.replace(KOLDING, phone="11 22 33 44", hours=HOURS)
    said = card(pack, of("treatment"))
    assert "Du kan ringe til os på 11 22 33 44." in said
    assert "Åbent nu, til klokken 15." in said


def test_what_nobody_has_stated_is_said_to_be_unknown() -> None:
    assert card(KOLDING, of("dual")).endswith(
        "Jeg kender ikke telefonnummer eller adresse. Spørg kommunen: kolding.dk."
    )
    assert card(KOLDING, of("dual", phone="12 34 56 78")).endswith("Jeg kender ikke åbningstiden.")
    pack = msgspec.structs.replace(KOLDING, phone="11 22 33 44")
    assert card(pack, of("treatment")).endswith("Jeg kender ikke åbningstiden.")
    assert "åbningstid på Rusmiddelcenteret i Kolding" in card(KOLDING, of("treatment"))


@pytest.mark.parametrize(
    ("facts", "says", "silent"),
    [
        ({"anonymous": True, "free": True}, ("Du kan være anonym.", "Det er gratis."), ("koster",)),
        ({"anonymous": False, "free": False}, ("Du kan ikke være anonym.", "Det koster noget."), ("gratis",)),
        ({"anonymous": None, "free": None}, (), ("anonym", "gratis", "koster")),
        ({"wait": True}, ("Der kan være ventetid.",), ()),
        ({"residence": "anyone"}, ("Du kan bo hvor som helst.",), ("dem, der bor",)),
        ({"residence": "residents"}, ("Det er for dem, der bor i Kolding Kommune.",), ("hvor som helst",)),
        ({"residence": "anyone", "residents_from": 25}, ("Fra 25 år skal man bo i Kolding Kommune.",), ()),
        ({"source_year": 2023}, ("Spørg, om det stadig findes.",), ()),
        ({"source_year": 2024}, (), ("Spørg, om det stadig findes.",)),
    ],
)
def test_a_fact_is_said_when_a_source_states_it_and_else_not(
    facts: dict[str, object], says: tuple[str, ...], silent: tuple[str, ...]
) -> None:
    said = card(KOLDING, of("treatment", **facts))
    assert [each for each in says if each not in said] == []
    assert [each for each in silent if each in said] == []


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("Aabenraa Kommune: temahandleplan for rusmidler 2022-2024, »18+ (voksne)«",
         "Aabenraa Kommune: temahandleplan for rusmidler 2022-2024"),
        ("Kolding Kommune: faglig strategi, tema 5 »Pårørende«", "Kolding Kommune: faglig strategi"),
        ("odder.dk; skanderborgrusmiddelcenter.dk", "odder.dk"),
        ("Sundhedsloven §§ 17 og 141", "Sundhedsloven §§ 17 og 141"),
    ],
)  # fmt: skip
def test_a_citizen_reads_who_says_so_without_the_words_quoted(source: str, short: str) -> None:
    assert cited(source) == short


def test_every_source_is_named_shortly() -> None:
    for pack in CONTENT.packs.values():
        for offer in pack.offers:
            assert 5 < len(cited(offer.source)) < 100, (pack.id, offer.id)
