"""How a message looks to a person, for a frame of these pages, and what is to be said about it.

What somebody wrote is shown as they wrote it, styles included: in a document of its own whose
policy allows no script, no form, no frame and no origin, inside a frame that is sandboxed too.
"""

from html import escape
from typing import Any, Final

from shared.console.contacts import contact_with
from shared.console.entry import Answer, PageRequest
from shared.customers.contacts.model import Contact
from shared.customers.custom_fields.repository import fields_of
from shared.kernel.errors import CrmError
from shared.marketing.templates.changes import checked as check
from shared.marketing.templates.checking import doubts
from shared.marketing.templates.model import Rendered, Template
from shared.marketing.templates.previewing import example, preview_of
from shared.marketing.templates.repository import need_in
from shared.platform.entry.http import reply

from .schemas import WRITERS, Draft, placed

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""Mails carry their styles with them. An origin of its own and no script make that harmless."""

_MEDIA_TYPE: Final = "text/html; charset=utf-8"
_HEADERS: Final = {"content-security-policy": POLICY, "x-frame-options": "SAMEORIGIN"}


def stored(request: PageRequest, template_id: str) -> Answer:
    """A template as it is: for the made-up person, or for `?who=` (an address), who is shown to
    marketers only. `?part=text` shows the text part."""
    template = need_in(request.found).value
    wanted = request.query.get("who", "") if request.by.has(*WRITERS) else ""
    return _framed(request, template, wanted, request.query.get("part", "html"))


def drafted(request: PageRequest) -> Answer:
    """The same of what is being typed. Stores nothing."""
    form = request.form
    try:
        template = Draft.posted(form).template()
        check(template, request.by, request.now)
    except CrmError as error:
        return _refused(request, error)
    return _framed(request, template, form.get("who", ""), form.get("part", "html"))


def checked(request: PageRequest) -> Answer:
    """What is wrong or doubtful about what is being typed, how long it is and what its subject
    becomes: a part of the page."""
    form = request.form
    view: dict[str, Any] = {
        "wrong": {},
        "doubts": [],
        "rendered": None,
        "person": None,
        "message": None,
    }
    try:
        template = Draft.posted(form).template()
        check(template, request.by, request.now)
        view |= {"doubts": doubts(template), "message": template}
        view["person"] = _person(request, form.get("who", ""))
        view["rendered"] = preview_of(template, view["person"])
    except CrmError as error:
        view["wrong"] = placed(error.fields) or {"": error.message}
    return request.page("check.html", **view)


def _framed(request: PageRequest, template: Template, who: str, part: str) -> Answer:
    try:
        found = preview_of(template, _person(request, who))
    except CrmError as error:
        return _refused(request, error)
    return reply(200, _document(found, part), headers=_HEADERS, media_type=_MEDIA_TYPE)


def _document(found: Rendered, part: str) -> str:
    if part == "html" and found.html:
        return found.html
    style = "font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; margin: 1rem"
    return f'<!doctype html><body style="{style}">{escape(found.text)}'


def _refused(request: PageRequest, error: CrmError) -> Answer:
    answer = request.page("no_preview.html", error.status, error=error)
    answer.headers.update(_HEADERS)
    return answer


def _person(request: PageRequest, who: str) -> Contact:
    return contact_with(who) if who.strip() else example(fields_of("contact", request.now))
