"""What no citizen should send and some will: each gets a kind, clear answer; nothing is lost, crashed or sent back raw.

The real application in this process, over WebSocket and HTTP; one server for the whole file.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.frames import BAD_FRAMES, CLOSE_BAD_FRAMES, MAX_FRAME, MAX_TEXT
from bot.clock import SystemClock
from bot.privacy.keys import Keyring
from bot.privacy.pseudonyms import new_code
from bot.running import make_house, running
from bot.serving import citizen_app, listening
from bot.settings import Settings
from tests.support.player import content, understanding

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "Kanarie7token"
Frame = dict[str, Any]


class Served:
    """The application, its address, and every error it logged."""

    def __init__(self, app: web.Application, url: str) -> None:
        self.app, self.url = app, url
        self.errors: list[logging.LogRecord] = []

    def bot_says(self, key: str) -> str:
        return content().messages.for_pack("kolding").text(key, channel="web")

    def page_says(self, code: str) -> str:
        return self.bot_says(f"page.error.{code}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    house = make_house(
        overlay=None,
        keyring=Keyring(active="k1", keys={"k1": secrets.token_bytes(32)}),
        hear=understanding(),
    )
    wanted = Settings(port=0, metrics_token=TOKEN)
    async with running(url="sqlite://", house=house, clock=SystemClock(), understanding=None) as run:
        app = citizen_app(wanted, run)
        async with listening(app, wanted) as port:
            one = Served(app, f"http://127.0.0.1:{port}")
            handler = logging.Handler(logging.ERROR)
            handler.emit = one.errors.append  # type: ignore[method-assign]
            logging.getLogger().addHandler(handler)
            yield one
            logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def no_error_is_logged(served: Served) -> Any:
    """Bad input is no error of ours."""
    served.errors.clear()
    yield
    assert [(record.name, record.getMessage()) for record in served.errors] == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


class Talk:
    """A conversation on a socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.code = ""
        self.asked: Frame = {}
        self.ids = iter(range(10_000))

    async def get(self) -> Frame:
        message = await asyncio.wait_for(self.socket.receive(), 10)
        assert message.type is WSMsgType.TEXT, self.socket.close_code
        frame: Frame = json.loads(message.data)
        if frame.get("question"):
            self.asked = frame
        return frame

    async def begin(self) -> None:
        await self.socket.send_json({"type": "hello"})
        self.code = (await self.get())["code"]
        while not self.asked:
            await self.get()

    async def send(self, **frame: Any) -> list[Frame]:
        """What comes back, up to the next question or the error."""
        await self.socket.send_json({"id": f"i{next(self.ids)}", **frame})
        frames = [await self.get()]
        while not frames[-1].get("question") and frames[-1]["type"] != "error":
            frames.append(await self.get())
        return frames

    async def say(self, text: str) -> list[Frame]:
        return await self.send(type="message", text=text)

    async def press(self, option: str, question: str | None = None) -> list[Frame]:
        return await self.send(type="choice", question=question or self.asked["question"], option=option)

    async def closed_with(self) -> int | None:
        while (await asyncio.wait_for(self.socket.receive(), 10)).type is WSMsgType.TEXT:
            pass
        return self.socket.close_code


@asynccontextmanager
async def talking(served: Served, http: ClientSession) -> AsyncIterator[Talk]:
    async with http.ws_connect(f"{served.url}/chat/kolding/ws", max_msg_size=0) as socket:
        talk = Talk(socket)
        await talk.begin()
        yield talk


@pytest_asyncio.fixture(loop_scope="module")
async def talk(served: Served, http: ClientSession) -> AsyncIterator[Talk]:
    async with talking(served, http) as one:
        yield one


def of(frames: list[Frame], sender: str) -> list[str]:
    return [frame["text"] for frame in frames if frame.get("from") == sender]


def label_of(asked: Frame, option: str) -> str:
    return next(str(choice["label"]) for choice in asked["choices"] if choice["id"] == option)


