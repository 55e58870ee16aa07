"""Words, templates and assets, made once at the start; and the headers of every answer of the console.

Nothing comes from elsewhere, nothing is kept by the browser, and no script can be made out of text: templates escape,
and the pages' scripts are held to Trusted Types without a policy.
"""

import datetime as dt
import hashlib
import mimetypes
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import jinja2
from aiohttp import web
from markupsafe import Markup

from content.hours import COPENHAGEN

ASSETS: Final = ("console.css", "icon.svg", "dom.js", "live.js", "presence.js", "queue.js", "sound.js", "talk.js")
FEATURES: Final = (
    *("camera", "microphone", "geolocation", "display-capture", "usb", "serial", "payment", "fullscreen"),
    "browsing-topics",
)
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "0",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}


class Pages:
    """Everything that is shown. `root` is where the console is mounted, e.g. `/console`."""

    def __init__(self, words: Mapping[str, str], *, root: str) -> None:
        self.root = root
        self._words = words
        bodies = {name: (files("admin") / "static" / name).read_bytes() for name in ASSETS}
        self.version = hashlib.sha256(b"\0".join(bodies.values())).hexdigest()[:12]
        self._assets = {name: (body, mimetypes.guess_type(name)[0] or "text/plain") for name, body in bodies.items()}
        self._templates = jinja2.Environment(
            loader=jinja2.FunctionLoader(_template),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self._templates.filters |= {"moment": moment, "clock": clock}
        self._templates.globals |= {"t": self.say, "asset": self.asset_url, "url": self.url, "wording": self.wording}

    def say(self, key: str, **fields: object) -> str:
        """A text with its fields filled in. Raises KeyError for an unknown key."""
        text = self._words[key]
        for name, value in fields.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def wording(self, *tables: str) -> dict[str, str]:
        """The texts of these tables, for the browser to fill in."""
        return {key: text for key, text in self._words.items() if key.split(".")[0] in tables}

    def knows(self, key: str) -> bool:
        """Is there such a text?"""
        return key in self._words

    def url(self, path: str) -> str:
        """The address of a room, `/queue` as `/console/queue`."""
        return self.root + path

    def asset_url(self, name: str) -> str:
        """The address of an asset; it changes when any of them does."""
        return f"{self.root}/assets/{self.version}/{name}"

    def render(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A page."""
        html = self._templates.get_template(template).render(**values)
        return web.Response(text=html, status=status, content_type="text/html")

    def onward(self, path: str) -> web.Response:
        """To another room, after a form or to somebody who stands at the wrong door."""
        return web.Response(status=303, headers={"Location": self.url(path)})

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """One of the assets, at the address of this version."""
        found = self._assets.get(request.match_info["name"])
        if found is None or request.match_info["version"] != self.version:
            raise web.HTTPNotFound
        body, kind = found
        return web.Response(
            body=body,
            content_type=kind,
            charset="utf-8",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


async def harden(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """The headers of SECURITY (f), over those of the citizens' pages; HTML and JSON are kept nowhere."""
    kept = response.headers.get("Cache-Control", "").startswith("public")
    response.headers.update(HEADERS)
    response.headers.pop("Server", None)
    if not kept:
        response.headers["Cache-Control"] = "no-store"


def moment(at: dt.datetime) -> Markup:
    """A time as it is read in Denmark, with the machine's form beside it."""
    here = at.astimezone(COPENHAGEN)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{here:%d.%m.%Y %H:%M}")


def clock(at: dt.datetime) -> str:
    """Hours and minutes in Denmark."""
    return f"{at.astimezone(COPENHAGEN):%H.%M}"


def _template(name: str) -> str:
    return (files("admin") / "templates" / name).read_text(encoding="utf-8")
