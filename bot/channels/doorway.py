"""What aiohttp would answer by itself, before any page of ours is asked: to what is no HTTP, or cannot be served.

aiohttp repeats what it could not read, names its own version, and leaves out our headers. Here all of that is one kind
of answer: a status, `{"error": "refused"}` or `{"error": "trouble"}`, and the headers of every page.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from bot.channels.citizen_page import HEADERS

log = logging.getLogger(__name__)


class Doorway(web.AppRunner):
    """Runs the app. No access log: no address is written anywhere."""

    def __init__(self, app: web.Application, *, shutdown_timeout: float = 5.0) -> None:
        super().__init__(app, access_log=None, shutdown_timeout=shutdown_timeout, handle_signals=False)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            _expecting_nothing(made.request_handler),
            request_factory=made.request_factory,
            loop=asyncio.get_running_loop(),
            **made._kwargs,
        )


def _expecting_nothing(handle: Any) -> Any:
    async def handled(request: web.Request) -> web.StreamResponse:
        try:
            answer: web.StreamResponse = await handle(request)
        except web.HTTPExpectationFailed as odd:  # raised before our middleware, with the header in its text
            return _refusal(odd.status)
        return answer

    return handled


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Handler(RequestHandler):
    def log_exception(self, *_args: Any, **more: Any) -> None:
        """What aiohttp would log with its words and the address; a broken request is no error of ours."""
        problem = more.get("exc_info")
        broken = isinstance(problem, HttpProcessingError | web.RequestPayloadError)
        log.log(logging.DEBUG if broken else logging.ERROR, "request_broken", extra={"problem": problem})

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  it repeats what came
    ) -> web.StreamResponse:
        if status >= 500:
            log.error("request_failed", extra={"status": status, "problem": exc})
        else:
            log.debug("request_refused", extra={"status": status, "problem": exc})
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has been begun")
        answer = _refusal(status)
        answer.force_close()
        return answer


class _Refusal(web.Response):
    """Without a word about our software."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.pop("Server", None)


def _refusal(status: int) -> web.Response:
    word = b"trouble" if status >= 500 else b"refused"
    return _Refusal(
        body=b'{"error": "%s"}' % word, status=status, content_type="application/json", charset="utf-8", headers=HEADERS
    )
