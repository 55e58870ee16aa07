"""Plans in packs: what is wrong is told with file, key and remedy, and what is made up says so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from content.errors import ContentError
from content.loading import load
from tests.support.content_files import write

GOOD = {
    "days": '["mon", "wed"]',
    "start": '"09:00"',
    "end": '"12:00"',
    "minutes": "45",
    "who": '"Rådgiver 1"',
    "place": '"Storegade 1"',
}


def pack(folder: Path, *plans: dict[str, str], more: str = "") -> Path:
    tables = [
        f"[plans.p{number}]\n" + "\n".join(f"{field} = {value}" for field, value in plan.items())
        for number, plan in enumerate(plans, 1)
    ]
    head = f'name = "X"\nversion = "1"\nmunicipality = "Y"\n{more}\n'
    return write(folder, **{"packs.mine.pack": head + "\n".join(tables)})


def test_a_plan_of_a_pack_is_read(tmp_path: Path) -> None:
    [plan] = load(pack(tmp_path, {**GOOD, "valid_to": "2027-06-30"})).pack("mine").plans
    assert (plan.id, plan.days, plan.minutes, plan.demo) == ("p1", ("mon", "wed"), 45, False)
    assert plan.valid_to == dt.date(2027, 6, 30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", "[]"),
        ("days", '["mandag"]'),
        ("start", '"9"'),
        ("end", '"24:00"'),
        ("end", '"09:30"'),
        ("end", '"08:00"'),
        ("minutes", "5"),
        ("minutes", "300"),
        ("who", '" "'),
        ("place", '""'),
    ],
)
def test_a_plan_that_cannot_be_is_told_with_its_key_and_a_remedy(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(ContentError) as told:
        load(pack(tmp_path, {**GOOD, field: value}))
    assert (told.value.file, told.value.key) == ("packs/mine/pack.toml", f"plans.p1.{field}")
    assert told.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        ({**GOOD, "place_of": '"x"'}, "plans.p1.place_of"),
        ({**GOOD, "minutes": '"45"'}, "plans.p1.minutes"),
        ({**GOOD, "id": '"x"'}, "plans.p1"),
        ({**GOOD, "valid_from": "2027-02-01", "valid_to": "2027-01-01"}, "plans.p1.valid_to"),
    ],
)
def test_fields_that_are_none_are_told(tmp_path: Path, plan: dict[str, str], key: str) -> None:
    with pytest.raises(ContentError) as told:
        load(pack(tmp_path, plan))
    assert told.value.key == key


def test_two_plans_for_one_counselor_at_the_same_time_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="same time") as told:
        load(pack(tmp_path, GOOD, {**GOOD, "days": '["wed"]', "start": '"11:00"', "end": '"13:00"'}))
    assert told.value.key == "plans.p2"
    apart = load(pack(tmp_path, GOOD, {**GOOD, "start": '"12:00"', "end": '"13:00"'}))
    assert len(apart.pack("mine").plans) == 2


def test_times_are_not_made_further_ahead_than_a_talk_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as told:
        load(pack(tmp_path, GOOD, more="[booking]\nhorizon_days = 31"))
    assert told.value.key == "booking.horizon_days"


def test_all_plans_that_ship_are_made_up_and_say_so() -> None:
    for shipped in load().packs.values():
        assert all(plan.demo and plan.who.startswith("Demo") for plan in shipped.plans)
        assert all("ikke et rigtigt sted" in plan.place for plan in shipped.plans)
