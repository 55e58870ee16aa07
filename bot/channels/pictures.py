"""The pictures beside texts: files of the content, and scales, curves and agendas drawn from their names, served as
`/pictures/{name}`. A chat that takes no SVG gets the same picture as PNG.

The address of a scale or a curve holds somebody's numbers, so no browser may keep what it got there.
"""

from __future__ import annotations

import re
from importlib.resources import files

from aiohttp import web

from bot.channels import agendas, curves, scales

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*\.(svg|png|jpg|jpeg)")
_TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
ZOOM = 2
_KEPT_NOWHERE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}


def picture(name: str) -> bytes | None:
    """A picture by the last part of its address; None if there is none."""
    if not _SAFE.fullmatch(name):
        return None
    stem, _, ending = name.rpartition(".")
    scale = scales.read_name(stem)
    if scale is not None:
        return scales.svg(scale) if ending == "svg" else scales.png(scale) if ending == "png" else None
    curve = curves.read_name(stem)
    if curve is not None:
        return curves.svg(curve) if ending == "svg" else curves.png(curve) if ending == "png" else None
    path = files("content") / "pictures" / name
    if path.is_file():
        return path.read_bytes()
    if ending == "svg":
        return agendas.svg(stem)
    drawn = picture(f"{stem}.svg") if ending == "png" else None
    return None if drawn is None else _png(drawn)


def _png(drawn: bytes) -> bytes:
    """An SVG as PNG, twice as large. The library is loaded only where a chat wants one."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415  3 MB that few replicas ever need

    return svg_to_bytes(svg_string=drawn.decode(), zoom=ZOOM)


def photo_name(name: str) -> str:
    """The name under which a chat that takes no SVG gets the same picture; other pictures keep theirs."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.png" if ending == "svg" else name


def add_to(app: web.Application) -> None:
    """Add the route."""
    app.router.add_get("/pictures/{name}", _serve)


async def _serve(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    body = picture(name)
    if body is None:
        raise web.HTTPNotFound
    return web.Response(body=body, content_type=_TYPES[name.rpartition(".")[2]], headers=_KEPT_NOWHERE)
