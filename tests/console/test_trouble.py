"""Whatever goes wrong behind a room, or comes in at its door: a kind sentence, the headers, no word of it anywhere."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import pytest

from admin.pages import HEADERS
from bot.errors import DecryptError, StorageUnavailable
from tests.support.console import PAGE, SCRIPT, House, Site

MARKER = "zebrafisk"


@pytest.mark.parametrize(
    ("problem", "status", "says"),
    [
        (StorageUnavailable(), 503, "Databasen svarer ikke lige nu."),
        (DecryptError(), 500, "Noget gik galt hos os."),
        (RuntimeError(MARKER), 500, "Noget gik galt hos os."),
        (KeyError(MARKER), 500, "Noget gik galt hos os."),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Exception) else "",
)
async def test_what_breaks_behind_a_room_is_told_kindly(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    problem: Exception, status: int, says: str,
) -> None:  # fmt: skip
    async def broken(*_given: object, **_more: object) -> Any:
        raise problem

    monkeypatch.setattr(site.desk, "transcript", broken, raising=False)
    monkeypatch.setattr(site.desk, "next", broken, raising=False)
    caplog.set_level(logging.DEBUG)
    async with site.at_work() as mette:
        await mette.get("/account")
        for answer in (await mette.get("/talk/x"), await mette.get("/talk/x", SCRIPT), await mette.post("/queue/next")):
            assert (answer.status, says in answer.text) == (status, True)
            assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
            assert MARKER not in answer.text
            assert "Traceback" not in answer.text
    assert "room_failed" in caplog.text
    assert all(MARKER not in record.getMessage() for record in caplog.records if record.name.startswith("admin"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"{" * 50_000,
        b'{"id":"a","text":"\xed\xa0\x80"}',
        b'{"id":"a","text":' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "no utf-8", "deep", "half a character", "long number"],
)
@pytest.mark.parametrize("path", ["lines", "draft", "notes", "lines/1/reveal"])
async def test_an_odd_body_is_refused(house: House, path: str, body: bytes) -> None:
    talk = await house.citizen("jeg vil gerne tale med nogen")
    async with house.at_work() as mette:
        await mette.get("/queue")
        await mette.post("/queue/next")
        headers = {"Origin": mette.origin, "X-CSRF": mette.csrf, "Content-Type": "application/json", **SCRIPT}
        url = f"{house.url}/talk/{talk}/{path}"
        async with mette.http.post(url, data=body, headers=headers) as answer:
            assert answer.status in ({200, 403, 409} if path.endswith("reveal") else {422})


async def test_forms_that_are_no_forms(site: Site) -> None:
    async with site.at_work() as mette:
        await mette.get("/account")
        as_file = aiohttp.FormData()
        as_file.add_field("csrf", mette.csrf.encode(), filename="csrf.txt")
        for data, headers, status in [
            (as_file, {}, 403),
            (b"\xff" * 100, {"Content-Type": "multipart/form-data; boundary=x"}, 400),
            (b"csrf", {"Content-Type": "application/x-www-form-urlencoded; charset=nothing"}, 400),
            (b"a=" + b"b" * 200_000, {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        ]:
            sent = {"Origin": mette.origin, **PAGE, **headers}
            async with mette.http.post(f"{site.url}/account", data=data, headers=sent) as answer:
                assert answer.status in {status, 403}
                assert "Det gik ikke" in await answer.text()


async def test_what_is_not_there_and_what_cannot_be_done_there(site: Site) -> None:
    async with site.at_work() as mette:
        for method, path, status in [
            ("GET", "/nowhere", 404),
            ("GET", "/assets/x/../../door.py", 404),
            ("GET", "/assets/0/console.css", 404),
            ("DELETE", "/account", 405),
            ("PUT", "/queue/next", 405),
            ("GET", "/queue/next", 404),
        ]:
            async with mette.http.request(method, f"{site.url}{path}", headers=PAGE) as answer:
                assert answer.status in {status, 405}
                assert "Det gik ikke" in await answer.text()