# Texts.


ODD = {
    "empty": "",
    "blank": " \n\t ",
    "control characters": "\x00\x01\x1b[31m\x07\x7f\u0085\u2028",
    "emoji only": "🍺🍺🍺👨‍👩‍👧",
    "HTML and script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{ 7*7 }} {phone} {0} %s %(x)s ${jndi:ldap://x}",
    "SQL": "'; DROP TABLE message; --",
    "turned writing": "\u202etxet\u2066\u2069\u200b\ufeff",
    "combining marks": "a" + "\u0301" * 1000,
    "a number beyond all": "9" * 400,
    "as long as may be": "æ" * MAX_TEXT,
    "beyond the first plane": "\U0001f9ff\U0010fffd\ufffe",
}


@pytest.mark.parametrize("how", ODD)
async def test_an_odd_text_is_kept_as_it_is_and_answered_kindly(served: Served, talk: Talk, how: str) -> None:
    before = talk.asked
    frames = await talk.say(ODD[how])
    assert [frame["type"] for frame in frames if frame["type"] != "message"] == ["ack"]
    assert of(frames, "citizen") == [ODD[how]]
    answered = of(frames, "bot")
    assert answered[0] in {served.bot_says(f"engine.retry.{which}") for which in ("first", "second")}
    assert answered[-1] == before["text"]
    assert talk.asked["question"] == before["question"]
    assert "<script>" not in "".join(answered)


@pytest.mark.parametrize("text", ["Привет, мне нужна помощь", "مرحبا، أحتاج إلى مساعدة", "我需要帮助"])
async def test_another_language_is_told_which_there_are(served: Served, talk: Talk, text: str) -> None:
    answered = of(await talk.say(text), "bot")
    assert answered == [served.bot_says("engine.other_language"), talk.asked["text"]]


async def test_a_text_that_is_too_long_is_refused_and_the_talk_goes_on(served: Served, talk: Talk) -> None:
    (error,) = await talk.say("x" * (MAX_TEXT + 1))
    assert error == {"type": "error", "code": "too_long", "text": served.page_says("too_long"), "id": "i0"}
    label = label_of(talk.asked, "me")
    assert of(await talk.press("me"), "citizen") == [label]


