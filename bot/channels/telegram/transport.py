"""How python-telegram-bot's client reaches the Bot API: over aiohttp, as everything else here.

The address of every call holds the bot's token. So no error of ours repeats it, no redirect is followed, and nothing is
logged.
"""

from typing import Any, Final

import aiohttp
import msgspec
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

PATIENCE: Final = 20.0
"""Seconds that one call may take. Less than an outbox row is leased for, so that nobody else sends it meanwhile."""
CONNECT: Final = 5.0
CONNECTIONS: Final = 100
LONGEST_ANSWER: Final = 16 * 1024 * 1024


class Flooded(TelegramError):
    """Telegram wants fewer calls: 429. `after`: seconds until the next one, if it said."""

    def __init__(self, after: float | None) -> None:
        super().__init__("Too Many Requests")
        self.after = after


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Refusal(msgspec.Struct):
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


class AiohttpRequest(BaseRequest):
    """Calls the Bot API. `patience` is how many seconds an answer may take."""

    def __init__(self, *, patience: float | None = None) -> None:
        self._patience = PATIENCE if patience is None else patience
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._patience

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Raises TimedOut if it is not known what became of the call, NetworkError if it did not arrive or broke off,
        Flooded at 429.
        """
        if self._session is None:
            raise NetworkError("not open")
        wait = read_timeout if isinstance(read_timeout, int | float) else self._patience
        timeout = aiohttp.ClientTimeout(total=wait + CONNECT, sock_connect=CONNECT, sock_read=wait)
        body = {} if request_data is None else _body(request_data)
        try:
            async with self._session.request(method, url, timeout=timeout, allow_redirects=False, **body) as answer:
                payload = await _whole(answer.content)
                status = answer.status
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as problem:
            raise NetworkError(type(problem).__name__) from None
        if status == 429:
            raise Flooded(_retry_after(payload))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What Telegram answered. Raises TelegramError; the library's own would log the answer."""
        try:
            return msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TelegramError("the answer is no JSON") from None


class Api(Bot):
    """The library's client, and beside it plain JSON: no objects are made of what nobody looks at, and an update that
    the library cannot read does not hide the others.
    """

    async def tell(self, call: str, **said: Any) -> None:
        """Call Telegram with JSON values or an InputFile. What it answers is let fall. Raises TelegramError."""
        await self._post(call, said)

    async def raw_updates(self, *, offset: int | None, wait: float, allowed: list[str]) -> list[Any]:
        """Unconfirmed updates from `offset` on, waiting up to `wait` seconds for the first. Raises TelegramError."""
        asked = {"offset": offset, "timeout": int(wait), "allowed_updates": allowed}
        found = await self._post("getUpdates", asked, read_timeout=wait + PATIENCE)
        return found if isinstance(found, list) else []


def _body(given: RequestData) -> dict[str, Any]:
    if not given.contains_files:
        return {
            "data": msgspec.json.encode(given.parameters),
            "headers": {"Content-Type": "application/json"},
        }
    form = aiohttp.FormData()
    for name, value in given.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in given.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """Raises NetworkError if there is no end to it."""
    payload = bytearray()
    async for part in content.iter_any():
        payload += part
        if len(payload) > LONGEST_ANSWER:
            raise NetworkError("the answer is too long")
    return bytes(payload)


def _retry_after(payload: bytes) -> float | None:
    try:
        return msgspec.json.decode(payload, type=_Refusal).parameters.retry_after
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
