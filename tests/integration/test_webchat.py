"""The web chat protocol (CONTRACTS §3) on a real server, word for word."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, WSMsgType

from bot.channels.limits import Rate, Rules
from tests.support.player import understanding
from tests.support.site import Site, running_site
from tests.support.talk import QUEUE

ORIGIN = "https://www.kolding.dk"


class Device:
    """A citizen's end of a socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def get(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of a kind."""
        while True:
            message = await asyncio.wait_for(self.socket.receive(), 5)
            assert message.type is WSMsgType.TEXT, f"closed with {self.socket.close_code}"
            frame: dict[str, Any] = json.loads(message.data)
            if kind is None or frame["type"] == kind:
                return frame

    async def messages(self, count: int) -> list[dict[str, Any]]:
        return [await self.get("message") for _ in range(count)]

    async def hello(self, code: str | None = None, last_seq: int | None = None) -> dict[str, Any]:
        await self.send(
            type="hello", **{k: v for k, v in {"code": code, "last_seq": last_seq}.items() if v is not None}
        )
        return await self.get()

    async def quiet(self) -> None:
        """Nothing more comes."""
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(self.socket.receive(), 0.15)

    async def closed_with(self) -> int | None:
        while (await asyncio.wait_for(self.socket.receive(), 5)).type in {WSMsgType.TEXT}:
            pass
        return self.socket.close_code


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site(embedders={"kolding": frozenset({ORIGIN})}) as site:
        yield site


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@asynccontextmanager
async def device(http: ClientSession, site: Site, tenant: str = "kolding", **headers: str) -> AsyncIterator[Device]:
    async with http.ws_connect(f"{site.url}/chat/{tenant}/ws", headers=headers) as socket:
        yield Device(socket)


async def begin(one: Device) -> str:
    """Open a conversation and read its greeting; the code."""
    welcome = await one.hello()
    await one.messages(2)
    return str(welcome["code"])


async def test_a_new_conversation_gets_welcome_state_and_greeting_unasked(site, http):
    async with device(http, site) as one:
        welcome = await one.hello()
        assert welcome == {"type": "welcome", "code": welcome["code"], "seq": 0}
        assert await one.get() == {"type": "state", "state": "bot"}
        first, second = await one.messages(2)
        assert (first["seq"], first["from"]) == (1, "bot")
        assert second["question"]
        assert [choice["id"] for choice in second["choices"]][:3] == ["me", "other", "professional"]
        await one.quiet()


async def test_hello_comes_first_and_once(site, http):
    async with device(http, site) as one:
        await one.send(type="message", id="a", text="hej")
        assert (await one.get())["code"] == "bad_frame"
        await one.hello()
        await one.messages(2)
        await one.send(type="hello")
        assert (await one.get())["code"] == "bad_frame"


async def test_a_message_is_acknowledged_and_comes_back_with_its_id(site, http):
    async with device(http, site) as one:
        await begin(one)
        await one.send(type="message", id="m-1", text="hej <b>du</b>")
        frames = [await one.get() for _ in range(4)]
        ack = next(frame for frame in frames if frame["type"] == "ack")
        own = next(frame for frame in frames if frame.get("from") == "citizen")
        assert ack == {"type": "ack", "id": "m-1", "seq": 3}
        assert (own["seq"], own["id"], own["text"]) == (3, "m-1", "hej <b>du</b>")


async def test_a_choice_becomes_a_message_with_the_label(site, http):
    async with device(http, site) as one:
        await one.hello()
        question = (await one.messages(2))[1]["question"]
        await one.send(type="choice", id="c-1", question=question, option="me")
        assert (await one.get("message"))["text"] == "Det handler om mig"
        assert (await one.get("message"))["progress"] == {"step": 1, "of": 10}


async def test_an_id_seen_before_is_acknowledged_again_and_does_nothing(site, http):
    async with device(http, site) as one:
        await begin(one)
        for _ in range(3):
            await one.send(type="message", id="same", text="hej")
        acks = [await one.get("ack") for _ in range(3)]
        assert [ack["seq"] for ack in acks] == [3, 3, 3]
        assert len(site.talk.handled) == 1


