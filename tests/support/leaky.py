"""The real server, in which what must not happen happens when a text says so: `python -m tests.support.leaky serve …`.

BREAK    the dialog engine raises, with the text in the message, in a frame whose local variables hold it
ORPHAN   a task nobody waits for raises so; a library writes a warning and a log line of its own with the text
/t/aabenraa raises with the whole request in the message
"""

from __future__ import annotations

import asyncio
import gc
import logging
import warnings
from typing import Any

import doertrin
from bot.channels.citizen_page import CitizenPages
from dialogs import engine
from dialogs.engine import Text

_advance = engine.advance
_serve_page = CitizenPages._serve_page


def advance(session: Any, given: Any, rules: Any) -> Any:
    if isinstance(given, Text) and "ORPHAN" in given.text:
        asyncio.get_running_loop().create_task(_orphan(given.text))
        warnings.warn(f"odd: {given.text}", UserWarning, stacklevel=1)
        for name in ("httpx", "aiohttp.access", "sqlalchemy.engine", "some.library"):
            logging.getLogger(name).info("HTTP Request: POST /bot%s/sendMessage", given.text)
            logging.getLogger(name).error(f"could not send {given.text}", extra={"text": given.text})
    if isinstance(given, Text) and "BREAK" in given.text:
        raise LookupError(f"cannot bear {given.text}")
    return _advance(session, given, rules)


async def _orphan(text: str) -> None:
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.05, gc.collect)
    raise ValueError(f"nobody hears {text}")


def serve_page(self: CitizenPages, request: Any, tenant: str) -> Any:
    if tenant == "aabenraa":
        raise RuntimeError(f"{request.raw_path} {dict(request.headers)} {request.remote}")
    return _serve_page(self, request, tenant)


def main() -> None:
    engine.advance = advance
    CitizenPages._serve_page = serve_page  # type: ignore[method-assign]
    doertrin.main()


if __name__ == "__main__":
    main()
