"""`GET|HEAD /c/{token}` and `/o/{token}`: the links and the pixel of tracked messages. Nothing is
decided here: what asked is noted, and gets what it asked for."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.kernel.errors import NotFound
from shared.marketing.tracking.following import note, place_of
from shared.marketing.tracking.tokens import Kind, unsealed
from shared.platform.entry.http import Http, Request, reply

http = Http()

PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""A GIF of one transparent pixel."""

_HEADERS: Final = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'",
}
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Nothing here</title>'
    "<p>There is nothing at this address.</p></html>"
)


@http.get("/c/{token}")
def clicked(request: Request, token: str) -> Response[Any]:
    """On to where the link leads."""
    return _answered(request, "clicked", token)


@http.head("/c/{token}")
def looked_at(request: Request, token: str) -> Response[Any]:
    """The same without a body: programs look whether a link works."""
    return _answered(request, "clicked", token)


@http.get("/o/{token}")
def opened(request: Request, token: str) -> Response[Any]:
    """The pixel: `token` ends in `.gif`."""
    return _answered(request, "opened", token)


@http.head("/o/{token}")
def asked(request: Request, token: str) -> Response[Any]:
    """The same without a body."""
    return _answered(request, "opened", token)


def _answered(request: Request, kind: Kind, token: str) -> Response[Any]:
    try:
        target = unsealed(token.removesuffix(".gif") if kind == "opened" else token, kind)
        place = place_of(target, request.event.get("rawQueryString") or "")
    except NotFound:
        return reply(404, _PAGE, headers=_HEADERS, media_type="text/html; charset=utf-8")
    note(request, target)
    if kind == "opened":
        return reply(200, PIXEL, headers=_HEADERS, media_type="image/gif")
    if place is None:
        return reply(200, _PAGE, headers=_HEADERS, media_type="text/html; charset=utf-8")
    return reply(302, headers={**_HEADERS, "location": place})


handle = http