async def test_nothing_is_acknowledged_before_it_is_stored(site, http, monkeypatch):
    stored = asyncio.Event()
    handle = site.talk.handle

    async def slow(conversation, incoming):
        await stored.wait()
        return await handle(conversation, incoming)

    monkeypatch.setattr(site.talk, "handle", slow)
    async with device(http, site) as one:
        await begin(one)
        await one.send(type="message", id="m", text="hej")
        await one.quiet()
        stored.set()
        assert (await one.get("ack"))["id"] == "m"


async def test_reconnecting_misses_nothing_and_repeats_nothing(site, http):
    async with device(http, site) as one:
        code = await begin(one)
        await one.send(type="message", id="m-1", text="hej")
        await one.get("ack")
    for last, expected in ((0, [1, 2, 3, 4, 5]), (2, [3, 4, 5]), (5, []), (99, [])):
        async with device(http, site) as again:
            welcome = await again.hello(code, last)
            assert welcome["seq"] == 5, last
            assert welcome["code"] == code
            assert (await again.get())["type"] == "state"
            assert [message["seq"] for message in await again.messages(len(expected))] == expected
            await again.quiet()


async def test_welcome_says_when_the_code_was_last_used(site, http):
    async with device(http, site) as one:
        code = await begin(one)
    async with device(http, site) as one:
        assert "last_used" not in await one.hello(code)
    async with device(http, site) as one:
        assert (await one.hello(code))["last_used"].startswith("20")


async def test_two_devices_get_everything_in_order(site, http):
    async with device(http, site) as one, device(http, site) as two:
        code = await begin(one)
        await two.hello(code)
        await two.messages(2)
        for at in range(10):
            await (one if at % 2 else two).send(type="message", id=f"m{at}", text=str(at))
        for each in (one, two):
            assert [message["seq"] for message in await each.messages(30)] == list(range(3, 33))


async def test_connecting_while_others_write_leaves_no_gap(site, http):
    async with device(http, site) as one:
        code = await begin(one)

        async def write() -> None:
            for at in range(40):
                await one.send(type="message", id=f"m{at}", text=str(at))
                await asyncio.sleep(0.001)

        async def come_and_go() -> None:
            last = 0
            while last < 122:
                async with device(http, site) as two:
                    await two.hello(code, last)
                    for _ in range(7):
                        if last >= 122:
                            break
                        message = await two.get("message")
                        assert message["seq"] == last + 1
                        last += 1

        await asyncio.gather(write(), come_and_go())


async def test_a_device_that_lost_frames_reads_them_again(site, http):
    async with device(http, site) as one:
        await begin(one)
        (conversation,) = site.talk.talks
        for at in range(QUEUE * 3):
            site.talk.say(conversation, str(at), sender="counselor")
        assert [message["seq"] for message in await one.messages(QUEUE * 3)] == list(range(3, QUEUE * 3 + 3))


async def test_frames_that_overtook_each_other_are_put_in_order(site, http):
    async with device(http, site) as one:
        await begin(one)
        (conversation,) = site.talk.talks
        published = site.talk.live.publish
        held: list[bytes] = []
        site.talk.live.publish = lambda _to, frame: held.append(frame)
        for at in range(4):
            site.talk.say(conversation, str(at))
        for frame in reversed(held):
            published(conversation, frame)
        assert [message["seq"] for message in await one.messages(4)] == [3, 4, 5, 6]


async def test_a_phone_that_takes_nothing_holds_up_nobody_and_fills_no_memory(site, http):
    async with device(http, site) as slow, device(http, site) as one:
        code = await begin(slow)
        await one.hello(code)
        await one.messages(2)
        slow.socket._response.connection.transport.pause_reading()
        (conversation,) = site.talk.talks
        for at in range(300):
            site.talk.say(conversation, str(at) + "x" * 20_000, sender="counselor")
            await asyncio.sleep(0)
        assert [message["seq"] for message in await one.messages(300)] == list(range(3, 303))
        held = [other._transport.get_write_buffer_size() for other in site.devices()]
        assert max(held) < 4_000_000
        slow.socket._response.connection.transport.resume_reading()
        assert [message["seq"] for message in await slow.messages(300)] == list(range(3, 303))


async def test_changes_of_state_are_told(site, http):
    async with device(http, site) as one:
        await begin(one)
        (conversation,) = site.talk.talks
        site.talk.move(conversation, "waiting", position=2, wait_minutes=10)
        assert await one.get() == {"type": "state", "state": "waiting", "position": 2, "wait_minutes": 10}