async def test_a_megabyte_closes_the_socket_and_the_talk_can_be_resumed(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    await talk.socket.send_str(json.dumps({"type": "message", "id": "m", "text": "x" * 1_000_000}))
    assert await talk.closed_with() == 1009
    async with http.ws_connect(f"{served.url}/chat/kolding/ws") as socket:
        again = Talk(socket)
        await socket.send_json({"type": "hello", "code": talk.code})
        assert (await again.get())["seq"] == talk.asked["seq"]
    async with http.post(f"{served.url}/chat/kolding/frames", data=b"x" * 1_000_000) as answer:
        assert answer.status == 413
        assert [frame["code"] for frame in (await answer.json())["frames"]] == ["bad_frame"]


async def test_a_frame_as_long_as_may_be_is_read(talk: Talk) -> None:
    frame = json.dumps({"type": "message", "id": "m", "text": "hej"})
    await talk.socket.send_str(frame + " " * (MAX_FRAME - len(frame) - 1))
    assert (await talk.get())["type"] == "ack"


# Buttons.


async def test_a_button_of_something_long_gone_changes_nothing_and_says_so(served: Served, talk: Talk) -> None:
    first = talk.asked["question"]
    await talk.press("me")
    menu = talk.asked
    for option in ("me", "other"):
        frames = await talk.press(option, first)
        assert of(frames, "bot") == [served.bot_says("engine.old_button.ended"), menu["text"]]
        assert talk.asked["question"] == menu["question"]


async def test_a_button_that_never_was_is_refused_or_explained(served: Served, talk: Talk) -> None:
    for question in ("nothing", "<b>", "99.menu.what.1"):
        (error,) = await talk.press("me", question)
        assert (error["code"], error["text"]) == ("unknown_question", served.page_says("unknown_question"))
    asked = talk.asked
    frames = await talk.press("me", "1.welcome.never.1")
    assert of(frames, "bot") == [served.bot_says("engine.old_button.unknown"), asked["text"]]
    question = talk.asked["question"]
    frames = await talk.press("<script>")
    assert of(frames, "bot")[0] == served.bot_says("engine.unknown_choice")
    assert talk.asked["question"] == question
    assert "<script>" not in json.dumps(frames)


async def test_a_button_pressed_twice_counts_once(talk: Talk) -> None:
    await talk.press("me")
    menu, label = talk.asked["question"], label_of(talk.asked, "alcohol")
    for _ in range(2):
        await talk.socket.send_json({"type": "choice", "id": "same", "question": menu, "option": "alcohol"})
    acks: list[Frame] = []
    said: list[Frame] = []
    while len(acks) < 2 or not said or not said[-1].get("question"):
        frame = await talk.get()
        (acks if frame["type"] == "ack" else said).append(frame)
    assert acks[0] == acks[1]
    assert [frame["text"] for frame in said if frame["from"] == "citizen"] == [label]


async def test_a_button_pressed_by_many_fingers_at_once_counts_once(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    """Ten presses with ids of their own, over ten connections: one is the answer, nine are told that it is given."""
    await talk.press("me")
    menu, label = talk.asked["question"], label_of(talk.asked, "alcohol")

    async def press(number: int) -> list[Frame]:
        frame = {"type": "choice", "id": f"finger{number}", "question": menu, "option": "alcohol"}
        headers = {"Authorization": f"Bearer {talk.code}"}
        async with http.post(f"{served.url}/chat/kolding/frames", json=frame, headers=headers) as answer:
            assert answer.status == 200
            found: list[Frame] = (await answer.json())["frames"]
            return found

    answers = await asyncio.gather(*(press(number) for number in range(10)))
    assert sorted({frames[0]["type"] for frames in answers}) == ["ack"]
    async with http.get(
        f"{served.url}/chat/kolding/frames?after=0", headers={"Authorization": f"Bearer {talk.code}"}
    ) as answer:
        history = [frame for frame in (await answer.json())["frames"] if frame["type"] == "message"]
    assert [frame["seq"] for frame in history] == list(range(1, len(history) + 1))
    texts = [frame["text"] for frame in history]
    assert texts.count(label) == 10, "each press is a message of the citizen, with the words of the button"
    assert texts.count(served.bot_says("engine.old_button.ended")) == 9
    assert len({frame["question"] for frame in history if frame.get("question")}) == 3


# Frames that are none.


BAD = {
    "nothing": b"",
    "no JSON": b"hej",
    "half": b'{"type": "message", "id": "a"',
    "a list": b"[]",
    "null": b"null",
    "no type": b'{"id": "a", "text": "b"}',
    "unknown type": b'{"type": "root", "id": "a"}',
    "a number for a text": b'{"type": "message", "id": "a", "text": 7}',
    "no id": b'{"type": "message", "text": "b"}',
    "an id with a blank": b'{"type": "message", "id": "a b", "text": "b"}',
    "an id with a line end": b'{"type": "message", "id": "a\\n", "text": "b"}',
    "an id of 65": b'{"type": "message", "id": "' + b"a" * 65 + b'", "text": "b"}',
    "half a surrogate": b'{"type": "message", "id": "a", "text": "\\ud800"}',
    "deep": b"[" * 30_000,
    "a huge number": b'{"type": "seen", "seq": ' + b"9" * 5000 + b"}",
    "minus one": b'{"type": "seen", "seq": -1}',
    "not UTF-8": b'{"type": "message", "id": "a", "text": "\xff"}',
}


@pytest.mark.parametrize("how", BAD)
async def test_what_is_no_frame_is_told_and_stores_nothing(
    served: Served, talk: Talk, http: ClientSession, how: str
) -> None:
    if how != "not UTF-8":  # such a socket is closed by the protocol itself
        await talk.socket.send_frame(BAD[how], WSMsgType.TEXT)
        error = await talk.get()
        assert {"type": "error", "code": "bad_frame", "text": served.page_says("bad_frame")}.items() <= error.items()
    headers = {"Authorization": f"Bearer {talk.code}"}
    async with http.post(f"{served.url}/chat/kolding/frames", data=BAD[how], headers=headers) as answer:
        assert answer.status == 400
        (error,) = (await answer.json())["frames"]
        assert error["code"] == "bad_frame"
    before = talk.asked["seq"]
    assert (await talk.say("hej"))[0] == {"type": "ack", "id": "i0", "seq": before + 1}


async def test_five_bad_frames_close_the_socket(talk: Talk) -> None:
    for _ in range(BAD_FRAMES):
        await talk.socket.send_bytes(b"\x00\x01")
    assert await talk.closed_with() == CLOSE_BAD_FRAMES


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_not_what_it_says_or_far_more_is_refused(
    served: Served, http: ClientSession, encoding: str
) -> None:
    bomb = zlib.compress(b" " * 50_000_000) if encoding == "deflate" else b"\x1f\x8bno"
    began = time.monotonic()
    async with http.post(
        f"{served.url}/chat/kolding/frames", data=bomb, headers={"Content-Encoding": encoding, "Connection": "close"}
    ) as answer:
        assert answer.status in {400, 413}
        assert "Traceback" not in await answer.text()
    assert time.monotonic() - began < 5


# Codes.


@pytest.mark.alone
async def test_codes_that_do_not_work_take_the_same_time_and_tell_nothing_more(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    """Unknown, of another tenant, or no code at all: the contract has two names for it, and one time."""
    took: dict[str, list[float]] = {"unknown": [], "elsewhere": [], "none": []}
    for _ in range(2):
        for kind, tenant, code in (
            ("unknown", "kolding", new_code()),
            ("elsewhere", "randers", talk.code),
            ("none", "kolding", "not a code"),
        ):
            began = time.monotonic()
            headers = {"Authorization": f"Bearer {code}"}
            async with http.get(f"{served.url}/chat/{tenant}/frames", headers=headers) as answer:
                (error,) = (await answer.json())["frames"]
                if answer.status == 429:
                    continue  # five guesses in ten minutes, and no more
                assert answer.status == 404
            took[kind].append(time.monotonic() - began)
            assert error["code"] == ("wrong_tenant" if kind == "elsewhere" else "unknown_code")
            assert code not in json.dumps(error)
    assert all(times and 0.2 <= median(times) < 0.6 for times in took.values()), took
    headers = {"Authorization": f"Bearer {talk.code}"}
    async with http.get(f"{served.url}/chat/kolding/frames", headers=headers) as answer:
        assert answer.status == 200  # who has a good code is never locked out


async def test_a_code_is_taken_from_the_header_only(served: Served, talk: Talk, http: ClientSession) -> None:
    async with http.get(f"{served.url}/chat/kolding/frames?code={talk.code}") as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert talk.code not in await answer.text()


# Who may ask.


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://[", "http://[::1", "", "file://", "https://127.0.0.1@evil.example"],
)  # fmt: skip
async def test_a_page_of_another_site_is_refused(served: Served, http: ClientSession, origin: str) -> None:
    for method, path in (("GET", "ws"), ("GET", "frames"), ("POST", "frames")):
        async with http.request(
            method, f"{served.url}/chat/kolding/{path}", headers={"Origin": origin}, data=b"{}"
        ) as answer:
            assert answer.status == 403
            (error,) = (await answer.json())["frames"]
            assert error == {"type": "error", "code": "closed_service", "text": served.page_says("closed_service")}
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_metrics_are_for_the_token_only(served: Served, http: ClientSession) -> None:
    for shown in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer blåbær", "Bearer \udcff"):
        async with http.get(f"{served.url}/metrics", headers={"Authorization": shown}) as answer:
            assert answer.status == 404
    async with http.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert answer.status == 200
        assert "kolding" not in await answer.text()


# Headers of every route there is, whatever is asked of it.


LEGAL = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "0",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": r"[a-z-]+=\(\)(, [a-z-]+=\(\))+",
    "Strict-Transport-Security": r"max-age=\d{8}; includeSubDomains",
    "Cache-Control": r"no-store|public, max-age=\d+(, immutable)?",
    "Content-Security-Policy": r"[a-z'; :/.-]+",
    "Content-Type": r"(text/(html|plain|css|javascript)|application/(json|javascript)|image/svg\+xml)(; charset=utf-8)?"
    "|application/octet-stream",
    "Date": r".{29}",
}
SOMETIMES = {
    "Content-Length": r"\d+",
    "Content-Encoding": "gzip",
    "Transfer-Encoding": "chunked",
    "Vary": "Accept-Encoding",
    "Allow": r"[A-Z]+(,[A-Z]+)*",
    "Connection": "close|keep-alive",
    "Retry-After": r"\d+",
    "WWW-Authenticate": "Bearer",
    "Clear-Site-Data": '"cache", "cookies", "storage"',
    "Sec-WebSocket-Version": "13",
}
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
    "frame-src": {"'none'"},
    "frame-ancestors": {"'none'"},
    "require-trusted-types-for": {"'script'"},
    "trusted-types": {"'none'"},
    "sandbox": {""},
}


