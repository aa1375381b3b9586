"""How a post to a form is answered: browsers get pages and redirects, scripts get JSON."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from shared.kernel.errors import Busy, CrmError
from shared.platform.entry.http import Request, reply

from .model import Form

RETRY_AFTER_SECONDS: Final = "2"

_IN_ADDRESSES: Final = "%/:?#[]@!$&'()*+,;=~"
"""What RFC 3986 gives a meaning, beside letters, digits, `-`, `.` and `_`."""


_FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
"""What pages send forms as (HTML standard, "enctype", without the never used plain text)."""


def from_script(request: Request) -> bool:
    """Whether a script sent this: it sent what no page sends, or asks for JSON."""
    asks_for_json = "application/json" in request.headers.get("accept", "")
    return asks_for_json or request.media_type not in _FORM_TYPES


def accepted(request: Request, created: Any, location: str) -> Any:
    """201 with the ids to a script, 303 to a browser."""
    if from_script(request):
        return reply(201, created, headers={"cache-control": "no-store"})
    # A header is ASCII; what was escaped already stays as it is.
    ascii_location = quote(location, safe=_IN_ADDRESSES)
    return reply(303, headers={"location": ascii_location, "cache-control": "no-store"})


def refused(
    request: Request, error: CrmError, form: Form, form_id: str, sent: Mapping[str, str]
) -> Any:
    """The form again, with what is wrong and what was typed. For a script: `error` itself."""
    if isinstance(error, Busy):
        request.answer_headers["retry-after"] = RETRY_AFTER_SECONDS
    if from_script(request):
        raise error
    # A page costs the template engine's import, so only who needs it pays.
    from .pages import MEDIA_TYPE, page_headers, render

    problem = "Please look at the marked fields." if error.fields else error.message
    page = render(form, form_id, values=sent, problem=problem, errors=error.fields)
    return reply(error.status, page, headers=page_headers(form), media_type=MEDIA_TYPE)
