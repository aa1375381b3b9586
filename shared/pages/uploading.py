"""Pages whose script sends a file straight to the bucket, and may therefore reach its origin."""

from typing import Final
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response

from .entry import HEADERS
from .request import Answer, PageRequest

_POLICY: Final = "content-security-policy"


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def reaching(answer: Answer, origin: str) -> Answer:
    """The page, which may send files to `origin`: with its script, or by a form itself."""
    policy = HEADERS[_POLICY]
    for directive in ("connect-src 'self'", "form-action 'self'"):
        policy = policy.replace(directive, f"{directive} {origin}")
    answer.headers[_POLICY] = policy
    return answer


def as_whole(request: PageRequest) -> Answer:
    """Have the browser load the page anew: what a page may reach is said with the document, and
    not with what is swapped into another one."""
    query = request.event.get("rawQueryString") or ""
    address = f"{request.path}?{query}" if query else request.path
    return Response(status_code=200, headers={"hx-redirect": address}, body="")