def check_headers(answer: Any, asked: str) -> None:
    """Exactly the headers that belong there, each once, each with a legal value."""
    headers = {name.title(): answer.headers.getall(name) for name in answer.headers}
    legal = {name.title(): pattern for name, pattern in (LEGAL | SOMETIMES).items()}
    unknown = headers.keys() - legal.keys()
    assert not unknown, (asked, unknown)
    needed = {name.title() for name in LEGAL} - ({"Content-Type"} if answer.status == 204 else set())
    assert needed <= headers.keys(), (asked, needed - headers.keys())
    for name, values in headers.items():
        assert len(values) == 1, (asked, name)
        assert re.fullmatch(legal[name], values[0]), (asked, name, values)
    for part in headers["Content-Security-Policy"][0].split(";"):
        directive, _, sources = part.strip().partition(" ")
        with_a_form = directive == "form-action" and "/aftale" in asked
        assert sources in POLICY[directive] or (with_a_form and sources == "'self'"), (asked, directive)


async def test_every_route_answers_every_method_with_exactly_the_headers_it_should(
    served: Served, http: ClientSession
) -> None:
    """Generated from the router, so that a new route is held to it too."""
    fillings = {"tenant": ("kolding", "atlantis", "%3Cb%3E"), "name": ("chat.js", "..%2Fpage.html")}
    paths = {"/nowhere", "/%00", "/%FF", "//", "/chat/kolding", "/t/", "/%2e%2e/etc/passwd"}
    for resource in served.app.router.resources():
        form = resource.canonical
        names = re.findall(r"{(\w+)}", form)
        for filling in fillings[names[0]] if names else ("",):
            paths.add(form.replace(f"{{{names[0]}}}", filling) if names else form)
    assert len(paths) > 18
    statuses = set()
    for path in sorted(paths):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"):
            for accept in ("text/html", "*/*"):
                async with http.request(
                    method, served.url + path, headers={"Accept": accept}, allow_redirects=False
                ) as answer:
                    statuses.add(answer.status)
                    asked = f"{method} {path} {accept} {answer.status}"
                    assert answer.status < 500, asked
                    check_headers(answer, asked)
                    text = await answer.text()
                    assert "Traceback" not in text
                    assert "atlantis" not in text
                    assert "/<b>" not in text
                    assert "%3C" not in text
                    assert "passwd" not in text
    assert {200, 204, 400, 401, 404, 405} <= statuses


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"Kanarie / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: Kanarie\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: x\r\nKanarie\r\n\r\n", 400),
        (b"GET /" + b"Kanarie" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: Kanarie\r\n\r\n", 417),
        (b"POST /chat/kolding/frames HTTP/1.1\r\nHost: x\r\nContent-Length: Kanarie\r\n\r\n", 400),
        (b"POST /chat/kolding/frames HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nKanarie\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfcKanarie\r\n\r\n", 400),
    ],
)
async def test_what_is_no_http_is_refused_like_everything_else(served: Served, sent: bytes, status: int | None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rpartition(":")[2]))
    writer.write(sent)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.close()
    lines = head.decode().split("\r\n")
    if status is not None:
        assert int(lines[0].split()[1]) == status
    names = {line.partition(":")[0].title() for line in lines[1:] if line}
    assert {name.title() for name in LEGAL} <= names
    assert "Server" not in names
    assert "Kanarie" not in head.decode()


