"""A municipality's pack is made from a template, filled with what is known, and says what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.new_tenant import FACTS, new_tenant, tenants, unknown
from content.checks import check
from content.loading import load
from content.packs import Pack

KNOWN = {
    "website": "vejle.dk",
    "phone": "12 34 56 78",
    "email": "r@vejle.dk",
    "address": 'Gade "1" \\ 2',
    "region": "Nordjylland",
}


def made(folder: Path, name: str = "vejle", facts: dict[str, str] | None = None) -> Pack:
    said: list[str] = []
    new_tenant(
        name,
        service="Rusmiddelcenter Vejle",
        municipality="Vejle Kommune",
        facts=facts or {},
        overlay=folder,
        put=said.append,
    )
    assert "Still to be found out" in said[0]
    return load(folder).pack(name)


def test_what_is_known_stands_in_the_pack(tmp_path: Path) -> None:
    assert set(KNOWN) == set(FACTS)
    pack = made(tmp_path / "not there yet", facts=KNOWN)
    assert (pack.name, pack.municipality) == ("Rusmiddelcenter Vejle", "Vejle Kommune")
    assert {fact: getattr(pack, fact) for fact in FACTS} == KNOWN


def test_what_is_not_known_is_asked_for_and_nothing_is_wrong(tmp_path: Path) -> None:
    pack = made(tmp_path)
    assert pack.contact_missing
    assert pack.staffing is None
    assert pack.plans == ()
    content = load(tmp_path)
    assert [problem for problem in check(content) if not problem.warning] == []
    missing = "website, phone, address, hours, region, staffing, plans, quality_standard, offers"
    assert [line for line in unknown(content, "vejle") if missing in line]
    assert "vejle\tRusmiddelcenter Vejle\tVejle Kommune\tdraft, not served" in list(tenants(tmp_path))


def test_a_new_tenant_is_served_once_its_author_says_that_it_is_no_draft(tmp_path: Path) -> None:
    assert made(tmp_path, facts={"phone": "12 34 56 78"}).draft
    assert "vejle" not in load(tmp_path).tenants
    path = tmp_path / "packs/vejle/pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("draft = true", "draft = false"), encoding="utf-8")
    assert "vejle" in load(tmp_path).tenants
    assert any(line.startswith("hours: opening hours are not known") for line in unknown(load(tmp_path), "vejle"))


def test_what_is_served_must_at_least_send_people_somewhere(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / "packs/vejle/pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("draft = true", "draft = false"), encoding="utf-8")
    wrong = [problem for problem in check(load(tmp_path)) if not problem.warning]
    assert [(problem.file, problem.key) for problem in wrong] == [("packs/vejle/pack.toml", "website")]


def test_a_skeleton_that_comes_along_is_filled_in_and_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    pack = made(tmp_path, "koege", facts={"website": "koege.dk"})
    assert (pack.draft, pack.name, pack.website) == (True, "Rusmiddelcenter Vejle", "koege.dk")
    assert pack.cluster is not None
    assert (pack.cluster.name, pack.region) == ("Klynge Øst", "Sjælland")


def test_a_region_without_numbers_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Midtjylland, Nordjylland"):
        made(tmp_path, facts={"region": "Fyn"})
    assert list(tmp_path.iterdir()) == []


def test_the_lines_of_the_region_are_there_to_begin_with(tmp_path: Path) -> None:
    ours = made(tmp_path, facts={"region": "Syddanmark"})
    assert {line.id for line in ours.lines} == {line.id for line in load().pack("kolding").lines}


@pytest.mark.parametrize("name", ["Køge", "../koege", "k", "1koege", "", "base", "kolding"])
def test_a_name_that_cannot_be_or_is_taken_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError):
        made(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_tenant_is_never_touched(tmp_path: Path) -> None:
    made(tmp_path)
    before = (tmp_path / "packs/vejle/pack.toml").read_bytes()
    with pytest.raises(SettingsError, match="there is a tenant vejle already"):
        made(tmp_path, facts=KNOWN)
    assert (tmp_path / "packs/vejle/pack.toml").read_bytes() == before


def test_without_a_folder_it_says_where_to_set_one() -> None:
    with pytest.raises(SettingsError, match="DOERTRIN_CONTENT"):
        new_tenant("koege", service="K", municipality="K", facts={}, overlay=None, put=print)


def test_a_tenant_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match="aabenraa, kolding, randers"):
        list(unknown(load(), "nowhere"))