async def test_seen_and_typing_are_taken_without_an_answer(site, http):
    async with device(http, site) as one:
        await begin(one)
        await one.send(type="seen", seq=2)
        await one.send(type="typing")
        await one.quiet()
        assert next(iter(site.talk.talks.values())).seen == 2


# -- errors --


async def test_errors_of_messages_carry_the_id_and_leave_the_socket_open(site, http):
    async with device(http, site) as one:
        await begin(one)
        await one.send(type="message", id="long", text="x" * 4001)
        assert await one.get() == {"type": "error", "code": "too_long", "id": "long", "text": (await _text("too_long"))}
        await one.send(type="choice", id="old", question="never:asked", option="me")
        error = await one.get()
        assert (error["code"], error["id"]) == ("unknown_question", "old")
        await one.send(type="message", id="fits", text="æ" * 4000)
        assert (await one.get("ack"))["id"] == "fits"


async def _text(code: str) -> str:
    from tests.support.site import built_in_content

    return built_in_content().messages.text(f"page.error.{code}")


async def test_while_the_database_is_away_nothing_is_acknowledged(site, http):
    async with device(http, site) as one:
        code = await begin(one)
        site.talk.down = True
        await one.send(type="message", id="m", text="hej")
        assert {"code": "busy", "id": "m"}.items() <= (await one.get()).items()
        async with device(http, site) as two:
            assert (await two.hello())["code"] == "busy"
            assert (await two.hello(code))["code"] == "busy"
            site.talk.down = False
            assert (await two.hello(code))["type"] == "welcome"
        await one.send(type="message", id="m", text="hej")
        assert (await one.get("ack"))["id"] == "m"
        site.talk.crowded = True
        await one.send(type="message", id="n", text="hej")
        assert (await one.get("error"))["code"] == "busy"


async def test_while_the_database_is_away_a_danger_is_answered_from_memory(site, http):
    site.hear = understanding()
    async with device(http, site) as one:
        code = await begin(one)
        site.talk.down = True
        await one.send(type="message", id="m", text="jeg vil ikke leve mere")
        refused = await one.get("error")
        assert (refused["code"], refused["id"]) == ("busy", "m")
        assert "BørneTelefonen" not in refused["text"]
        assert "112" in refused["text"]
        assert "Livslinien: 70 201 201" in refused["text"]
        await one.send(type="message", id="n", text="hvad koster det?")
        assert (await one.get("error"))["text"] == await _text("busy")
    frame = {"type": "message", "id": "o", "text": "min ven vågner ikke og hans læber er blå"}
    headers = {"Authorization": f"Bearer {code}"}
    async with http.post(f"{site.url}/chat/kolding/frames", json=frame, headers=headers) as answer:
        assert answer.status == 503
        (error,) = (await answer.json())["frames"]
    assert error["id"] == "o"
    assert "Giv hjertemassage" in error["text"]


async def test_what_nobody_foresaw_is_busy_and_not_told_to_anybody(site, http, monkeypatch, caplog):
    async def broken(conversation, incoming):
        raise RuntimeError(f"secret {incoming.text}")

    async with device(http, site) as one:
        await begin(one)
        monkeypatch.setattr(site.talk, "handle", broken)
        await one.send(type="message", id="m", text="kanarie")
        assert (await one.get("error"))["code"] == "busy"
    assert [type(record.problem) for record in caplog.records if record.msg == "channel_failed"] == [RuntimeError]
    assert "kanarie" not in caplog.text
    assert "127.0.0.1" not in caplog.text


async def test_five_bad_frames_close_the_socket(site, http):
    async with device(http, site) as one:
        await begin(one)
        bad = ["", "{", '{"type":"nonsense"}', '{"type":"message","id":"x y","text":"a"}']
        for frame in bad:
            await one.socket.send_str(frame)
            assert (await one.get())["code"] == "bad_frame"
        await one.send(type="message", id="m", text="still here")
        await one.get("ack")
        await one.socket.send_bytes(b"\x00")
        assert await one.closed_with() == 4400


