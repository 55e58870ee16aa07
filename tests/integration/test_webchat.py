"""The web chat protocol (CONTRACTS §3) on a real server, word for word: talking over a socket."""

from __future__ import annotations

import asyncio

from tests.support.device import begin, device
from tests.support.talk import QUEUE


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


async def test_the_server_tells_its_devices_when_it_stops(site, http):
    async with device(http, site) as one:
        await begin(one)
        stopping = asyncio.create_task(site.runner.cleanup())
        assert await one.closed_with() == 1012
        await stopping
