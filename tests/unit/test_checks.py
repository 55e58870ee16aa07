"""The check tells everything at once, each with file, key and remedy; every rule is shown to bite."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from content.checks import check, report
from content.loading import load
from content.problems import Problem
from tests.support.content_files import write

TODAY = dt.date(2026, 11, 22)
ALREADY = set(check(load(), today=TODAY))


def problems(folder: Path, today: dt.date = TODAY, **files: str) -> list[Problem]:
    """What these overlay files add to what is built in."""
    return [problem for problem in check(load(write(folder, **files)), today=today) if problem not in ALREADY]


def only(found: list[Problem]) -> Problem:
    assert len(found) == 1, "\n".join(map(str, found))
    assert found[0].remedy
    return found[0]


def four(table: str, text: str = "Hej med dig.") -> dict[str, str]:
    """One text at both levels in both languages."""
    toml = f'[{table}]\ntext = "{text}"'
    return {f"{language}.{folder}.new": toml for language in ("da", "en") for folder in ("messages", "easy")}


def test_a_text_missing_in_one_place_is_told_for_that_file(tmp_path: Path) -> None:
    files = four("a")
    del files["en.easy.new"]
    found = [problem for problem in problems(tmp_path, **files) if "replaces no text" not in problem.wrong]
    told = only(found)
    assert (told.file, told.key, told.wrong) == ("en/easy/new.toml", "new.a", "has no easy English text")


def test_an_overlay_text_that_replaces_nothing_is_told(tmp_path: Path) -> None:
    assert {problem.wrong for problem in problems(tmp_path, **four("a"))} == {"replaces no text"}


def test_a_file_in_a_misspelled_folder_is_told(tmp_path: Path) -> None:
    told = only(problems(tmp_path, **{"da.mesages.tenant": '[hours.unknown]\ntext = "Hej."'}))
    assert (told.file, told.wrong) == ("da/mesages/tenant.toml", "is in a folder that nobody reads")


def test_a_field_that_the_danish_plain_text_lacks_is_told(tmp_path: Path) -> None:
    told = only(problems(tmp_path, **{"en.messages.tenant": '[hours.unknown]\ntext = "Hi {nmae}, call {phone}."'}))
    assert "unknown field {nmae}" in told.wrong


@pytest.mark.parametrize(
    ("danish", "english", "told"),
    [
        ("Ring til os inden 14 dage.", "Call us within 40 days.", "another number than the Danish text: 14, 40"),
        ("Ring til os klokken 12.", "Call us at noon.", "another number than the Danish text: 12"),
        ("Ring til os.", "Call us, we are 3.", "another number than the Danish text: 3"),
        ("Ring på {phone}.", "Call us.", "does not fill in phone"),
    ],
)
def test_english_says_the_same_numbers_and_fills_in_the_same(
    tmp_path: Path, danish: str, english: str, told: str
) -> None:
    files = {f"da.{level}.tenant": f'[hours.unknown]\ntext = "{danish}"' for level in ("messages", "easy")}
    files |= {f"en.{level}.tenant": f'[hours.unknown]\ntext = "{english}"' for level in ("messages", "easy")}
    found = problems(tmp_path, **files)
    assert {(problem.file, told in problem.wrong) for problem in found} == {
        ("en/messages/tenant.toml", True),
        ("en/easy/tenant.toml", True),
    }


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("Vi holder åbent til klokken 16.30.", "We are open until 16:30."),
        ("Kom klokken 12.", "Come at 12:00."),
        ("Ring på 70 201 201, 1 gang.", "Call 70 201 201, once."),
        ("Drik 1-2 genstande.", "Drink once or twice."),
    ],
)
def test_each_language_writes_its_numbers_its_own_way(tmp_path: Path, danish: str, english: str) -> None:
    files = {f"da.{level}.tenant": f'[hours.unknown]\ntext = "{danish}"' for level in ("messages", "easy")}
    files |= {f"en.{level}.tenant": f'[hours.unknown]\ntext = "{english}"' for level in ("messages", "easy")}
    assert problems(tmp_path, **files) == []


@pytest.mark.parametrize(
    ("place", "picture", "told"),
    [
        ("da.easy.tenant", "sun", "there is no picture 'sun'"),
        ("da.easy.tenant", "drinks", "the picture 'drinks' has no words"),
        ("en.easy.tenant", "time", "names a picture"),
        ("da.messages.tenant", "time", "names a picture"),
    ],
)
def test_a_pictogram_is_drawn_has_words_and_is_named_once(tmp_path: Path, place: str, picture: str, told: str) -> None:
    found = only(problems(tmp_path, **{place: f'[hours.unknown]\ntext = "Ring."\npicture = "{picture}"'}))
    assert (found.key, found.wrong) == ("tenant.hours.unknown", told)


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        ("da.messages.tenant", "Vi er her for dig " + "og dig " * 8 + ".", "a sentence has 21 words, at most 18"),
        ("da.easy.tenant", "Vi er her for dig og for dig og for dig og mig.", "a sentence has 13 words, at most 12"),
        ("en.easy.tenant", "We are here for you and you and you and you and me too.", "at most 12 in easy texts"),
        ("da.easy.tenant", "Undersøgelsen omfatter behandling.", "more than one long word"),
        ("da.messages.tenant", "Er du misbruger?", "says »misbruger*«"),
        ("en.messages.tenant", "Are you an addict?", "says »addict*«"),
        ("da.messages.tenant", "Kommunens indsats omfatter visitation af borgeres henvendelser. " * 6, "LIX is"),
    ],
)
def test_text_that_is_hard_or_blames_is_told(tmp_path: Path, place: str, text: str, told: str) -> None:
    found = problems(tmp_path, **{place: f'[hours.unknown]\ntext = "{text.strip()}"'})
    assert any(told in problem.wrong and problem.key == "tenant.hours.unknown" for problem in found), found


def test_lix_is_measured_over_a_files_texts_joined_and_over_a_dialogs_when_known(tmp_path: Path) -> None:
    heavy = "Rusmiddelbehandling forudsætter visitationssamtaler."
    content = load(write(tmp_path, **{"da.messages.tenant": "".join(f'[x{n}]\ntext = "{heavy}"\n' for n in range(30))}))
    assert any(
        problem.file == "da/messages/tenant.toml" and problem.wrong.startswith("LIX of all")
        for problem in check(content)
    )
    dialogs = {"visit": {f"tenant.x{n}" for n in range(14)}, "hello": {"tenant.hours.unknown"}}
    named = [
        problem.file for problem in check(content, dialogs_texts=dialogs) if problem.wrong.startswith("LIX of all")
    ]
    assert named == ["visit"]


def test_a_key_that_a_dialog_uses_must_exist() -> None:
    found = check(load(), dialogs_texts={"welcome": {"tenant.nothing", "tenant.hours.unknown"}})
    missing = [problem for problem in found if problem.wrong == "uses a text that is not written"]
    assert [(problem.file, problem.key) for problem in missing] == [("dialog welcome", "tenant.nothing")]


def test_a_helpline_or_fact_past_its_date_is_a_problem_and_an_unread_one_a_warning(tmp_path: Path) -> None:
    line = (
        '[x]\nname = "X"\nnumber = "1"\nsource = "s"\nconfidence = "H"\n'
        'hours = { all = "00-24", holidays = "as_usual" }\n'
        "read_on = 2026-11-01\nvalid_until = 2026-11-21\nverified_on = 2026-11-01\n"
    )
    assert only(problems(tmp_path, helplines=line)).wrong == "is past (2026-11-21)"
    assert not problems(tmp_path, helplines=line.replace("11-21\n", "11-22\n"))
    later, warnings = report(load(), today=dt.date(2027, 2, 21))
    assert not [problem for problem in later if problem.file == "helplines.toml"]
    assert any(warning.key == "read_on" for warning in warnings)


def test_a_text_past_its_date_is_told(tmp_path: Path) -> None:
    toml = '[hours.unknown]\ntext = "Ring."\nvalid_until = 2026-11-21'
    assert "past valid_until" in only(problems(tmp_path, **{"da.messages.tenant": toml})).wrong


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('instruments = ["audti"]', "names no instrument 'audti'"),
        ('granted = ["audti"]', "names no instrument 'audti'"),
        ('instruments = ["dudit"]', "dudit needs its owner's permission"),
        ('languages = ["da", "de"]', "no texts in 'de'"),
        ('[offers.x]\nname = "X"\nfor_whom = ["self"]\nsource = "s"\nsource_year = 2026', "has no description"),
        ('[[cutoffs.audti]]\nat_least = 3\nsource = "s"', "names no instrument 'audti'"),
    ],
)
def test_a_slip_in_a_pack_is_told(tmp_path: Path, toml: str, told: str) -> None:
    found = problems(tmp_path, **{"packs.kolding.pack": toml})
    assert any(problem.wrong == told and problem.file == "packs/kolding/pack.toml" for problem in found), found


def test_an_offer_that_is_no_more_is_taken_out_but_not_what_the_law_gives(tmp_path: Path) -> None:
    found = problems(tmp_path, **{"packs.randers.pack": "[offers]\nbrus = false"})
    assert [problem for problem in found if not problem.warning] == []
    assert load(tmp_path).pack("randers").offer("brus") is None
    found = problems(tmp_path, **{"packs.randers.pack": "[offers]\nalcohol = false"})
    told = [(problem.key, problem.wrong) for problem in found if not problem.warning]
    assert told == [("offers.alcohol", "is what the law gives everywhere")]


def test_a_packs_text_must_replace_one_and_in_both_levels_and_languages(tmp_path: Path) -> None:
    found = problems(tmp_path, **{"packs.kolding.messages.new": '[a]\ntext = "Hej."'})
    assert any(problem.wrong == "replaces no text" for problem in found)
    found = problems(tmp_path, **{"packs.kolding.en.messages.tenant": '[hours.unknown]\ntext = "Hi {x}."'})
    assert any("unknown field {x}" in problem.wrong for problem in found)


def test_what_is_granted_is_complete_and_may_be_served(tmp_path: Path) -> None:
    toml = 'instruments = ["audit_c", "dudit"]\ngranted = ["dudit"]'
    assert problems(tmp_path, **{"packs.kolding.pack": toml}) == []


def test_a_new_instrument_needs_its_words_in_both_levels_and_languages(tmp_path: Path) -> None:
    danish = (Path(__file__).parents[2] / "content/da/instruments/phq4.toml").read_text(encoding="utf-8")
    found = problems(tmp_path, **{"da.instruments.mood": danish.replace('id = "phq4"', 'id = "mood"', 1)})
    told = {(problem.file, problem.key) for problem in found}
    for folder in ("da/easy/instruments", "en/instruments", "en/easy/instruments"):
        assert {(f"{folder}/mood.toml", "mood.q1"), (f"{folder}/mood.toml", "mood.result.severe")} <= told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("low = 8\nhigh = 15", "low = 9\nhigh = 15", "gap or overlap at 7"),
        ("low = 8\nhigh = 15", "low = 7\nhigh = 15", "gap or overlap at 7"),
        ("high = 40", "high = 39", "bands cover 0-39, totals are 0-40"),
        ('licence = "May', 'licence = " "\nnote = "May', "is blank"),
        ('q9"\ntext = "', 'q9"\ntext = "Misbruger? ', "says »misbruger*«"),
        ('results]\nI = "', 'results]\nV = "x"\nI = "', "is a text nobody asks for"),
    ],
)
def test_a_gap_in_an_instrument_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    audit = (Path(__file__).parents[2] / "content/da/instruments/audit.toml").read_text(encoding="utf-8")
    assert old in audit
    found = problems(tmp_path, **{"da.instruments.audit": audit.replace(old, new, 1)})
    assert any(told in problem.wrong and problem.file == "da/instruments/audit.toml" for problem in found), found


def test_what_is_not_known_about_a_tenant_is_a_warning_not_a_failure() -> None:
    found, warnings = report(load(), today=TODAY)
    assert not [problem for problem in found if problem.file.startswith("packs/")]
    told = {(warning.file, warning.key) for warning in warnings}
    for name in ("aabenraa", "kolding", "randers"):
        assert {(f"packs/{name}/pack.toml", "phone"), (f"packs/{name}/pack.toml", "hours")} <= told
    assert ("packs/aabenraa/pack.toml", "quality_standard_year") in told
    assert ("packs/randers/pack.toml", "offers") in told
