"""A Bot API on loopback that holds every call to what the published one asks for, and can be told to fail in each way.

A call that breaks a rule is answered with 400 and noted in `broken`; a test fails if there is any. People write to the
bot through `Person`; their updates wait for `getUpdates`, which long-polls and confirms as the real one does, or are
posted to a webhook.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.support.bot_api_faults import Fault
from tests.support.bot_api_rules import wrong

TOKEN = "123456:AAG-kanariefugl-token-som-ingen-maa-se"
SECONDS = 20.0


@dataclass
class Call:
    """One call that was made, and when (loop seconds)."""

    method: str
    parameters: dict[str, Any]
    at: float
    status: int = 200

    @property
    def chat(self) -> int | None:
        chat: int | None = self.parameters.get("chat_id")
        return chat


@dataclass
class Shown:
    """A message as it stands in somebody's chat."""

    id: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    """What is sent when a button is pressed, by its label."""
    photo: bytes | None = None


class BotApi:
    """The server. `url` is its base address."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.broken: list[str] = []
        self.shown: dict[int, list[Shown]] = {}
        self.waiting: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.holding: asyncio.Event | None = None
        """While there is one that is not set, a call that would confirm updates is neither answered nor heard."""
        self._faults: dict[int | str, list[Fault]] = {}
        self._always: dict[int | str, Fault] = {}
        self._numbers = itertools.count(1)
        self._queries: dict[str, bool] = {}
        self._happened = asyncio.Condition()
        self._closing = asyncio.Event()

    # telling it what to do

    def fail(self, whom: int | str, *faults: Fault) -> None:
        """The next messages for a chat, or calls of a method, fail so."""
        self._faults.setdefault(whom, []).extend(faults)

    def always(self, whom: int | str, fault: Fault | None) -> None:
        """All messages for a chat, or calls of a method, fail so; None ends it."""
        if fault is None:
            self._always.pop(whom, None)
        else:
            self._always[whom] = fault

    def put(self, *updates: dict[str, Any]) -> None:
        """Let updates wait for the bot."""
        self.waiting += updates
        asyncio.get_running_loop().create_task(self._tell())

    # looking

    def of(self, method: str, chat: int | None = None, *, status: int | None = 200) -> list[Call]:
        return [
            call
            for call in self.calls
            if call.method == method and chat in {None, call.chat} and status in {None, call.status}
        ]

    def texts(self, chat: int) -> list[str]:
        """What was sent to a chat, as it was sent; of a photo what stood under it."""
        return [
            call.parameters.get("text", call.parameters.get("caption", ""))
            for call in self.calls
            if call.method in {"sendMessage", "sendPhoto"} and (call.chat, call.status) == (chat, 200)
        ]

    async def until(self, holds: Callable[[], object], *, seconds: float = SECONDS) -> None:
        """Wait until it holds; looked at after every call."""
        async with self._happened:
            try:
                await asyncio.wait_for(self._happened.wait_for(lambda: bool(holds())), seconds)
            except TimeoutError:
                seen = "\n".join(f"{call.status} {call.method} {str(call.parameters)[:200]}" for call in self.calls)
                raise AssertionError(f"it never came to it. Calls:\n{seen}") from None

    # serving

    async def _tell(self) -> None:
        async with self._happened:
            self._happened.notify_all()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _refused(401, "Unauthorized")
        parameters = await _parameters(request)
        call = Call(method, parameters, asyncio.get_running_loop().time())
        self.calls.append(call)
        try:
            answer = await self._answered(request, call)
        finally:
            await self._tell()
        return answer

    async def _answered(self, request: web.Request, call: Call) -> web.StreamResponse:
        broken = wrong(call.method, call.parameters)
        if broken:
            self.broken.append(broken)
            call.status = 400
            return _refused(400, f"Bad Request: {broken}")
        fault = self._fault(call)
        if fault is not None and not fault.fine:
            call.status = fault.status
            if fault.arrives:
                call.status = 200
                await self._done(call)
            return await self._failed(request, fault)
        result = await self._done(call)
        if isinstance(result, Fault):
            call.status = result.status
            return _refused(result.status, result.description)
        return web.json_response({"ok": True, "result": result})

    def _fault(self, call: Call) -> Fault | None:
        sends = call.method.startswith("send")
        for whom in (call.chat if sends else None, call.method):
            if whom is None:
                continue
            if self._faults.get(whom):
                return self._faults[whom].pop(0)
            if whom in self._always:
                return self._always[whom]
        return None

    async def _failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hangs:
            await self._tell()
            await self._closing.wait()
        if (fault.hangs or fault.drops) and request.transport is not None:
            request.transport.abort()
        if fault.garbage:
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        more = {} if fault.retry_after is None else {"parameters": {"retry_after": fault.retry_after}}
        return _refused(fault.status, fault.description, **more)

    async def _done(self, call: Call) -> Any:
        given = call.parameters
        if call.method == "getUpdates":
            return await self._get_updates(given)
        if call.method == "getWebhookInfo":
            url = self.webhook.get("url", "")
            return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.waiting)}
        if call.method in {"setWebhook", "deleteWebhook"}:
            self.webhook = given if given.get("url") else {}
        elif call.method in {"sendMessage", "sendPhoto"}:
            return self._sent(given)
        elif call.method.startswith("editMessage"):
            return self._edited(call.method, given)
        elif call.method == "answerCallbackQuery":
            query = given["callback_query_id"]
            if self._queries.get(query, True):
                return Fault(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
            self._queries[query] = True
        return True

    def _sent(self, given: dict[str, Any]) -> dict[str, Any]:
        text = given.get("text", given.get("caption", ""))
        message = Shown(next(self._numbers), text, _labels(given), given.get("photo"))
        self.shown.setdefault(given["chat_id"], []).append(message)
        return self.message_of(given["chat_id"], message)

    def _edited(self, method: str, given: dict[str, Any]) -> Any:
        for message in self.shown.get(given["chat_id"], []):
            if message.id == given["message_id"]:
                before = (message.text, message.buttons)
                message.text = given.get("text", given.get("caption", message.text))
                message.buttons = _labels(given)
                if (message.text, message.buttons) == before:
                    return Fault(400, "Bad Request: message is not modified")
                return self.message_of(given["chat_id"], message)
        return Fault(400, "Bad Request: message to edit not found")

    async def _get_updates(self, given: dict[str, Any]) -> Any:
        if self.webhook:
            return Fault(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = given.get("offset", 0)
        confirms = any(one["update_id"] < offset for one in self.waiting)
        if confirms and self.holding is not None and not self.holding.is_set():
            await self._tell()
            await self.holding.wait()
            return []
        self.waiting = [one for one in self.waiting if one["update_id"] >= offset]

        def ready() -> list[dict[str, Any]]:
            return sorted(self.waiting, key=lambda one: int(one["update_id"]))[: given.get("limit", 100)]

        loop = asyncio.get_running_loop()
        ends = loop.time() + given.get("timeout", 0)
        await self._tell()
        while not ready() and loop.time() < ends and not self._closing.is_set():
            async with self._happened:
                try:
                    await asyncio.wait_for(self._happened.wait(), min(ends - loop.time(), 5))
                except TimeoutError:
                    continue
        return ready()

    def message_of(self, chat: int, message: Shown) -> dict[str, Any]:
        """A message of the bot's as Telegram describes it."""
        buttons = [[{"text": label, "callback_data": data}] for label, data in message.buttons.items()]
        return {
            "message_id": message.id,
            "date": 1_764_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Canary"},
            "from": {"id": 1, "is_bot": True, "first_name": "Bot"},
            **({"text": message.text} if message.photo is None else {"caption": message.text, "photo": [_PHOTO]}),
            **({"reply_markup": {"inline_keyboard": buttons}} if buttons else {}),
        }

    def query(self) -> str:
        """A fresh callback query, not yet answered."""
        name = f"q{next(self._numbers)}"
        self._queries[name] = False
        return name

    def unanswered(self) -> list[str]:
        return [name for name, answered in self._queries.items() if not answered]

    async def close(self) -> None:
        self._closing.set()
        if self.holding is not None:
            self.holding.set()
        await self._tell()


