"""True hours, and the right line first (domain/denmark.md §0.1, §2)."""

from __future__ import annotations

import datetime as dt

import pytest

from content import hours
from content.helplines import Helpline, ages, choose, open_now
from content.hours import COPENHAGEN, Hours, read_hours
from content.loading import load

CONTENT = load()
LINES = {line.id: line for line in CONTENT.helplines}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def chosen(moment: str, pack: str = "kolding", **what: object) -> list[str]:
    asked = {"label": "suicide_ideation", "about": "self", "age_group": None} | what
    return [line.id for line in choose(CONTENT.pack(pack), at(moment), **asked)]  # type: ignore[arg-type]


# -- hours --


def test_livslinien_closes_at_five_and_opens_at_eleven() -> None:
    line = LINES["livslinien"]
    # A Tuesday; the night belongs to Monday's hours.
    assert [open_now(line, at(f"2026-11-24T{clock}")) for clock in ("04:59", "05:00", "10:59", "11:00", "23:59")] == [
        True,
        False,
        False,
        True,
        True,
    ]
    opening = line.opening(at("2026-11-24T23:30"))
    assert opening.until == at("2026-11-25T05:00")
    assert CONTENT.messages.text(opening.key(at("2026-11-24T23:30")), fields=opening.fields()) == (
        "Åbent nu, til klokken 5."
    )


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        ("2026-11-25T02:00", "hours.open_until"),  # a Wednesday night, until 8
        ("2026-11-28T10:00", "hours.open_all_day"),  # a Saturday, until Monday at 8
        ("2026-12-25T02:00", "hours.open_all_day"),  # Christmas, until Monday the 28th at 8
        ("2026-12-27T08:00", "hours.open_until"),
    ],
)
def test_what_is_open_past_the_next_such_hour_says_no_hour(moment: str, key: str) -> None:
    doctors = next(line for line in CONTENT.pack("kolding").lines if line.number == "70 11 07 07")
    assert doctors.opening(at(moment)).key(at(moment)) == key


def test_always_is_never_closed_and_says_so() -> None:
    opening = LINES["boernetelefonen"].opening(at("2026-12-24T03:00"))
    assert (opening.is_open, opening.until) == (True, None)
    assert opening.key(at("2026-12-24T03:00")) == "hours.always"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-11-24T08:00", "Lukket nu, åbner klokken 11."),
        ("2026-11-24T16:00", "Lukket nu, åbner i morgen klokken 11."),
        ("2026-11-27T16:00", "Lukket nu, åbner mandag klokken 11."),  # Friday
        ("2026-12-24T16:00", "Lukket nu, åbner mandag klokken 11."),  # over Christmas and a weekend
        ("2027-03-24T16:00", "Lukket nu, åbner tirsdag klokken 11."),  # Easter: Thursday to Monday
    ],
)
def test_closed_says_when_it_opens_past_weekends_and_danish_holidays(moment: str, text: str) -> None:
    opening = LINES["alkolinjen"].hours.opening(at(moment))
    assert CONTENT.messages.text(opening.key(at(moment)), fields=opening.fields()) == text


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2026-12-25", True),
        ("2026-12-26", True),
        ("2026-04-02", True),  # skærtorsdag
        ("2026-05-14", True),  # Kristi himmelfart
        ("2026-12-24", False),
        ("2026-05-01", False),  # store bededag was abolished from 2024; 1 May is no public holiday
        ("2027-04-23", False),
    ],
)
def test_danish_public_holidays(day: str, holiday: bool) -> None:
    assert hours.is_holiday(dt.date.fromisoformat(day)) is holiday


def test_the_regions_doctors_take_over_when_surgeries_close_without_a_gap() -> None:
    line = next(line for line in CONTENT.pack("kolding").lines if line.id == "laegevagt")
    # Thursday 24 Dec. is a working day here, 25 and 26 Dec. are holidays, then a Sunday.
    assert not open_now(line, at("2026-12-24T15:59"))
    opening = line.opening(at("2026-12-24T16:00"))
    assert opening.until == at("2026-12-28T08:00")


def test_hours_are_danish_clock_time_across_the_change_of_clocks() -> None:
    night = read_hours({"all": "22-04", "holidays": "as_usual"})
    assert night.opening(dt.datetime(2026, 10, 25, 2, 30, tzinfo=dt.UTC)).is_open  # 03:30, winter time
    assert not night.opening(dt.datetime(2026, 10, 25, 3, 0, tzinfo=dt.UTC)).is_open
    assert night.opening(dt.datetime(2026, 7, 1, 1, 59, tzinfo=dt.UTC)).is_open
    assert not night.opening(dt.datetime(2026, 7, 1, 2, 0, tzinfo=dt.UTC)).is_open


