"""One stored message as it leaves for Telegram: its parts, pictures and buttons."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import AsyncIterator

import pytest

from bot import messages
from bot.channels.rendering import Button, ShownPicture
from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.sending import TelegramChannel
from bot.channels.telegram.transport import AiohttpRequest, Api
from bot.errors import RetryLater, Undeliverable
from bot.messages import Body
from bot.privacy.sealing import new_key
from bot.storage.ports import Sender, StoredMessage
from tests.contracts.talk import keys
from tests.support import bot_api_faults as faults
from tests.support.bot_api import TOKEN, BotApi
from tests.support.bot_api_rules import units

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
CHAT = b"1001"
YES_NO = (Button("yes", "Ja"), Button("no", "Nej"), Button("cmd.human", "Tal med et menneske"))


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    request = AiohttpRequest(patience=1.0)
    client = Api(TOKEN, base_url=f"{api.url}/bot", request=request, get_updates_request=request)
    async with request:
        yield TelegramChannel(
            client,
            Pace(time.monotonic),
            keys(),
            counselor="Rådgiveren skriver:",
            pictures={"glas.png": PNG}.get,
        )


def stored(body: Body, *, seq: int = 7, sender: Sender = Sender.BOT) -> StoredMessage:
    """As the relay hands it over: opened."""
    key, _ = new_key(keys(), "talk")
    opened = key.open(*messages.PLACE, seq, messages.seal(messages.encode(body), seq, key))
    at = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
    return StoredMessage(conversation="talk", seq=seq, sender=sender, body=opened, at=at, turn=1)


async def test_plain_text_goes_as_it_is(api, channel):
    text = "*ikke fed* <b>heller ikke</b> _nej_ [x](y) 🌱 &amp;"
    await channel.send(CHAT, stored(Body(text=text)))
    [call] = api.calls
    assert call.parameters == {"chat_id": 1001, "text": text, "link_preview_options": {"is_disabled": True}}


async def test_buttons_carry_short_tokens_of_their_own(api, channel):
    await channel.send(CHAT, stored(Body(text="Vil du?", question="3.x.1", choices=YES_NO)))
    await channel.send(CHAT, stored(Body(text="Vil du?", question="4.x.1", choices=YES_NO), seq=999_999))
    rows = [call.parameters["reply_markup"]["inline_keyboard"] for call in api.calls]
    assert [[button["text"] for button in row] for row in rows[0]] == [["Ja", "Nej"], ["Tal med et menneske"]]
    tokens = [button["callback_data"] for keyboard in rows for row in keyboard for button in row]
    assert len(set(tokens)) == 6
    assert max(map(len, tokens)) < 24
    assert not any("talk" in token for token in tokens)


@pytest.mark.parametrize("name", ["glas.png", "glas.svg"])
async def test_a_picture_goes_as_a_photo_with_the_text_and_what_it_shows_as_caption(api, channel, name):
    picture = ShownPicture(url=f"/pictures/{name}", alt="Et glas øl")
    await channel.send(CHAT, stored(Body(text="Det er en genstand.", picture=picture, choices=YES_NO)))
    [call] = api.calls
    assert call.method == "sendPhoto"
    assert call.parameters["photo"] == PNG
    assert call.parameters["caption"] == "Det er en genstand.\n\nEt glas øl"
    assert call.parameters["reply_markup"]["inline_keyboard"][0][0]["text"] == "Ja"


async def test_a_text_too_long_for_a_caption_follows_its_picture(api, channel):
    picture = ShownPicture(url="/pictures/glas.png", alt="Et glas øl")
    text = "Det her er en sætning. " * 60
    await channel.send(CHAT, stored(Body(text=text, picture=picture, choices=YES_NO)))
    photo, words = api.calls
    assert (photo.method, photo.parameters["caption"]) == ("sendPhoto", "Et glas øl")
    assert "reply_markup" not in photo.parameters
    assert words.parameters["text"] == text.strip()
    assert words.parameters["reply_markup"]["inline_keyboard"]


@pytest.mark.parametrize("name", ["ukendt.png", "ukendt.svg", "../glas.png.txt", ""])
async def test_of_a_picture_that_cannot_be_sent_the_words_are(api, channel, name):
    picture = ShownPicture(url=f"/pictures/{name}", alt="Et glas øl")
    await channel.send(CHAT, stored(Body(text="Det er en genstand.", picture=picture, choices=YES_NO)))
    assert [call.parameters["text"] for call in api.calls] == ["Et glas øl", "Det er en genstand."]
    assert "reply_markup" not in api.calls[0].parameters
    assert "reply_markup" in api.calls[1].parameters


async def test_only_the_last_part_has_the_buttons(api, channel):
    text = "\n".join(f"Sætning {n} er her." for n in range(600))
    await channel.send(CHAT, stored(Body(text=text, choices=YES_NO)))
    assert len(api.calls) == 3
    assert all(units(call.parameters["text"]) <= 4096 for call in api.calls)
    assert "\n".join(call.parameters["text"] for call in api.calls) == text
    assert ["reply_markup" in call.parameters for call in api.calls] == [False, False, True]


async def test_a_human_is_told_from_the_bot(api, channel):
    await channel.send(CHAT, stored(Body(text="Hej, jeg hedder Mette."), sender=Sender.COUNSELOR))
    assert api.texts(1001) == ["Rådgiveren skriver:\nHej, jeg hedder Mette."]


async def test_after_a_failure_in_the_middle_it_goes_on_where_it_was(api, channel):
    message = stored(Body(text="Det her er en sætning. " * 400, choices=YES_NO))
    api.fail(1001, faults.FINE, faults.flood(1))
    with pytest.raises(RetryLater):
        await channel.send(CHAT, message)
    assert len(api.texts(1001)) == 1
    await channel.send(CHAT, message)
    assert " ".join(api.texts(1001)) == ("Det her er en sætning. " * 400).strip()


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (faults.flood(30), RetryLater),
        (faults.BLOCKED, Undeliverable),
        (faults.GONE, Undeliverable),
        (faults.REFUSED, Undeliverable),
        (faults.Fault(401, "Unauthorized"), RetryLater),
        (faults.Fault(404, "Not Found"), RetryLater),
    ],
)
async def test_each_refusal_has_its_meaning(api, channel, fault, raised):
    api.fail(1001, fault)
    with pytest.raises(raised) as caught:
        await channel.send(CHAT, stored(Body(text="Hej")))
    if fault is faults.REFUSED:
        assert not caught.value.gone
    if fault.retry_after:
        assert caught.value.after == 30


async def test_no_failure_repeats_the_token(api, channel):
    for fault in (faults.Fault(500), faults.GARBAGE, faults.DROPPED, faults.HANGS, faults.Fault(401), faults.BLOCKED):
        api.fail(1001, fault)
        with pytest.raises(Exception) as caught:  # noqa: PT011
            await channel.send(CHAT, stored(Body(text="Hej")))
        error: BaseException | None = caught.value
        while error is not None:
            assert TOKEN not in repr(error) + str(error)
            error = error.__cause__ or error.__context__
