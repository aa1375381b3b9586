"""A form as a page: hosted, or answered with what is wrong and what was typed.

Whoever imports this loads the template engine: `lead_capture` does so only to show a page.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from shared.customers.countries import countries
from shared.kernel.errors import FieldError

from .attribution import CARRIED
from .model import RETURN_URL, FieldKind, Form
from .timestamps import FIELD as TOKEN

MEDIA_TYPE: Final = "text/html; charset=utf-8"

_TEMPLATES: Final = Path(__file__).parent / "templates"
_INPUT_TYPES: Final = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel"}
_AUTOCOMPLETE: Final = {
    "email": "email",
    "phone": "tel",
    "first_name": "given-name",
    "last_name": "family-name",
    "company": "organization",
    "job_title": "organization-title",
}


def render(
    form: Form,
    form_id: str,
    *,
    values: Mapping[str, str] | None = None,
    problem: str = "",
    errors: Iterable[FieldError] = (),
    sent: bool = False,
) -> str:
    """The page of a form. `values` is what was typed and what the page carries unseen; with
    `sent` it thanks instead."""
    typed = values or {}
    unseen = (TOKEN, RETURN_URL, *CARRIED)
    return _template().render(
        form=form,
        action=f"/v1/forms/{form_id}/submissions",
        values=typed,
        hidden=[(name, typed[name]) for name in unseen if typed.get(name)],
        problem=problem,
        errors={one.field: one.message for one in errors},
        sent=sent,
        options=_options(form),
        types=_INPUT_TYPES,
        autocomplete=_AUTOCOMPLETE,
        style=Markup(_style()),
    )


def page_headers(form: Form) -> dict[str, str]:
    """Headers of such a page: no script, nothing foreign, not inside another page's frame."""
    # Browsers apply `form-action` to the redirect after the post, too.
    targets = [urlsplit(url) for url in (*form.return_urls, form.default_return_url) if url]
    leads_to = " ".join(sorted({f"{one.scheme}://{one.netloc}" for one in targets}))
    policy = (
        f"default-src 'none'; style-src '{_style_hash()}'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {leads_to}"
    )
    return {
        "content-security-policy": policy.strip(),
        "cache-control": "no-store",
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-content-type-options": "nosniff",
    }


def preview_headers() -> dict[str, str]:
    """Headers of a form shown to staff beside its editor: in a frame of our own pages, and there
    is nothing it can be sent to."""
    policy = (
        f"default-src 'none'; style-src '{_style_hash()}'; base-uri 'none'; "
        "frame-ancestors 'self'; form-action 'none'"
    )
    return {"content-security-policy": policy, "x-frame-options": "SAMEORIGIN"}


def _options(form: Form) -> dict[str, tuple[tuple[str, str], ...]]:
    options = {one.name: tuple((c, c) for c in one.choices) for one in form.fields if one.choices}
    for one in form.fields:
        if one.kind is FieldKind.COUNTRY:
            options[one.name] = tuple(countries().items())
    return options


@lru_cache(maxsize=1)
def _style() -> str:
    return (_TEMPLATES / "style.css").read_text()


def _style_hash() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"sha256-{digest}"


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("form.html")
