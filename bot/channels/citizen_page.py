"""The citizen's page and the headers of every answer: nothing kept, nothing fetched from elsewhere, nothing to trace.

All pages are made once at the start, for every tenant, and lie ready in memory, plain and compressed.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import mimetypes
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from content.helplines import ALARM
from content.loading import Content
from content.messages import LANGUAGES, Catalog
from content.packs import Pack

log = logging.getLogger(__name__)

ASSETS: Final = ("chat.js", "style.css", "icon.svg")
EXIT_URL: Final = "https://www.dr.dk"
IDLE_MINUTES: Final = 10
LINES_SHOWN: Final = 6
FEATURES: Final = (
    *("camera", "microphone", "geolocation", "display-capture", "usb", "serial", "payment", "fullscreen"),
    "browsing-topics",
)
HEADERS: Final[Mapping[str, str]] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "0",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}
"""For every answer that has not said otherwise."""


class Ready(NamedTuple):
    """A body that lies ready."""

    plain: bytes
    small: bytes
    content_type: str


class CitizenPages:
    """`/`, `/t/{tenant}`, their assets, the way out, and kind pages for what goes wrong."""

    def __init__(
        self,
        content: Content,
        *,
        tenant: str,
        embedders: Mapping[str, frozenset[str]] | None = None,
        exit_url: str = EXIT_URL,
        idle_minutes: float = IDLE_MINUTES,
    ) -> None:
        """`tenant` has its page at `/`. `embedders`: the tenants, and the origins whose pages may hold the chat."""
        self._content = content
        self._tenant = tenant
        self._embedders = embedders or {}
        self._exit_url = exit_url
        self._idle_minutes = idle_minutes
        self._templates = jinja2.Environment(
            loader=jinja2.FunctionLoader(_file), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._assets = {name: _ready(_bytes(name), name) for name in ASSETS}
        self._names = {name: _hashed(name, asset.plain) for name, asset in self._assets.items()}
        self._by_path = {path: self._assets[name] for name, path in self._names.items()}
        self._pages = {
            pack.id: self._page(pack) for pack in content.packs.values() if pack.id in {*self._embedders, tenant}
        }
        self._problems = {
            key: self._render("problem.html", words=self._words(tenant), sentence=self._text(tenant, f"problem.{key}"))
            for key in ("missing", "refused", "trouble")
        }

    def add_to(self, app: web.Application) -> None:
        """Add the routes and the headers."""
        app.router.add_get("/", self._home)
        app.router.add_get("/t/{tenant}", self._of_tenant)
        app.router.add_get("/widget/{name}", self._asset)
        app.router.add_get("/favicon.ico", self._icon)
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_post("/forlad", self._leave)
        app.on_response_prepare.append(harden)
        app.middlewares.append(self.kindly)

    # -- making them --

    def _render(self, template: str, **values: Any) -> Ready:
        html = self.template(template).render(asset=self.asset_url, **values)
        return _ready(html.encode(), template)

    def template(self, name: str) -> jinja2.Template:
        """A template of the widget's folder."""
        return self._templates.get_template(name)

    def asset_url(self, name: str) -> str:
        """Where an asset is served, under its name with its fingerprint."""
        return f"/widget/{self._names[name]}"

    def _page(self, pack: Pack) -> Ready:
        words = self._words(pack.id)
        fields = {"service": pack.name, "phone": pack.phone or ""}
        service = self._text(pack.id, "noscript.service", fields=fields) if pack.phone else None
        page = {
            "tenant": pack.id,
            "exit": self._exit_url,
            "idle_minutes": self._idle_minutes,
            "words": self._all_words(pack.id),
            "signs": _signs(self._catalog(pack.id)),
        }
        return self._render(
            "page.html",
            words=words,
            page=page,
            exit_url=self._exit_url,
            service=service,
            lines=_lines(pack, words["always"]),
        )

    def _catalog(self, tenant: str) -> Catalog:
        return self._content.messages.for_pack(tenant)

    def _text(self, tenant: str, key: str, *, fields: Mapping[str, str] | None = None, **where: str) -> str:
        """A text of the page; fields that are not given stay in it for the browser to fill."""
        catalog, key = self._catalog(tenant), f"page.{key}"
        given = {name: f"{{{name}}}" for name in catalog.fields(key)} | dict(fields or {})
        return catalog.text(key, channel="web", fields=given, **where)

    def _words(self, tenant: str, language: str = "da", reading: str = "plain") -> dict[str, str]:
        names = self._catalog(tenant).keys()
        keys = sorted(name.removeprefix("page.") for name in names if name.startswith("page."))
        return {key: self._text(tenant, key, language=language, reading=reading) for key in keys}

    def _all_words(self, tenant: str) -> dict[str, dict[str, dict[str, str]]]:
        """Every text of the page for the browser; of the easy ones those that differ."""
        found = {}
        for language in LANGUAGES:
            plain, easy = (self._words(tenant, language, reading) for reading in ("plain", "easy"))
            here = [key for key in plain if not key.startswith(("noscript", "problem"))]
            found[language] = {
                "plain": {key: plain[key] for key in here},
                "easy": {key: easy[key] for key in here if easy[key] != plain[key]},
            }
        return found

    # -- serving them --

    async def _home(self, request: web.Request) -> web.Response:
        return self._serve_page(request, self._tenant)

    async def _of_tenant(self, request: web.Request) -> web.Response:
        return self._serve_page(request, request.match_info["tenant"])

    def _serve_page(self, request: web.Request, tenant: str) -> web.Response:
        if tenant not in self._pages:
            raise web.HTTPNotFound
        policy = page_policy(self._embedders.get(tenant, frozenset()))
        return _response(request, self._pages[tenant], {"Content-Security-Policy": policy})

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self._by_path.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return _response(request, asset, {"Cache-Control": "public, max-age=31536000, immutable"})

    async def _icon(self, request: web.Request) -> web.Response:
        return _response(request, self._assets["icon.svg"], {"Cache-Control": "public, max-age=86400"})

    async def _robots(self, _request: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /\n")

    async def _leave(self, request: web.Request) -> web.Response:
        """The way out: the browser forgets what it kept of us. Only our own page may ask for that."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPForbidden
        return web.Response(status=204, headers={"Clear-Site-Data": '"cache", "cookies", "storage"'})

    # -- what goes wrong --

    @property
    def kindly(self) -> Middleware:
        """Middleware: errors become a kind page or plain JSON; no trace, nothing of what was asked, no address."""

        @web.middleware
        async def kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                return await handler(request)
            except web.HTTPException as problem:
                if problem.status < 400 or problem.content_type == "application/json":
                    raise
                allowed = {"Allow": problem.headers["Allow"]} if "Allow" in problem.headers else {}
                return self._problem(request, problem.status, allowed)
            except ConnectionError:
                return web.Response(status=400)  # nobody is there to read it
            except Exception as problem:
                log.error("page_failed", extra={"problem": problem})  # noqa: TRY400  its words may be a citizen's
                return self._problem(request, 500, {})

        return kindly

    def _problem(self, request: web.Request, status: int, headers: Mapping[str, str]) -> web.Response:
        key = "missing" if status == 404 else "trouble" if status >= 500 else "refused"
        if "text/html" not in request.headers.get("Accept", ""):
            return web.json_response({"error": key}, status=status, headers=headers)
        policy = {"Content-Security-Policy": page_policy(frozenset())}
        return _response(request, self._problems[key], {**headers, **policy}, status)


def page_policy(embedders: frozenset[str], *, forms: str = "'none'") -> str:
    """The Content-Security-Policy of a page of ours that only these origins may hold in a frame; `forms`: where its
    forms may be sent.
    """
    holders = " ".join(sorted(embedders)) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; object-src 'none'; frame-src 'none'; "
        f"frame-ancestors {holders}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


async def harden(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """The headers of SECURITY (f), unless the answer has its own; and no word about our software."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)


def _response(request: web.Request, ready: Ready, headers: Mapping[str, str], status: int = 200) -> web.Response:
    small = "gzip" in request.headers.get("Accept-Encoding", "")
    response = web.Response(
        body=ready.small if small else ready.plain, status=status, content_type=ready.content_type, charset="utf-8"
    )
    response.headers.update(headers)
    response.headers["Vary"] = "Accept-Encoding"
    if small:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _lines(pack: Pack, always: str) -> list[dict[str, str]]:
    """Helplines for a crisis that one can call, the widest first; 112 has its own place."""
    fit = [line for line in pack.lines if line.number and line.labels and line.live and line.id != ALARM]
    fit.sort(key=lambda line: (line.order, line.id))
    return [
        {
            "name": line.name,
            "number": line.number or "",
            "hours": always if line.hours.always else line.hours.words("da"),
        }
        for line in fit[:LINES_SHOWN]
    ]


def _signs(catalog: Catalog) -> dict[str, Any]:
    """Words by which the page knows what the talk has become: its language, its level, a changed answer."""
    gap = "\0"
    corrected = {
        catalog.text("engine.corrected", language=language, reading=reading, fields={"old": gap, "new": gap})
        for language in LANGUAGES
        for reading in ("plain", "easy")
    }
    return {
        "language": {catalog.text("command.language", language=language): language for language in LANGUAGES},
        "plain": [catalog.text("command.plain", language=language, reading="easy") for language in LANGUAGES],
        "corrected": sorted(text.split(gap)[0] for text in corrected),
    }


def _file(name: str) -> str:
    return _bytes(name).decode()


def _bytes(name: str) -> bytes:
    return (files("bot.channels") / "widget" / name).read_bytes()


def _ready(body: bytes, name: str) -> Ready:
    return Ready(body, gzip.compress(body, 9, mtime=0), mimetypes.guess_type(name)[0] or "text/plain")


def _hashed(name: str, body: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{ending}"
