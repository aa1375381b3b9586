"""The addresses of a form, and where its answer may lead."""

import re
from typing import Final

from shared.kernel.errors import Malformed
from shared.platform.settings import settings

from .model import Form

MAX_URL: Final = 500
_OWN_PAGES: Final = "/assets/"
# Beyond a prefix nothing may climb out of it or be read differently by a browser.
_SAFE_REST: Final = re.compile(
    r"(?!.*(?:^|/)(?:\.|%2e){1,2}(?:[/?#]|$))[\w\-.~/?#&=%+:,;@!$'()*]*", re.I
)


def return_url(form: Form, form_id: str, wanted: str | None) -> str:
    """Where a browser goes after its post: an address the form lists, or the path of one of our
    own static pages. Raises `Malformed` (`return_url_not_allowed`)."""
    if not wanted:
        return form.default_return_url or thanks_url(form_id)
    if _within(_OWN_PAGES, wanted):
        return f"{_base()}{wanted}"
    if wanted == thanks_url(form_id) or _listed(form, wanted):
        return wanted
    raise Malformed("return_url_not_allowed", "This form may not lead to that address")


def page_url(form_id: str) -> str:
    """The hosted page of a form."""
    return f"{_base()}/forms/{form_id}"


def action_url(form_id: str) -> str:
    """Where a form is posted to."""
    return f"{_base()}/v1/forms/{form_id}/submissions"


def script_url() -> str:
    """The page script, served beside the pages."""
    return f"{_base()}/assets/crm.js"


def thanks_url(form_id: str) -> str:
    """The page that thanks, used when the post names none."""
    return f"{page_url(form_id)}?sent=1"


def _base() -> str:
    return settings().need("public_base_url").rstrip("/")


def _listed(form: Form, wanted: str) -> bool:
    if len(wanted) > MAX_URL:
        return False
    for allowed in form.return_urls:
        if wanted == allowed.removesuffix("*"):
            return True
        prefix = allowed[:-1] if allowed.endswith("/*") else None
        if prefix and _within(prefix, wanted):
            return True
    return False


def _within(prefix: str, wanted: str) -> bool:
    inside = wanted.startswith(prefix) and len(wanted) <= MAX_URL
    return inside and _SAFE_REST.fullmatch(wanted[len(prefix) :]) is not None