async def test_a_frame_over_64_kb_closes_with_1009(site, http):
    async with device(http, site) as one:
        await begin(one)
        await one.socket.send_str('{"type":"typing","pad":"' + "x" * 60_000 + '"}')
        await one.quiet()
        await one.socket.send_str('{"type":"typing","pad":"' + "x" * 65_600 + '"}')
        assert await one.closed_with() == 1009


async def test_an_erased_conversation_closes_every_device_with_4410(site, http):
    async with device(http, site) as one, device(http, site) as two:
        code = await begin(one)
        await two.hello(code)
        await two.messages(2)
        (conversation,) = site.talk.talks
        site.talk.move(conversation, "erased")
        for each in (one, two):
            assert await each.get() == {"type": "state", "state": "erased"}
            assert await each.closed_with() == 4410
    async with device(http, site) as again:
        assert (await again.hello(code))["code"] == "unknown_code"
    async with http.post(_frames(site), json={"type": "hello"}, headers=_with(code)) as answer:
        assert answer.status == 404


async def test_writing_to_an_erased_conversation_closes_with_4410(site, http):
    async with device(http, site) as one:
        await begin(one)
        next(iter(site.talk.talks.values())).state = "erased"
        await one.send(type="message", id="m", text="hej")
        assert await one.closed_with() == 4410


@pytest.mark.alone
async def test_unknown_codes_are_told_alike(site, http):
    answers, times = [], []
    async with device(http, site) as one:
        for code in ("0000-0000-0000-0000", "x", "ÆØÅ " * 40, "'; drop table--"):
            asked = time.monotonic()
            answers.append(await one.hello(code))
            times.append(time.monotonic() - asked)
    assert len({json.dumps(answer) for answer in answers}) == 1
    assert answers[0]["code"] == "unknown_code"
    assert min(times) > 0.19
    assert max(times) < 0.5


async def test_five_guesses_in_ten_minutes_and_nobody_else_is_locked_out(site, http):
    async with device(http, site) as one:
        code = await begin(one)
    async with device(http, site) as guesser:
        got = [(await guesser.hello(f"0000-0000-0000-000{at}"))["code"] for at in range(7)]
        assert got == ["unknown_code"] * 5 + ["rate_limited"] * 2
        assert (await guesser.hello(code))["type"] == "welcome"
    async with http.post(_frames(site), json={"type": "hello"}, headers=_with("0000-0000-0000-0009")) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"]
    site.now += 601
    async with device(http, site) as later:
        assert (await later.hello("0000-0000-0000-0000"))["code"] == "unknown_code"


async def test_a_code_of_another_tenant(site, http):
    async with device(http, site) as one:
        code = await begin(one)
    async with device(http, site, "randers") as one:
        assert (await one.hello(code))["code"] == "wrong_tenant"


async def test_an_unknown_tenant_is_no_service(site, http):
    for path in ("ws", "frames"):
        async with http.get(f"{site.url}/chat/atlantis/{path}") as answer:
            assert answer.status == 404
            assert (await answer.json())["frames"][0]["code"] == "closed_service"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://www.kolding.dk.evil"]
)
async def test_other_origins_are_refused(site, http, origin):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with device(http, site, Origin=origin):
            pass
    assert refused.value.status == 403
    async with http.post(_frames(site), json={"type": "hello"}, headers={"Origin": origin}) as answer:
        assert answer.status == 403


async def test_our_own_page_and_the_packs_embedders_may_connect(site, http):
    for origin in (site.url, ORIGIN):
        async with device(http, site, Origin=origin) as one:
            assert (await one.hello())["type"] == "welcome"


async def test_floods_are_slowed_and_others_are_not(http):
    rules = Rules(starts=Rate(2, 60), messages=Rate(3, 60))
    async with running_site(rules=rules) as site:
        near = {"X-Forwarded-For": "192.0.2.7"}
        async with device(http, site, **near) as one:
            await begin(one)
            for at in range(4):
                await one.send(type="message", id=f"m{at}", text="x")
            assert [(await one.get("ack"))["id"] for _ in range(3)] == ["m0", "m1", "m2"]
            assert {"code": "rate_limited", "id": "m3"}.items() <= (await one.get("error")).items()
        async with device(http, site, **near) as two:
            assert (await two.hello())["type"] == "welcome"
        async with device(http, site, **near) as three:
            assert (await three.hello())["code"] == "rate_limited"


