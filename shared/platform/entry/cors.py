"""Which web pages may call: decided per form or key, so the API has no setting of its own for it.

Fetch standard, section 3.2 "CORS protocol". No credentials are ever allowed: public operations
neither read nor set cookies.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared.kernel.errors import Forbidden
from shared.platform.settings import settings

from .http import Request, reply

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

PREFLIGHT_SECONDS: Final = 600


def allow_origin(request: Request, origins: Collection[str]) -> None:
    """Let the calling page read every answer to `request`, refusals included.

    `origins` are allowed beside our own. A caller that names no origin is no web page and passes.
    Raises `Forbidden` (`origin_not_allowed`), answered without CORS headers, for another origin.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    if origin not in origins and origin != _own_origin():
        raise Forbidden("origin_not_allowed", "Pages of this origin may not send here")
    request.answer_headers |= {"access-control-allow-origin": origin, "vary": "origin"}


def preflight(
    request: Request, origins: Collection[str], method: str, headers: str
) -> "Response[Any]":
    """The answer to a browser that asks before it sends `method` with `headers`."""
    allow_origin(request, origins)
    return reply(
        204,
        headers={
            "access-control-allow-methods": method,
            "access-control-allow-headers": headers,
            "access-control-max-age": str(PREFLIGHT_SECONDS),
        },
    )


def _own_origin() -> str:
    """The origin of our own pages."""
    url = urlsplit(settings().need("public_base_url"))
    return f"{url.scheme}://{url.netloc}"
