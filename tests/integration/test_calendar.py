"""The calendar file and its page: two readers agree on it, and whoever has no code learns nothing."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import icalendar
import pytest
import vobject
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_file import calendar_file
from bot.channels.calendar_page import CalendarPage
from bot.channels.citizen_page import CitizenPages
from bot.channels.doorway import Doorway
from bot.channels.limits import Limits
from bot.storage.appointments import Appointment
from content.loading import load

NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
CONTENT = load()
CODE = "ABCD-EFGH-JKMN"
OURS = ("rusmiddel", "misbrug", "alkohol", "dørtrin", "doertrin", "kolding", "behandling")
MINE = Appointment(
    slot="s",
    tenant="kolding",
    starts_at=dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC),
    ends_at=dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC),
    who="Rådgiver 1",
    place="Storegade 1, 2. sal; dør til venstre",
    booking="b1",
    revision=3,
)


def read_twice(body: bytes) -> Iterator[tuple[str, str | None, dt.datetime, dt.datetime, str, int]]:
    """Summary, place, start, end, UID and sequence of the one event, as each of two readers has it."""
    [event] = icalendar.Calendar.from_ical(body).walk("VEVENT")
    place = event.get("location")
    start, end = event["dtstart"].dt, event["dtend"].dt
    yield str(event["summary"]), place and str(place), start, end, str(event["uid"]), int(event["sequence"])
    calendar = vobject.readOne(body.decode())
    [other] = calendar.vevent_list
    found = other.contents.get("location")
    yield (
        other.summary.value,
        found and found[0].value,
        other.dtstart.value,
        other.dtend.value,
        other.uid.value,
        int(other.sequence.value),
    )


def test_two_readers_find_the_same_neutral_appointment() -> None:
    body = calendar_file(MINE, title="Aftale", place=None, now=NOW)
    first, second = read_twice(body)
    assert first == second
    assert first[:4] == ("Aftale", None, MINE.starts_at, MINE.ends_at)
    assert first[5] == 3
    assert not [word for word in (*OURS, "storegade", "rådgiver") if word in body.decode().lower()]
    assert b"b1" not in body


def test_a_moved_booking_is_the_same_appointment_later() -> None:
    [before, _] = read_twice(calendar_file(MINE, title="Aftale", place=None, now=NOW))
    moved = Appointment(
        slot="t", tenant="kolding", starts_at=MINE.starts_at + dt.timedelta(days=1),
        ends_at=MINE.ends_at + dt.timedelta(days=1), who="x", place="y", booking="b1", revision=4,
    )  # fmt: skip
    [after, _] = read_twice(calendar_file(moved, title="Aftale", place=None, now=NOW))
    assert after[4] == before[4]
    assert after[5] > before[5]


@pytest.mark.parametrize(
    "place",
    [
        "Storegade 1\nBEGIN:VALARM\nTRIGGER:-PT1M",
        "Storegade 1\r\nEND:VEVENT\r\nEND:VCALENDAR",
        "a,b;c\\d:e\"f'g",
        "Ærøgade 1, " + "meget lang " * 40,
        "😀" * 60,
    ],
)
def test_a_field_cannot_break_out_of_its_line(place: str) -> None:
    body = calendar_file(MINE, title="Aftale", place=place, now=NOW)
    first, second = read_twice(body)
    assert first == second
    assert first[1] == place.replace("\r\n", "\n")
    assert len(re.findall(rb"(?m)^BEGIN:", body)) == 2
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert not re.search(rb"[^\r]\n", body)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=120))
def test_any_place_is_one_field_of_one_event(place: str) -> None:
    body = calendar_file(MINE, title="Aftale", place=place, now=NOW)
    [event] = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert str(event["location"]) == place


# The page.


class Found:
    """Finds one booking, by one code."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def by_code(self, tenant: str, code: str) -> Appointment | None:
        self.asked.append((tenant, code))
        return MINE if (tenant, code) == ("kolding", CODE) else None


