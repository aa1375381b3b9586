"""Where a visitor came from, as the page reports it. A claim, kept for analysis only."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from shared.kernel.clock import iso
from shared.kernel.text import plain

from .model import Form

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
PAGES: Final = ("_referrer", "_landing_page")
VISITOR: Final = "_visitor"
CARRIED: Final = (*UTM, *PAGES, VISITOR)
"""Fields a page adds to a form unseen."""

MAX_LENGTH: Final = 100
MAX_PAGE_LENGTH: Final = 200
_VISITOR_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def touch(form_id: str, form: Form, sent: Mapping[str, str], at: datetime) -> dict[str, str]:
    """A `Touch` as stored: only what is known. Too long values are cut, since no visitor could
    mend them; pages keep their path and lose their query, which may hold personal data."""
    found = {"at": iso(at), "form_id": form_id}
    for name in UTM:
        if value := plain(sent.get(name, ""))[:MAX_LENGTH]:
            found[name] = value
    if form.default_campaign:
        found.setdefault("utm_campaign", form.default_campaign)
    for name in PAGES:
        if page := _page(sent.get(name, "")):
            found[name.removeprefix("_")] = page
    return found


def visitor(sent: Mapping[str, str]) -> str | None:
    """The anonymous id of the browser, if it has one of a possible shape."""
    given = sent.get(VISITOR, "").strip()
    return given if _VISITOR_SHAPE.fullmatch(given) else None


def _page(text: str) -> str:
    try:
        parts = urlsplit(plain(text))
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:MAX_PAGE_LENGTH]
