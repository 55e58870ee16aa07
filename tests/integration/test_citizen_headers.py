"""Every answer to a citizen carries the headers of SECURITY (f), each value legal; and the page is small."""

from __future__ import annotations

import asyncio
import gzip
import re
from importlib.resources import files

import pytest
from aiohttp import ClientSession

from tests.support.device import ORIGIN

SOURCES = {"'none'", "'self'"}
LEGAL = {
    "Referrer-Policy": r"no-referrer",
    "X-Content-Type-Options": r"nosniff",
    "X-XSS-Protection": r"0",
    "X-Robots-Tag": r"noindex, nofollow",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Embedder-Policy": r"require-corp",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "Permissions-Policy": r"[a-z-]+=\(\)(, [a-z-]+=\(\))*",
    "Strict-Transport-Security": r"max-age=\d{8}; includeSubDomains",
    "Cache-Control": r"no-store|public, max-age=\d+(, immutable)?",
}
DIRECTIVES = {
    *("default-src", "script-src", "style-src", "img-src", "connect-src", "form-action", "base-uri", "object-src"),
    *("frame-src", "frame-ancestors", "require-trusted-types-for", "trusted-types", "sandbox"),
}
ASKED = [
    ("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/t/randers", 200), ("GET", "/t/atlantis", 404),
    ("GET", "/t/base", 404),
    ("GET", "/nowhere", 404), ("GET", "/<script>alert(1)</script>", 404), ("POST", "/", 405), ("GET", "/forlad", 405),
    ("POST", "/forlad", 204), ("GET", "/widget/none.js", 404), ("GET", "/widget/..%2Fpage.html", 404),
    ("GET", "/favicon.ico", 200), ("GET", "/robots.txt", 200), ("GET", "/chat/kolding/ws", 400),
    ("GET", "/chat/atlantis/ws", 404), ("GET", "/chat/kolding/frames", 401), ("POST", "/chat/kolding/frames", 400),
    ("PUT", "/chat/kolding/frames", 405),
]  # fmt: skip


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_headers(site, method, path, status, accept):
    async with ClientSession(headers={"Accept": accept}) as http, http.request(method, site.url + path) as answer:
        assert answer.status == status
        for name, legal in LEGAL.items():
            assert answer.headers.getall(name) != []
            assert re.fullmatch(legal, ", ".join(answer.headers.getall(name))), name
        assert not {"Server", "Set-Cookie", "X-Powered-By"} & set(answer.headers)
        policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
        assert set(policy) <= DIRECTIVES
        assert policy["default-src"] == "'none'"
        for name, sources in policy.items():
            if name.endswith("-src"):
                assert set(sources.split()) <= SOURCES, name
        if path == "/":
            assert policy["frame-ancestors"] == ("'none'" if status == 405 else ORIGIN)
        else:
            assert policy["frame-ancestors"] == "'none'"
        if answer.content_type == "application/json":
            assert "sandbox" in policy
        text = await answer.text()
        assert "Traceback" not in text
        assert "alert(1)" not in text


async def test_a_broken_handler_tells_nothing(site, monkeypatch, caplog):
    async def broken(*_args: object) -> None:
        raise RuntimeError("kanarie")

    monkeypatch.setattr(site.citizens, "find", broken)
    monkeypatch.setattr(type(site.pages), "_serve_page", lambda *_args: 1 / 0)
    async with ClientSession() as http:
        async with http.get(site.url, headers={"Accept": "text/html"}) as answer:
            assert answer.status == 500
            assert "Noget gik galt hos os." in await answer.text()
            assert "tel:112" in await answer.text()
            assert "Server" not in answer.headers
        async with http.post(f"{site.url}/chat/kolding/frames", json={"type": "hello"}) as answer:
            assert answer.status == 503
            assert "kanarie" not in await answer.text()
    assert "kanarie" not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    "raw",
    [
        b"KANARIE kanarie\r\n\r\n",
        b"GET /kanarie\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: kanarie\r\nHost: kanarie\r\n\r\n",
        b"GET / HTTP/1.1\r\nkanarie: " + b"k" * 20_000 + b"\r\n\r\n",
        b"\x16\x03\x01kanarie",
    ],
)
async def test_what_is_no_http_is_neither_repeated_nor_logged(site, raw, caplog):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    writer.write(raw)
    writer.write_eof()
    answer = (await asyncio.wait_for(reader.read(), 5)).lower()
    writer.close()
    assert answer.startswith(b"http/1.0 400") or answer == b""
    assert b"nosniff" in answer or answer == b""
    for secret in (b"kanarie", b"aiohttp", b"python"):
        assert secret not in answer
    assert "kanarie" not in caplog.text.lower()
    assert "127.0.0.1" not in caplog.text


async def test_leaving_makes_the_browser_forget_but_only_for_our_own_page(site):
    async with ClientSession() as http:
        async with http.post(f"{site.url}/forlad", headers={"Sec-Fetch-Site": "same-origin"}) as answer:
            assert answer.status == 204
            assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        async with http.post(f"{site.url}/forlad", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
            assert "Clear-Site-Data" not in answer.headers


async def test_html_css_and_js_are_under_30_kb_compressed(site):
    async with ClientSession(auto_decompress=False) as http, http.get(site.url) as answer:
        page = await answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        html = gzip.decompress(page).decode()
        total = len(page)
        for path in set(re.findall(r'(?:src|href)="(/[^"]+)"', html)):
            async with http.get(site.url + path) as part:
                assert part.status == 200, path
                total += len(await part.read())
    assert total < 30_000
    assert 'name="csrf' not in html
    assert not re.findall(r'(?:src|href)="(?!/|tel:|#|https://www\.dr\.dk)', html)


async def test_every_tenant_has_its_own_page_and_numbers(site):
    async with ClientSession() as http:
        for tenant, number in (("kolding", "70 11 07 07"), ("randers", "70 11 31 31")):
            async with http.get(f"{site.url}/t/{tenant}") as answer:
                html = await answer.text()
                assert f'"tenant": "{tenant}"' in html
                assert number in html
                assert "<title>Chat</title>" in html


def test_the_script_has_no_way_from_text_to_elements():
    script = (files("bot.channels") / "widget" / "chat.js").read_text()
    for danger in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "localStorage",
                   "pushState", "cookie", "http://", "https://", "srcdoc", "DOMParser"):  # fmt: skip
        assert danger not in script