_PHOTO = {"file_id": "f", "file_unique_id": "u", "width": 10, "height": 10}
_update_ids = itertools.count(700_000_001)
_message_ids = itertools.count(5_000_001)


@dataclass
class Person:
    """Somebody with a private chat with the bot. Each act gives its update; `api.put` lets it wait for the bot."""

    api: BotApi
    id: int
    name: str = "Canary"

    def _update(self, **content: Any) -> dict[str, Any]:
        return {"update_id": next(_update_ids), **content}

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(_message_ids),
            "date": 1_764_000_000,
            "chat": {"id": self.id, "type": "private", "first_name": self.name, "username": f"{self.name}_user"},
            "from": {
                "id": self.id,
                "is_bot": False,
                "first_name": self.name,
                "last_name": f"{self.name}sen",
                "username": f"{self.name}_user",
                "language_code": "da",
            },
            **content,
        }

    def writes(self, text: str) -> dict[str, Any]:
        command = re.match(r"/\S+", text)
        entities = [{"type": "bot_command", "offset": 0, "length": len(command[0])}] if command else None
        return self._update(message=self._message(text=text, **({"entities": entities} if entities else {})))

    def sends(self, **content: Any) -> dict[str, Any]:
        """Something that is not text, as `voice={…}`."""
        return self._update(message=self._message(**content))

    def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        return self._update(edited_message={**update["message"], "text": text, "edit_date": 1_764_000_100})

    def presses(self, label: str, shown: Shown | None = None) -> dict[str, Any]:
        """A button, of the last message that has it if none is named."""
        message = shown or next(one for one in reversed(self.api.shown[self.id]) if label in one.buttons)
        return self.pressing(message.buttons[label], self.api.message_of(self.id, message))

    def pressing(self, data: str, message: dict[str, Any] | None) -> dict[str, Any]:
        query = {
            "id": self.api.query(),
            "from": {"id": self.id, "is_bot": False, "first_name": self.name},
            "chat_instance": "1",
            "data": data,
            **({"message": message} if message else {}),
        }
        return self._update(callback_query=query)

    def last(self) -> Shown:
        return self.api.shown[self.id][-1]

    async def asked(self, *, after: int = 0) -> Shown:
        """Wait until more than `after` messages were sent and the last one has buttons."""
        await self.api.until(lambda: len(self.api.shown.get(self.id, [])) > after and self.last().buttons)
        return self.last()


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """Serve until the block ends; then every call must have been as the Bot API asks."""
    api = BotApi()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await api.close()
        await runner.cleanup()
    assert api.broken == []


async def post(url: str, update: Any, *, secret: str | None, **more: Any) -> int:
    """What Telegram does with a webhook; the status of the answer."""
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with ClientSession() as http, http.post(url, json=update, headers=headers, **more) as answer:
        await answer.read()
        return answer.status


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    if request.content_type != "multipart/form-data":
        return {}
    found: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        found[name] = value.file.read() if isinstance(value, web.FileField) else _read(value)
    photo = found.get("photo")
    if isinstance(photo, str) and photo.startswith("attach://"):
        found["photo"] = found.pop(photo.removeprefix("attach://"))
    return found


def _read(value: Any) -> Any:
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if not isinstance(read, str) else value


def _labels(given: dict[str, Any]) -> dict[str, str]:
    rows = given.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


def _refused(status: int, description: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description, **more}, status=status)
