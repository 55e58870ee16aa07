"""Packs: base under each, only facts that a source states, honest about the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from content.hours import COPENHAGEN, read_hours
from content.loading import load
from content.offers import OLDEST, Offer, bands
from content.packs import Pack

CONTENT = load()
TENANTS = ("aabenraa", "kolding", "randers")
OPEN = msgspec.structs.replace(
    CONTENT.pack("kolding"), hours=read_hours({"weekdays": "09-15", "holidays": "closed", "closed_days": ["12-24"]})
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize("name", TENANTS)
def test_no_phone_address_or_hour_is_invented(name: str) -> None:
    pack = CONTENT.pack(name)
    assert (pack.phone, pack.email, pack.address, pack.hours) == (None, None, None, None)
    assert pack.contact_missing
    assert "opening_hours" not in pack.fields()
    said = CONTENT.messages.for_pack(name).text(pack.contact_key, fields=pack.fields())
    assert pack.website is not None
    assert pack.website in said


@pytest.mark.parametrize("name", TENANTS)
def test_base_lies_under_each(name: str) -> None:
    pack = CONTENT.pack(name)
    assert (pack.retention_days, pack.guarantee_days, pack.languages) == (30, 14, ("da", "en"))
    assert (pack.follow_up.months, pack.follow_up.age_min) == ((1, 6), 15)
    assert pack.alerts.escalate_minutes == (2, 10)


@pytest.mark.parametrize(
    ("name", "number"), [("aabenraa", "70 11 07 07"), ("kolding", "70 11 07 07"), ("randers", "70 11 31 31")]
)
def test_the_regions_doctors_come_with_the_pack(name: str, number: str) -> None:
    lines = {line.id: line for line in CONTENT.pack(name).lines}
    assert lines["laegevagt"].number == number
    assert lines["alarm_112"].number == "112"
    assert "laegevagt" not in {line.id for line in CONTENT.helplines}


CLUSTERS = {
    "Klynge Syd": {"faxe", "guldborgsund", "lolland", "naestved", "stevns", "vordingborg"},
    "Klynge Øst": {"greve", "koege", "lejre", "roskilde", "solroed"},
    "Klynge Vest": {"holbaek", "kalundborg", "odsherred", "ringsted", "slagelse", "soroe"},
}
"""KKR Sjælland, Kvalitet og sammenhæng i Region Sjælland, 2014: 17 municipalities in three clusters."""


def test_the_17_of_the_report_are_drafts_in_their_clusters_and_none_is_served() -> None:
    found: dict[str, set[str]] = {}
    for name in CONTENT.drafts:
        cluster = CONTENT.pack(name).cluster
        assert cluster is not None
        found.setdefault(cluster.name, set()).add(name)
    assert found == CLUSTERS
    assert set(CONTENT.tenants) == set(TENANTS)
    took_part = {name for name in CONTENT.drafts if (cluster := CONTENT.pack(name).cluster) and cluster.took_part}
    assert set(CONTENT.drafts) - took_part == {"stevns"}


@pytest.mark.parametrize("name", CONTENT.drafts)
def test_a_draft_says_what_is_missing_and_invents_nothing(name: str) -> None:
    pack = CONTENT.pack(name)
    assert pack.missing == ("website", "phone", "address", "hours", "staffing", "plans", "quality_standard")
    assert name in CONTENT.not_served(name)
    line = {line.id: line for line in pack.lines}["akuttelefonen"]
    assert (line.number, line.valid_from, line.valid_until) == ("1818", dt.date(2022, 10, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize("name", CONTENT.packs)
def test_every_offer_has_a_source_and_words_in_both_levels_and_languages(name: str) -> None:
    view = CONTENT.messages.for_pack(name)
    for offer in CONTENT.pack(name).offers:
        assert offer.source
        for language in ("da", "en"):
            for reading in ("plain", "easy"):
                for key in (offer.key, offer.name_key):
                    assert view.message(key, language=language, reading=reading), (key, language, reading)


def test_a_municipality_changes_an_offer_and_adds_one_in_its_own_folder(tmp_path: Path) -> None:
    pack = tmp_path / "packs/kolding"
    (pack / "messages").mkdir(parents=True)
    added = 'name = "Gruppen"\nfor_whom = ["self"]\nsource = "Kolding Kommune"\nsource_year = 2026\n'
    changed = '[offers.family]\nphone = "12 34 56 78"\nhours = { fri = "09-12", holidays = "closed" }\n'
    (pack / "pack.toml").write_text(f"{changed}[offers.group]\n{added}", encoding="utf-8")
    (pack / "messages/offers.toml").write_text('[group]\ntext = "Vi er en gruppe."\n', encoding="utf-8")
    ours = load(tmp_path)
    family, group = ours.pack("kolding").offer("family"), ours.pack("kolding").offer("group")
    assert family is not None
    assert group is not None
    assert (family.phone, family.name, family.at_centre) == ("12 34 56 78", "Hjælp til hele familien", True)
    assert family.hours is not None
    text = ours.messages.for_pack("kolding").text
    assert (text(group.name_key), text(group.key)) == ("Gruppen", "Vi er en gruppe.")
    assert [offer.id for offer in ours.pack("kolding").offers][-1] == "group"
    assert load().pack("kolding").offer("group") is None


@pytest.mark.parametrize("name", CONTENT.packs)
def test_every_municipality_has_what_the_law_gives_everywhere(name: str) -> None:
    pack = CONTENT.pack(name)
    alcohol, drugs = pack.offer("alcohol"), pack.offer("drugs")
    assert alcohol is not None
    assert drugs is not None
    assert (alcohol.free, alcohol.anonymous, alcohol.residence) == (True, True, "anyone")
    # No source says that a municipality takes in people from elsewhere for drugs, or that it hides their names.
    assert (drugs.free, drugs.anonymous, drugs.residence) == (True, None, None)


def test_a_name_is_said_as_the_pack_has_it_in_both_languages() -> None:
    text = CONTENT.messages.for_pack("aabenraa").text
    assert text("offers.move.name") == text("offers.move.name", language="en", reading="easy") == "MOVE"
    assert text("offers.family.name") == "Samtaler for familien"
    assert text("offers.family.name", language="en") == "Talks for the family"


@pytest.mark.parametrize("name", CONTENT.packs)
@pytest.mark.parametrize("role", ["self", "child", "relative", "professional"])
def test_a_band_of_ages_has_the_same_offers_throughout_and_the_next_has_others(name: str, role: str) -> None:
    offers = [offer for offer in CONTENT.pack(name).offers if role in offer.for_whom]

    def has(age: int) -> list[tuple[bool, bool]]:
        return [
            (each.fits(role=role, age=age, resident=True), each.fits(role=role, age=age, resident=False))
            for each in offers
        ]

    found = bands(offers, role)
    assert [age for low, high in found for age in range(low, high + 1)] == list(range(OLDEST + 1))
    for low, high in found:
        assert all(has(age) == has(low) for age in range(low, high + 1)), (low, high)
    assert all(has(low) != has(low - 1) for low, _ in found[1:])


def offer(pack: str, offer_id: str) -> Offer:
    return next(each for each in CONTENT.pack(pack).offers if each.id == offer_id)


@pytest.mark.parametrize(
    ("age", "resident", "fits"),
    [(13, True, False), (14, False, True), (24, False, True), (25, False, False), (25, True, True), (35, True, True),
     (36, True, False), (30, None, True), (None, None, True)],
)  # fmt: skip
def test_tuba_is_open_to_all_up_to_24_and_to_residents_up_to_35(
    age: int | None, resident: bool | None, fits: bool
) -> None:
    assert offer("aabenraa", "tuba").fits(role="child", age=age, resident=resident) is fits


@pytest.mark.parametrize(
    ("pack", "offer_id", "youngest", "oldest"),
    [
        ("aabenraa", "move", 15, 25),
        ("aabenraa", "kombas", 18, 70),
        ("aabenraa", "headspace", 12, 25),
        ("aabenraa", "hus_til_unge", 0, 17),
        ("aabenraa", "ungeindsatsen", 15, 25),
        ("aabenraa", "early", 0, 17),
        ("aabenraa", "ssp", 0, 17),
        ("aabenraa", "home_visit", 70, None),
        ("aabenraa", "blaa_oase", 18, None),
        ("aabenraa", "tuba", 14, 35),
        ("randers", "youth_team", 15, 25),
        ("randers", "online_alcohol", 18, None),
        ("randers", "haandholdt", 15, 21),
        ("randers", "brus", 0, 24),
    ],
)
def test_ages_of_offers_are_those_of_the_sources(pack: str, offer_id: str, youngest: int, oldest: int | None) -> None:
    assert (offer(pack, offer_id).age_min, offer(pack, offer_id).age_max) == (youngest, oldest)


@pytest.mark.parametrize(
    ("residence", "resident", "fits"),
    [("anyone", False, True), ("anyone", True, True), ("residents", False, False), ("residents", True, True),
     (None, False, False), (None, True, True), (None, None, True)],
)  # fmt: skip
def test_who_lives_elsewhere_is_sent_only_where_a_source_says_that_anyone_may_come(
    residence: str | None, resident: bool | None, fits: bool
) -> None:
    here = msgspec.structs.replace(offer("kolding", "treatment"), residence=residence)
    assert here.fits(role="self", age=40, resident=resident) is fits


@pytest.mark.parametrize(
    ("day", "there"), [("2024-08-31", False), ("2024-09-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_an_offer_is_there_from_its_first_to_its_last_day(day: str, there: bool) -> None:
    dual = msgspec.structs.replace(offer("kolding", "dual"), valid_until=dt.date(2026, 12, 31))
    assert dual.valid_on(dt.date.fromisoformat(day)) is there


def test_an_offer_for_relatives_is_not_shown_to_others() -> None:
    assert offer("kolding", "relatives").fits(role="relative", age=None)
    assert not offer("kolding", "relatives").fits(role="self", age=40)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-24T09:00", True, None),
        ("2026-11-24T14:59", True, None),
        ("2026-11-24T15:00", False, "2026-11-25T09:00"),
        ("2026-11-27T16:00", False, "2026-11-30T09:00"),
        ("2026-12-24T10:00", False, "2026-12-28T09:00"),
    ],
)
def test_a_service_with_hours_is_open_by_them(moment: str, is_open: bool, opens: str | None) -> None:
    assert OPEN.hours is not None
    opening = OPEN.hours.opening(at(moment))
    assert (opening.is_open, opening.next) == (is_open, at(opens) if opens else None)


@pytest.mark.parametrize(
    ("phone", "address", "key"),
    [
        ("11 22 33 44", "Vejen 1", "tenant.contact.phone_and_address"),
        ("11 22 33 44", None, "tenant.contact.phone"),
        (None, "Vejen 1", "tenant.contact.address"),
        (None, None, "tenant.contact.website"),
    ],
)
def test_the_way_to_reach_the_service_is_said_with_what_is_known(
    phone: str | None, address: str | None, key: str
) -> None:
    pack: Pack = msgspec.structs.replace(CONTENT.pack("kolding"), phone=phone, address=address)
    assert pack.contact_key == key
    for language in ("da", "en"):
        for reading in ("plain", "easy"):
            assert CONTENT.messages.text(key, language=language, reading=reading, fields=pack.fields(language))
