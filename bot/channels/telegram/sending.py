"""The outbox's hands: one stored message becomes one or more messages of Telegram, the buttons under the last.

Plain text only, no parse mode: whatever somebody writes is shown as it is.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.pictures import photo_name, picture
from bot.channels.telegram.buttons import Keyboard, keyboard
from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.replies import LONGEST_CAPTION, LONGEST_TEXT, NO_PREVIEW
from bot.channels.telegram.splitting import split, units
from bot.channels.telegram.transport import Api, Flooded
from bot.errors import RetryLater, Undeliverable
from bot.messages import Body, read_body
from bot.privacy.keys import TenantKeys
from bot.storage.ports import Sender, StoredMessage

log = logging.getLogger(__name__)

NAME: Final = "telegram"
PHOTOS: Final = (".png", ".jpg", ".jpeg")
"""Pictures that Telegram takes as photos; of others the words are sent."""
_HALFWAY_KEPT: Final = 1000
_NOBODY_THERE: Final = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Part(msgspec.Struct, frozen=True):
    """One message of Telegram."""

    text: str
    photo: bytes | None = None
    buttons: Keyboard | None = None


class TelegramChannel:
    """Sends one tenant's messages. Raises as `bot.channels.base.Channel` says."""

    name = NAME

    def __init__(
        self,
        api: Api,
        pace: Pace,
        keys: TenantKeys,
        *,
        counselor: str,
        pictures: Callable[[str], bytes | None] | None = None,
    ) -> None:
        """`counselor` stands before what a human wrote: on Telegram all comes from one account."""
        self._api = api
        self._pace = pace
        self._keys = keys
        self._counselor = counselor
        self._pictures = pictures or picture
        self._halfway: OrderedDict[tuple[str, int], int] = OrderedDict()

    @property
    def tenant(self) -> str | None:
        return self._keys.name

    async def send(self, address: bytes, message: StoredMessage) -> None:
        """All parts in order. Parts that arrived before a failure are not sent again, unless this process ends."""
        chat, key = int(address), (message.conversation, message.seq)
        parts = self._parts(message)
        for place in range(self._halfway.get(key, 0), len(parts)):
            await self._pace.turn(chat)
            await self._part(chat, parts[place])
            if place + 1 < len(parts):
                self._remember(key, place + 1)
        self._halfway.pop(key, None)

    async def _part(self, chat: int, part: Part) -> None:
        try:
            buttons = {} if part.buttons is None else {"reply_markup": part.buttons}
            if part.photo is None:
                await self._api.tell(
                    "sendMessage", chat_id=chat, text=part.text, link_preview_options=NO_PREVIEW, **buttons
                )
            else:
                photo = InputFile(part.photo, filename="picture")
                await self._api.tell("sendPhoto", chat_id=chat, photo=photo, caption=part.text, **buttons)
        except Flooded as flooded:
            if flooded.after is not None:
                self._pace.rest(chat, flooded.after)
            raise RetryLater(after=flooded.after) from None
        except (Forbidden, ChatMigrated):
            raise Undeliverable from None
        except BadRequest as refused:
            gone = any(word in refused.message.lower() for word in _NOBODY_THERE)
            if not gone:
                log.error("telegram_refused", extra={"kind": "photo" if part.photo else "text"})  # noqa: TRY400
            raise Undeliverable(gone=gone) from None
        except InvalidToken:
            log.error("telegram_token_refused")  # noqa: TRY400  the library's words hold the address
            raise RetryLater from None
        except TelegramError as problem:  # perhaps it arrived: to repeat it is better than to lose it
            log.warning("telegram_away", extra={"problem": problem})
            raise RetryLater from None

    def _parts(self, message: StoredMessage) -> list[Part]:
        body = read_body(message.body)
        text = f"{self._counselor}\n{body.text}" if message.sender is Sender.COUNSELOR else body.text
        texts = split(text, LONGEST_TEXT)
        buttons = keyboard(body.choices, self._keys, message.conversation, message.seq)
        photo = self._photo(body)
        if photo is None:
            words = [body.picture.alt] if body.picture is not None else []
            return _texts([*words, *texts], buttons)
        alt = body.picture.alt if body.picture is not None else ""
        caption = f"{text}\n\n{alt}".strip()  # a photo there has no words of its own for who cannot see it
        if units(caption) <= LONGEST_CAPTION:
            return [Part(caption, photo, buttons)]
        return [Part(split(alt, LONGEST_CAPTION)[0] if alt else "", photo), *_texts(texts, buttons)]

    def _photo(self, body: Body) -> bytes | None:
        name = "" if body.picture is None else photo_name(body.picture.url.rpartition("/")[2])
        return self._pictures(name) if name.lower().endswith(PHOTOS) else None

    def _remember(self, key: tuple[str, int], sent: int) -> None:
        self._halfway[key] = sent
        if len(self._halfway) > _HALFWAY_KEPT:
            self._halfway.popitem(last=False)


def _texts(texts: list[str], buttons: Keyboard | None) -> list[Part]:
    """The buttons stand under the last. A message without words still has buttons to show."""
    texts = [text for text in texts if text] or ["…"]
    return [*(Part(text) for text in texts[:-1]), Part(texts[-1], buttons=buttons)]