def test_touching_intervals_are_one_opening() -> None:
    split = read_hours({"all": "08-12, 12-16", "holidays": "closed"})
    assert split.opening(at("2026-11-24T09:00")).until == at("2026-11-24T16:00")


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        LINES["livslinien"].opening(dt.datetime(2026, 11, 24, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({}, "holidays is missing"),
        ({"all": "09-15"}, "holidays is missing"),
        ({"holidays": "closed"}, "no day is open"),
        ({"all": "9-15", "holidays": "closed"}, "no hours"),
        ({"all": "25-26", "holidays": "closed"}, "no time of day"),
        ({"all": "09:60-15", "holidays": "closed"}, "no time of day"),
        ({"man": "09-15", "holidays": "closed"}, "unknown day man"),
        ({"mon": 9, "holidays": "closed"}, "no hours"),
    ],
)
def test_hours_that_cannot_be_read_are_told(table: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        read_hours(table)


def test_a_week_in_words_joins_equal_days() -> None:
    week: Hours = read_hours({"weekdays": "09-15", "thu": "09-12, 13-17:30", "sat": "22-04", "holidays": "closed"})
    assert week.words() == "mandag-onsdag 9-15, torsdag 9-12 og 13-17.30, fredag 9-15, lørdag 22-4"
    assert week.words("en").startswith("Monday-Wednesday 9-15, Thursday 9-12 and 13-17:30")


# -- choosing --


def test_in_an_emergency_112_is_first_at_every_hour() -> None:
    for label in ("suicide_imminent", "overdose_poisoning", "violence_danger", "withdrawal_severe", "child_in_danger"):
        for hour in range(24):
            assert chosen(f"2026-11-24T{hour:02}:30", label=label, severity=3)[0] == "alarm_112"


def test_for_an_adult_at_night_livslinien_and_never_the_childrens_line() -> None:
    assert chosen("2026-11-24T23:00")[0] == "livslinien"
    assert "boernetelefonen" not in chosen("2026-11-24T23:00")


def test_between_five_and_eleven_what_is_open_stands_before_the_closed_livslinien() -> None:
    kolding = chosen("2026-11-24T09:00")
    assert kolding.index("psykiatrisk_akut") < kolding.index("livslinien")
    # Randers has nothing open on a weekday at nine that its sources name: then 112 is.
    assert chosen("2026-11-24T09:00", pack="randers")[0] == "alarm_112"


@pytest.mark.parametrize("age_group", ["under_13", "13_17", "13-17", "<15", "15-17"])
def test_under_eighteen_boernetelefonen_is_always_first_or_after_112(age_group: str) -> None:
    for label in ("none", "suicide_ideation", "overdose_poisoning", "withdrawal_severe"):
        assert chosen("2026-11-24T03:00", label=label, age_group=age_group)[0] == "boernetelefonen"
        assert chosen("2026-11-24T03:00", label=label, age_group=age_group, severity=3)[:2] == [
            "alarm_112",
            "boernetelefonen",
        ]


def test_about_a_child_boernetelefonen_is_shown_to_an_adult_too() -> None:
    assert "boernetelefonen" in chosen("2026-11-24T09:00", label="child_in_danger", about="child")


def test_an_open_line_is_never_behind_a_closed_one() -> None:
    for pack in CONTENT.packs:
        for label in ("none", "suicide_ideation", "withdrawal_severe", "child_in_danger"):
            for hour in range(0, 168, 3):
                moment = at("2026-12-21T00:00") + dt.timedelta(hours=hour)
                found = choose(CONTENT.pack(pack), moment, label=label, about="other", age_group=None)
                states = [open_now(line, moment) for line in found]
                assert states == sorted(states, reverse=True), (pack, label, moment)
                assert len(found) <= 3


@pytest.mark.parametrize("severity", [2, 3])
def test_a_person_in_danger_always_gets_something_open(severity: int) -> None:
    labels = ("suicide_imminent", "suicide_ideation", "overdose_poisoning", "violence_danger", "withdrawal_severe")
    for pack in CONTENT.packs:
        for label in (*labels, "child_in_danger"):
            for hour in range(0, 336, 1):
                moment = at("2026-12-21T00:30") + dt.timedelta(hours=hour)
                found = choose(CONTENT.pack(pack), moment, label=label, about="self", age_group=None, severity=severity)
                assert open_now(found[0], moment), (pack, label, moment)


def test_poisoning_is_giftlinjen_and_its_questions_are_told() -> None:
    assert chosen("2026-11-24T09:00", label="overdose_poisoning", severity=3)[:2] == ["alarm_112", "giftlinjen"]
    assert LINES["giftlinjen"].note_keys == (
        "helpline.asks.name",
        "helpline.asks.cpr",
        "helpline.asks.recorded",
        "helpline.not_anonymous",
    )


def test_a_letter_box_never_sounds_open() -> None:
    opening = LINES["netstof"].opening(at("2026-11-24T12:00"))
    assert (opening.is_open, opening.key(at("2026-11-24T12:00"))) == (False, "hours.letters")


def test_hours_past_their_date_are_no_longer_believed_but_round_the_clock_is() -> None:
    late = at("2030-01-07T12:00")
    assert not open_now(LINES["livslinien"], late)
    assert open_now(LINES["boernetelefonen"], late)


def test_every_line_states_hours_source_and_a_confirmed_confidence() -> None:
    for pack in CONTENT.packs.values():
        for line in pack.lines:
            assert isinstance(line, Helpline)
            assert line.source
            assert line.confidence in ("H", "M")


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        *[("13-17", (13, 17)), ("13_17", (13, 17)), ("<15", (0, 14)), ("under_13", (0, 12)), ("26+", (26, 130))],
        *[("26_up", (26, 130)), (None, (18, 130)), ("voksen", (18, 130)), ("18-25", (18, 25))],
    ],
)
def test_age_groups_are_read(group: str | None, expected: tuple[int, int]) -> None:
    assert ages(group) == expected
