"""Scales drawn from a picture's name, and that every picture a dialog shows is there and says the same in words."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels import pictures, scales
from dialogs.screening_scale import scale
from dialogs.steps import Words
from tests.support.player import Player, read

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
SVG = "{http://www.w3.org/2000/svg}"


def texts(name: str) -> list[str]:
    body = pictures.picture(name)
    assert body is not None
    return [element.text or "" for element in ET.fromstring(body).iter(f"{SVG}text")]


def pixels(body: bytes) -> list[bytes]:
    """Rows of a one-bit PNG, unfiltered as ours are, a byte a pixel."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width = 8, b"", 0
    while at < len(body):
        (length,), kind = struct.unpack(">I", body[at : at + 4]), body[at + 4 : at + 8]
        chunk = body[at + 8 : at + 8 + length]
        assert struct.unpack(">I", body[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + chunk)
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert (depth, colour) == (1, 0)
        data += chunk if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), 1 + width // 8
    lines = [raw[start + 1 : start + stride] for start in range(0, len(raw), stride)]
    return [bytes(byte >> bit & 1 for byte in line for bit in range(7, -1, -1)) for line in lines]


@pytest.mark.parametrize(
    ("place", "highest", "limits", "shown"),
    [
        (7, 12, (), ["0", "12", "7"]),
        (7, 12, (4,), ["0", "12", "4", "7"]),
        (6, 40, (6, 8), ["0", "40", "6", "6"]),  # 6 and 8 would touch: both are drawn, one is named
        (0, 100, (50,), ["0", "100", "50", "0"]),
        (10, 10, (10,), ["0", "10", "10"]),
    ],
)
def test_a_scale_names_its_ends_its_limits_and_the_place(
    place: int, highest: int, limits: tuple[int, ...], shown: list[str]
) -> None:
    assert texts(scale(place, highest, limits).name) == shown


def test_the_words_beside_a_scale_say_what_is_drawn() -> None:
    assert scale(7, 12).alt == Words(key="screening.scale", fields={"place": 7, "highest": 12})
    assert scale(7, 12, (4,)).alt.fields == {"place": 7, "highest": 12, "limit": 4}
    assert scale(7, 40, (6, 8)).alt.fields == {"place": 7, "highest": 40, "low": 6, "high": 8}


@pytest.mark.parametrize(("place", "highest"), [(0, 12), (5, 12), (12, 12), (52, 100), (300, 300)])
def test_the_photo_of_a_scale_has_its_arrow_at_the_same_place(place: int, highest: int) -> None:
    body = pictures.picture(pictures.photo_name(scale(place, highest).name))
    assert body is not None
    rows = pixels(body)
    tip = rows[2 * (scales.LINE - 4)]
    black = [x for x, white in enumerate(tip) if not white]
    ends = {2 * scales.LEFT, 2 * scales.RIGHT}
    arrow = [x for x in black if all(abs(x - end) > 4 for end in ends)] or black
    found = scales.read_name(f"scale-0-{highest}-{place}")
    assert found is not None
    assert min(abs(x - 2 * found.x(place)) for x in arrow) <= 3


def test_an_agenda_ticks_off_what_is_done_and_frames_what_is_now() -> None:
    at = [pictures.picture(f"agenda-questions-thoughts-next-{place}.svg") or b"" for place in range(4)]
    assert [picture.count(b'<circle cx="70"') for picture in at] == [0, 1, 2, 3]
    assert [picture.count(b'width="80"') for picture in at] == [1, 1, 1, 0]
    assert len({ET.fromstring(picture).get("width") for picture in at}) == 1


@pytest.mark.parametrize("name", ["agenda-questions-next-1.png", "questions.png", "drinks.png"])
def test_a_chat_without_svg_gets_the_same_picture_twice_as_large(name: str) -> None:
    drawn, photo = pictures.picture(name.replace(".png", ".svg")), pictures.picture(name)
    assert drawn is not None
    assert photo is not None
    width, height = struct.unpack(">II", photo[16:24])
    box = ET.fromstring(drawn)
    assert (width, height) == (2 * int(box.attrib["width"]), 2 * int(box.attrib["height"]))


@pytest.mark.parametrize(
    "name",
    [
        *["agenda-1.svg", "agenda-nothing-1.svg", "agenda-questions-next-3.svg", "agenda-questions.svg"],
        *["agenda" + 7 * "-next" + "-1.svg", "agenda-questions-next-1.jpg", "nothing.png", "agenda-nothing-1.png"],
        *["scale-0-0-0.svg", "scale-0-12-13.svg", "scale-0-12-1-13.svg", "scale-0-1234-1.svg", "scale-1-12-3.svg"],
        *["scale-0-12.svg", "scale-0-12-x.svg", "scale-0-12-7.jpg", "scale-0-12-7.gif", "../pack.toml", "drinks.toml"],
        *["", "nothing.svg", ".svg", "..svg", "Drinks.svg"],
    ],
)
def test_what_is_no_picture_is_none(name: str) -> None:
    assert pictures.picture(name) is None


def test_every_drawing_has_a_photo() -> None:
    assert pictures.photo_name("scale-0-12-7-4.svg") == "scale-0-12-7-4.png"
    assert pictures.photo_name("drinks.svg") == "drinks.png"
    assert pictures.photo_name("photo.jpg") == "photo.jpg"
    assert pictures.photo_name("") == ""


async def test_a_picture_is_served_and_kept_nowhere() -> None:
    app = web.Application()
    pictures.add_to(app)
    async with TestClient(TestServer(app)) as client:
        drawn = await client.get("/pictures/scale-0-12-7-4.svg")
        assert (drawn.status, drawn.content_type) == (200, "image/svg+xml")
        assert drawn.headers["Cache-Control"] == "no-store"
        assert (await client.get("/pictures/drinks.svg")).status == 200
        assert (await client.get("/pictures/agenda-questions-next-1.svg")).content_type == "image/svg+xml"
        assert (await client.get("/pictures/scale-0-12-13.svg")).status == 404
        assert (await client.get("/pictures/..%2Fdrinks.toml")).status == 404


def test_every_picture_of_a_dialog_is_there_has_words_and_is_never_shown_under_18_with_a_score() -> None:
    found = 0
    for path in sorted(TRANSCRIPTS.glob("*/*.txt")):
        transcript = read(path)
        player = Player(transcript, typed=False)
        outputs = player.begin()
        for line in (*transcript.inputs(), None):
            for shown in player.shown(outputs):
                if shown.picture is None:
                    continue
                found += 1
                name = shown.picture.url.removeprefix("/pictures/")
                assert pictures.picture(name), (path, name)
                assert shown.picture.alt.strip(), path
                scored = name.startswith("scale-") and transcript.dialog == "screening"
                assert not scored or player.session.age_group != "13_17", path
            if line is not None:
                outputs = player.say(line)
    assert found > 50
