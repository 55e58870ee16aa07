"""The ways out of the house, against servers on this machine: what they say, and what they make of a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.alerts import Told, exits_of
from bot.desk.ways import Mail, Webhook, exits
from bot.errors import AlertFailed, SettingsError
from bot.settings import Settings

TOLD = Told(tenant="kolding", municipality="Kolding Kommune", stage=1)


class MailServer:
    """As much SMTP as sending one message takes."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.refuses = False
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                self.got.append(await reader.readuntil(b"\r\n.\r\n"))
            if word == b"RCPT" and self.refuses:
                writer.write(b"550 no such person as anne@example.dk\r\n")
                continue
            writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
            if word == b"QUIT":
                break
        writer.close()


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    served = MailServer()
    server = await asyncio.start_server(served.talk, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    yield served
    server.close()
    await server.wait_closed()


async def test_a_webhook_is_told_three_words_and_nothing_else() -> None:
    got: list[Any] = []

    async def hook(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        await Webhook(str(server.make_url("/hook"))).tell(TOLD)
    assert got == [{"event": "attention", "tenant": "kolding", "stage": 1}]


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_any_other_answer_is_a_failure_that_keeps_the_address_to_itself(status: int) -> None:
    async def hook(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/secret", hook)
    async with TestServer(app) as server:
        with pytest.raises(AlertFailed) as failed:
            await Webhook(str(server.make_url("/secret"))).tell(TOLD)
    assert "secret" not in str(failed.value)


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    for way in (Webhook("http://127.0.0.1:9/x"), Mail("smtp://127.0.0.1:9", sender="a@b.dk", to="c@d.dk")):
        with pytest.raises(AlertFailed):
            await way.tell(TOLD)


async def test_a_mail_names_the_municipality_and_no_citizen(mails: MailServer) -> None:
    await Mail(f"smtp://127.0.0.1:{mails.port}", sender="desk@example.dk", to="vagt@example.dk").tell(TOLD)
    mail = message_from_bytes(mails.got[0], _class=EmailMessage, policy=policy.default)
    assert mail["Subject"] == "Kolding Kommune: der er noget til dig i konsollen"
    assert (mail["From"], mail["To"]) == ("desk@example.dk", "vagt@example.dk")
    assert mail.get_content().startswith("Åbn konsollen.")


async def test_a_mail_that_is_refused_is_a_failure_without_the_servers_words(mails: MailServer) -> None:
    mails.refuses = True
    with pytest.raises(AlertFailed) as failed:
        await Mail(f"smtp://127.0.0.1:{mails.port}", sender="a@b.dk", to="anne@example.dk").tell(TOLD)
    assert "anne" not in str(failed.value)


async def test_a_password_is_not_sent_in_clear(mails: MailServer) -> None:
    with pytest.raises(AlertFailed):
        await Mail(f"smtp://anne:hemmelig@127.0.0.1:{mails.port}", sender="a@b.dk", to="c@d.dk").tell(TOLD)
    assert mails.got == []


def test_there_are_the_ways_that_have_an_address() -> None:
    assert exits(Settings()) == {}
    both = Settings(alert_webhook="https://a.dk/x", alert_email="vagt@a.dk", alert_smtp="smtps://a.dk")
    assert set(exits(both)) == {"webhook", "email"}
    assert exits(Settings(alert_email="vagt@a.dk")) == {}, "an address without a server is no way"


def test_several_addresses_and_those_of_one_municipality_alone() -> None:
    given = Settings(
        alert_webhook="https://a.dk/x?y=1 kolding=https://b.dk/z",
        alert_email=" vagt@a.dk\n kolding=vagt@kolding.dk  kolding=leder@kolding.dk ",
        alert_smtp="smtps://a.dk",
    )
    found = exits(given)
    assert {name: one.tenant for name, one in found.items()} == {
        **{"webhook": None, "webhook.2": "kolding"},
        **{"email": None, "email.2": "kolding", "email.3": "kolding"},
    }
    assert exits_of(found, "email", "kolding") == ["email.2", "email.3"]
    assert exits_of(found, "email", "randers") == ["email"]
    assert exits_of(found, "sound", "randers") == []


@pytest.mark.parametrize(
    "wrong",
    [{"alert_webhook": "a.dk"}, {"alert_webhook": "https://a.dk,https://b.dk b"}, {"alert_email": "a@b.dk,c@d.dk"}],
)
def test_what_is_no_address_is_said_and_not_repeated(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="DOERTRIN_ALERT_") as told:
        exits(Settings(alert_smtp="smtps://a.dk", **wrong))
    assert "a.dk" not in str(told.value)
