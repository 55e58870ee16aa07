"""Where Telegram calls us: `POST /telegram/{tenant}/{path secret}` (CONTRACTS §4).

The secrets are compared before a byte of the body is read, in constant time. 200 means committed. Everything else makes
Telegram come again later.
"""

import logging
import secrets
from typing import Any, Final

import msgspec
from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.channels.ports import Busy
from bot.channels.telegram.intake import Intake
from bot.errors import StorageUnavailable

log = logging.getLogger(__name__)

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LONGEST: Final = 256 * 1024
"""Bytes of an update."""


class Webhook:
    """Takes updates from Telegram, and from nobody else."""

    def __init__(self, intake: Intake, tenant: str, path_secret: str, secret: str) -> None:
        self._intake = intake
        self.path = f"/telegram/{tenant}/{path_secret}"
        self.secret = secret

    def add_to(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_post("/telegram/{tenant}/{secret}", self._post)

    async def _post(self, request: web.Request) -> web.Response:
        self._let_in(request)
        update = _read(await _body(request))
        try:
            await self._intake.take(update)
        except (StorageUnavailable, Busy):
            return web.json_response({"error": "busy"}, status=503, headers={"Retry-After": "5"})
        return web.json_response({})

    def _let_in(self, request: web.Request) -> None:
        """Raises 404 for another address than ours, 401 without the secret, 403 with a wrong one or several."""
        given = request.headers.getall(HEADER, [])
        known = _same(request.path, self.path)
        trusted = _same("\n".join(given), self.secret)
        if not known:
            raise web.HTTPNotFound
        if not given:
            raise web.HTTPUnauthorized
        if not trusted:
            raise web.HTTPForbidden


def _same(given: str, wanted: str) -> bool:
    """In a time that tells nothing of where they differ."""
    return secrets.compare_digest(given.encode(errors="replace"), wanted.encode())


async def _body(request: web.Request) -> bytes:
    """Raises 413 for more than an update can be; no more than that is ever kept."""
    if (request.content_length or 0) > LONGEST:
        raise web.HTTPRequestEntityTooLarge(LONGEST, request.content_length or 0)
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > LONGEST:
                raise web.HTTPRequestEntityTooLarge(LONGEST, len(body))
    except (HttpProcessingError, web.RequestPayloadError):  # not the encoding it claims to be
        raise web.HTTPBadRequest from None
    return bytes(body)


def _read(body: bytes) -> dict[str, Any]:
    """Raises 400 for what is no update."""
    try:
        update = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise web.HTTPBadRequest
    return update
