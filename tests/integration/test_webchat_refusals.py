"""What the web chat refuses, and how (CONTRACTS §3): errors, closes, codes, other sites, floods."""

from __future__ import annotations

import json
import time

import aiohttp
import pytest

from bot.channels.limits import Rate, Rules
from tests.support.device import ORIGIN, bearer, begin, device, error_text, frames_of
from tests.support.player import understanding
from tests.support.site import running_site


async def test_errors_of_messages_carry_the_id_and_leave_the_socket_open(site, http):
    async with device(http, site) as one:
        await begin(one)
        await one.send(type="message", id="long", text="x" * 4001)
        assert await one.get() == {"type": "error", "code": "too_long", "id": "long", "text": error_text("too_long")}
        await one.send(type="choice", id="old", question="never:asked", option="me")
        error = await one.get()
        assert (error["code"], error["id"]) == ("unknown_question", "old")
        await one.send(type="message", id="fits", text="æ" * 4000)
        assert (await one.get("ack"))["id"] == "fits"


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
        assert (await one.get("error"))["text"] == error_text("busy")
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
    async with http.post(frames_of(site), json={"type": "hello"}, headers=bearer(code)) as answer:
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
    async with http.post(frames_of(site), json={"type": "hello"}, headers=bearer("0000-0000-0000-0009")) as answer:
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
    async with http.post(frames_of(site), json={"type": "hello"}, headers={"Origin": origin}) as answer:
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