async def test_the_server_tells_its_devices_when_it_stops(site, http):
    async with device(http, site) as one:
        await begin(one)
        stopping = asyncio.create_task(site.runner.cleanup())
        assert await one.closed_with() == 1012
        await stopping


# -- over HTTP --


def _frames(site: Site) -> str:
    return f"{site.url}/chat/kolding/frames"


def _with(code: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {code}"}


async def post(http: ClientSession, site: Site, code: str | None, **frame: Any) -> list[dict[str, Any]]:
    async with http.post(_frames(site), json=frame, headers=_with(code) if code else {}) as answer:
        assert answer.status == 200, await answer.text()
        frames: list[dict[str, Any]] = (await answer.json())["frames"]
        return frames


async def test_a_whole_talk_over_http(site, http):
    welcome, state, hello, ask = await post(http, site, None, type="hello")
    assert (welcome["type"], state["state"], hello["seq"], ask["seq"]) == ("welcome", "bot", 1, 2)
    code = welcome["code"]
    ack, own, answer = await post(http, site, code, type="choice", id="a", question=ask["question"], option="me")
    assert ack == {"type": "ack", "id": "a", "seq": 3}
    assert (own["id"], answer["seq"]) == ("a", 4)
    assert await post(http, site, code, type="message", id="a", text="again") == [ack]
    assert await post(http, site, code, type="seen", seq=4) == []
    resumed = await post(http, site, code, type="hello", last_seq=3)
    assert [frame.get("seq") for frame in resumed] == [4, None, 4]


async def test_long_poll(site, http):
    code = (await post(http, site, None, type="hello"))[0]["code"]
    (conversation,) = site.talk.talks

    async def poll(after: int, wait: int) -> list[dict[str, Any]]:
        async with http.get(_frames(site), params={"after": after, "wait": wait}, headers=_with(code)) as answer:
            assert answer.status == 200
            frames: list[dict[str, Any]] = (await answer.json())["frames"]
            return frames

    assert [frame.get("seq") for frame in await poll(0, 25)] == [1, 2, None]
    assert await poll(2, 0) == []
    started = time.monotonic()
    assert await poll(2, 1) == []
    assert time.monotonic() - started >= 1
    waiting = asyncio.create_task(poll(2, 25))
    await asyncio.sleep(0.1)
    site.talk.say(conversation, "Hej, jeg er rådgiver.", sender="counselor")
    assert [frame.get("from") for frame in await waiting] == ["counselor", None]
    waiting = asyncio.create_task(poll(3, 25))
    await asyncio.sleep(0.1)
    site.talk.move(conversation, "human")
    assert await waiting == [{"type": "state", "state": "human"}]


async def test_errors_over_http(site, http):
    code = (await post(http, site, None, type="hello"))[0]["code"]
    cases: list[tuple[int, str, Any, dict[str, str]]] = [
        (400, "bad_frame", b"{", _with(code)),
        (400, "bad_frame", b'{"type":"welcome"}', _with(code)),
        (401, "unknown_code", b'{"type":"message","id":"a","text":"x"}', {}),
        (404, "unknown_code", b'{"type":"message","id":"a","text":"x"}', _with("0000-0000-0000-0000")),
        (409, "unknown_question", b'{"type":"choice","id":"a","question":"q","option":"x"}', _with(code)),
        (413, "too_long", json.dumps({"type": "message", "id": "a", "text": "x" * 4001}).encode(), _with(code)),
        (413, "bad_frame", b'{"type":"typing","pad":"' + b"x" * 1_000_000 + b'"}', _with(code)),
    ]
    for status, name, body, headers in cases:
        async with http.post(_frames(site), data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["frames"][0]["code"]) == (status, name)
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    for query in ({"after": "-1"}, {"after": "x"}, {"wait": "nan"}, {"after": "9" * 40}):
        async with http.get(_frames(site), params=query, headers=_with(code)) as answer:
            assert answer.status == 400
    async with http.get(_frames(site)) as answer:
        assert answer.status == 401
    site.talk.down = True
    async with http.post(_frames(site), json={"type": "hello"}) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"
    async with http.get(_frames(site), headers=_with(code)) as answer:
        assert answer.status == 503
    async with http.get(site.url + "/") as answer:
        assert "tel:112" in await answer.text()