# Anything at all.


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
ALMOST = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "message", "choice", "seen", "typing"]) | TEXTS},
    optional={
        "id": st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z") | SCALARS,
        "text": SCALARS,
        "question": SCALARS | st.just("1.welcome.who.1"),
        "option": SCALARS | st.sampled_from(["me", "cmd.back", "cmd.human", "cmd.easy", "edit.x"]),
        "code": SCALARS,
        "seq": SCALARS,
        "last_seq": SCALARS,
    },
)
JSONS = st.one_of(ALMOST, SCALARS, st.lists(SCALARS)).map(lambda one: json.dumps(one).encode())
ANYTHING = st.binary(max_size=300) | JSONS
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(body=ANYTHING)
async def test_any_body_is_answered_in_time_and_never_with_an_error_of_ours(
    served: Served, talk: Talk, http: ClientSession, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {talk.code}"}
    began = time.monotonic()
    async with http.post(f"{served.url}/chat/kolding/frames", data=body, headers=headers) as answer:
        assert answer.status in {200, 400, 409, 413, 404}
        for frame in (await answer.json())["frames"]:
            assert frame["type"] in {"welcome", "state", "message", "ack", "error"}
    assert time.monotonic() - began < 5


@FUZZ
@given(frames=st.lists(ANYTHING, max_size=4), binary=st.booleans())
async def test_any_frames_on_a_socket_leave_the_talk_alive(
    served: Served, talk: Talk, http: ClientSession, frames: list[bytes], binary: bool
) -> None:
    """Up to four bad ones are told; a text after them is acknowledged, unless the socket was closed for one."""
    async with http.ws_connect(f"{served.url}/chat/kolding/ws") as socket:
        await socket.send_json({"type": "hello", "code": talk.code})
        for frame in frames:
            await socket.send_frame(frame, WSMsgType.BINARY if binary else WSMsgType.TEXT)
        await socket.send_json({"type": "message", "id": "after", "text": "hej"})
        while (message := await asyncio.wait_for(socket.receive(), 10)).type is WSMsgType.TEXT:
            frame_out = json.loads(message.data)
            assert frame_out["type"] in {"welcome", "state", "message", "ack", "error"}
            if frame_out["type"] == "ack" and frame_out["id"] == "after":
                break
        else:
            assert socket.close_code in {1007, CLOSE_BAD_FRAMES}  # no UTF-8, or a fifth


async def test_and_after_all_that_it_still_talks(served: Served, talk: Talk, http: ClientSession) -> None:
    label = label_of(talk.asked, "me")
    assert of(await talk.press("me"), "citizen") == [label]
    async with http.get(f"{served.url}/readyz") as answer:
        assert answer.status == 200
