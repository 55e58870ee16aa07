"""The headers of every route there is, whatever is asked of it, and of what is no HTTP."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.support.served import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEGAL = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "0",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": r"[a-z-]+=\(\)(, [a-z-]+=\(\))+",
    "Strict-Transport-Security": r"max-age=\d{8}; includeSubDomains",
    "Cache-Control": r"no-store|public, max-age=\d+(, immutable)?",
    "Content-Security-Policy": r"[a-z'; :/.-]+",
    "Content-Type": r"(text/(html|plain|css|javascript)|application/(json|javascript)|image/svg\+xml)(; charset=utf-8)?"
    "|application/octet-stream",
    "Date": r".{29}",
}
SOMETIMES = {
    "Content-Length": r"\d+",
    "Content-Encoding": "gzip",
    "Transfer-Encoding": "chunked",
    "Vary": "Accept-Encoding",
    "Allow": r"[A-Z]+(,[A-Z]+)*",
    "Connection": "close|keep-alive",
    "Retry-After": r"\d+",
    "WWW-Authenticate": "Bearer",
    "Clear-Site-Data": '"cache", "cookies", "storage"',
    "Sec-WebSocket-Version": "13",
}
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
    "frame-src": {"'none'"},
    "frame-ancestors": {"'none'"},
    "require-trusted-types-for": {"'script'"},
    "trusted-types": {"'none'"},
    "sandbox": {""},
}


def check_headers(answer: Any, asked: str) -> None:
    """Exactly the headers that belong there, each once, each with a legal value."""
    headers = {name.title(): answer.headers.getall(name) for name in answer.headers}
    legal = {name.title(): pattern for name, pattern in (LEGAL | SOMETIMES).items()}
    unknown = headers.keys() - legal.keys()
    assert not unknown, (asked, unknown)
    needed = {name.title() for name in LEGAL} - ({"Content-Type"} if answer.status == 204 else set())
    assert needed <= headers.keys(), (asked, needed - headers.keys())
    for name, values in headers.items():
        assert len(values) == 1, (asked, name)
        assert re.fullmatch(legal[name], values[0]), (asked, name, values)
    for part in headers["Content-Security-Policy"][0].split(";"):
        directive, _, sources = part.strip().partition(" ")
        with_a_form = directive == "form-action" and "/aftale" in asked
        assert sources in POLICY[directive] or (with_a_form and sources == "'self'"), (asked, directive)


async def test_every_route_answers_every_method_with_exactly_the_headers_it_should(
    served: Served, http: ClientSession
) -> None:
    """Generated from the router, so that a new route is held to it too."""
    fillings = {"tenant": ("kolding", "atlantis", "%3Cb%3E"), "name": ("chat.js", "..%2Fpage.html")}
    paths = {"/nowhere", "/%00", "/%FF", "//", "/chat/kolding", "/t/", "/%2e%2e/etc/passwd"}
    for resource in served.app.router.resources():
        form = resource.canonical
        names = re.findall(r"{(\w+)}", form)
        for filling in fillings[names[0]] if names else ("",):
            paths.add(form.replace(f"{{{names[0]}}}", filling) if names else form)
    assert len(paths) > 18
    statuses = set()
    for path in sorted(paths):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"):
            for accept in ("text/html", "*/*"):
                async with http.request(
                    method, served.url + path, headers={"Accept": accept}, allow_redirects=False
                ) as answer:
                    statuses.add(answer.status)
                    asked = f"{method} {path} {accept} {answer.status}"
                    assert answer.status < 500, asked
                    check_headers(answer, asked)
                    text = await answer.text()
                    assert "Traceback" not in text
                    assert "atlantis" not in text
                    assert "/<b>" not in text
                    assert "%3C" not in text
                    assert "passwd" not in text
    assert {200, 204, 400, 401, 404, 405} <= statuses


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"Kanarie / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: Kanarie\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: x\r\nKanarie\r\n\r\n", 400),
        (b"GET /" + b"Kanarie" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: Kanarie\r\n\r\n", 417),
        (b"POST /chat/kolding/frames HTTP/1.1\r\nHost: x\r\nContent-Length: Kanarie\r\n\r\n", 400),
        (b"POST /chat/kolding/frames HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nKanarie\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfcKanarie\r\n\r\n", 400),
    ],
)
async def test_what_is_no_http_is_refused_like_everything_else(served: Served, sent: bytes, status: int | None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rpartition(":")[2]))
    writer.write(sent)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.close()
    lines = head.decode().split("\r\n")
    if status is not None:
        assert int(lines[0].split()[1]) == status
    names = {line.partition(":")[0].title() for line in lines[1:] if line}
    assert {name.title() for name in LEGAL} <= names
    assert "Server" not in names
    assert "Kanarie" not in head.decode()
