"""The load generator finishes against a good server and fails, with the reason, against each kind of bad one."""

import asyncio

import pytest
from aiohttp import web

from bench.load import crowd
from bench.load.chat import ChatClient, ChatError
from bench.load.crowd import measure
from bench.load.walk import Typing, WrongQuestion
from bench.load.websocket import WebSocketError
from bench.load.window import Window
from bench.samples import Sample
from bench.tests.fake_chat import Fault, fake_chat


async def run_against(application: web.Application, typing: Typing = Typing.ONE_IN_TEN, clients: int = 3) -> Sample:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    url = f"ws://127.0.0.1:{port}/chat/kolding/ws"
    try:
        return await measure(
            clients, Window(0.2, warm_up=0.05), lambda number, window: ChatClient(url, number, window, typing)
        )
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("typing", list(Typing))
def test_every_client_walks_whole_screenings(typing: Typing) -> None:
    sample = asyncio.run(run_against(fake_chat(), typing))
    assert sample.count > 30
    assert 0 < sample.p50 <= sample.p99


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (Fault.SKIPS_A_QUESTION, WrongQuestion, "audit.q4 was asked after audit.q2"),
        (Fault.ASKS_AGAIN, WrongQuestion, "audit.q2 was asked after audit.q2"),
        (Fault.ACKS_ANOTHER, ChatError, "an ack for other"),
        (Fault.LOSES_A_SEQ, ChatError, "seq has a gap"),
        (Fault.DOUBLES_A_MESSAGE, ChatError, "came twice"),
        (Fault.REFUSES, ChatError, "busy"),
        (Fault.HANDS_OVER, ChatError, "state waiting"),
        (Fault.BREAKS_OFF, WebSocketError, "closed with 1011"),
    ],
)
def test_a_wrong_reply_ends_the_run(fault: Fault, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        asyncio.run(run_against(fake_chat(fault)))


def test_a_missing_ack_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "PATIENCE", 0.5)
    with pytest.raises(TimeoutError, match=r"acked False, asked .*audit.q3"):
        asyncio.run(run_against(fake_chat(Fault.ACKS_NOTHING)))