@asynccontextmanager
async def served(finder: Found) -> AsyncIterator[str]:
    pages = CitizenPages(CONTENT, tenant="kolding", embedders={"kolding": frozenset(), "randers": frozenset()})
    app = web.Application(client_max_size=128 * 1024)
    pages.add_to(app)
    page = CalendarPage(
        CONTENT,
        finder,
        pages,
        tenants=("kolding", "randers"),
        limits=Limits(time.monotonic),
        now=lambda: NOW,
        clock=time.monotonic,
    )
    page.add_to(app)
    runner = Doorway(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/t/kolding/aftale"
    finally:
        await runner.cleanup()


async def test_the_code_gives_the_file_and_no_address_holds_the_code() -> None:
    finder = Found()
    async with served(finder) as url, ClientSession() as http:
        async with http.post(url, data={"code": "abcd efgh jkmn"}) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/calendar"
            assert answer.headers["Content-Disposition"] == 'attachment; filename="aftale.ics"'
            assert answer.headers["Cache-Control"] == "no-store"
            [neutral, _] = read_twice(await answer.read())
            assert neutral[:2] == ("Aftale", None)
            assert CODE not in str(answer.url)
        async with http.post(url, data={"code": CODE, "named": "yes"}) as answer:
            [named, _] = read_twice(await answer.read())
            assert named[:2] == ("Rusmiddelcenteret i Kolding", MINE.place)
        async with http.post(f"{url}?en", data={"code": CODE}) as answer:
            [english, _] = read_twice(await answer.read())
            assert english[0] == "Appointment"
    assert finder.asked == [("kolding", CODE)] * 3


@pytest.mark.alone
async def test_wrong_codes_are_answered_alike_and_a_limited_guesser_cannot_tell() -> None:
    finder = Found()
    answers, seconds = set(), []
    wrong = ["ABCD-EFGH-JKMP", "", "x" * 500, "<script>alert(1)</script>", "🐟", CODE]
    async with served(finder) as url, ClientSession() as http:
        for code in wrong:  # the last is the right one, after five wrong ones
            asked = time.monotonic()
            async with http.post(url, data={"code": code}) as answer:
                answers.add((answer.status, await answer.text()))
            seconds.append(time.monotonic() - asked)
        [(status, text)] = answers
        assert status == 404
        assert "Vi kan ikke finde en tid med den kode lige nu." in text
        assert "alert(1)" not in text
        assert min(seconds) >= 0.19
        assert max(seconds) - min(seconds) < 0.15


async def test_what_is_no_form_is_refused_kindly() -> None:
    async with served(Found()) as url, ClientSession(headers={"Accept": "text/html"}) as http:
        async with http.post(url, json={"code": CODE}) as answer:
            assert answer.status == 415
        async with http.post(url, data={"code": CODE}, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"code=" + CODE.encode() + b"&a=1" * 50, b"\xff\xfe=\xff", b"&&&==", b"code=%FF%FE"):
            async with http.post(url, data=body, headers=form) as answer:
                assert answer.status == 404
        async with http.post(url.replace("kolding", "atlantis"), data={"code": CODE}) as answer:
            assert answer.status == 404
        async with http.post(url, data=b"code=" + b"x" * 200_000, headers=form) as answer:
            assert answer.status == 413


@pytest.mark.parametrize(
    ("query", "language", "says"),
    [("", "da", "Hent tiden"), ("?easy", "da", "Skriv din kode."), ("?en", "en", "Get the time"),
     ("?en-easy", "en", "Write your code."), ("?<script>", "da", "Hent tiden")],
)  # fmt: skip
async def test_the_page_is_neutral_and_needs_no_script(query: str, language: str, says: str) -> None:
    async with served(Found()) as url, ClientSession() as http, http.get(url + query) as answer:
        html = await answer.text()
        assert answer.status == 200
        assert f'<html lang="{language}">' in html
        assert says in html
        assert "<script" not in html
        assert not [word for word in OURS if word != "kolding" and word in html.lower()]
        policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
