"""A Telegram that answers at once and remembers what it was last sent for each chat."""

from typing import Any

from telegram.request import BaseRequest, RequestData

from bench.peers.updates import canned_answer, canned_me


class Offline(BaseRequest):
    """Stands where the library puts its HTTP client, so that HTTP costs neither side anything."""

    def __init__(self) -> None:
        self.last: dict[int, dict[str, Any]] = {}
        self.sent = 0
        self._answer = (200, canned_answer().encode())
        self._me = (200, canned_me().encode())
        self._done = (200, b'{"ok":true,"result":true}')

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        if method != "POST" or request_data is None:
            raise ValueError(f"only POST is expected, not {method} of {url}")
        call = url.rpartition("/")[2]
        if call in {"answerCallbackQuery", "editMessageReplyMarkup"}:
            return self._done
        if call in {"sendMessage", "sendPhoto"}:
            sent: dict[str, Any] = request_data.parameters
            self.last[sent["chat_id"]] = sent
            self.sent += 1
        return self._me if call == "getMe" else self._answer
