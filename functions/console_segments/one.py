"""One segment: its rule in words, how many are in it and who, and why somebody is or is not."""

from collections.abc import Mapping
from typing import Any, Final

from shared.console.contacts import contact_with
from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import listed
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import attributes, load, summary
from shared.kernel.errors import CrmError, NotFound
from shared.marketing.segments.backfill import progress_of
from shared.marketing.segments.changes import change_segment
from shared.marketing.segments.definition import Segment
from shared.marketing.segments.listing import explain_in, members_in
from shared.marketing.segments.repository import definitions, members_of, need_in, need_segment
from shared.marketing.segments.rule import All, AnyOf, Not, Rule
from shared.platform.configuration import Version

from . import words
from .schemas import WRITERS

PAGE_SIZE: Final = 50
_HOME: Final = "/console/segments"
_GROUPS: Final = {
    (All, False): "All of these hold",
    (AnyOf, False): "At least one of these holds",
    (All, True): "Not all of these hold",
    (AnyOf, True): "None of these holds",
}


def shown(request: PageRequest, segment_id: str) -> Answer:
    """What it is; who is in it comes as a part of its own."""
    return request.page("segment.html", **_view(request, need_in(request.found)))


def filling(request: PageRequest, segment_id: str) -> Answer:
    """The part of pages that renews itself until everybody was looked at."""
    progress = progress_of(segment_id)
    short = request.query.get("short") == "yes"
    part = "filling_short.html" if short else "filling.html"
    return request.page(part, segment_id=segment_id, progress=progress)


def members(request: PageRequest, segment_id: str) -> Answer:
    """Rows of who is in it, as a part of the page: those of an eighth at most, which bring the
    next along when they come into sight."""
    version = need_in(request.found)
    found, rest = members_in(version, PAGE_SIZE, request.query.get("cursor"))
    people = listed([one.contact for one in found if one.contact], request.now)
    return request.page(
        "members.html",
        one=version,
        found=found,
        people={one.contact_id: one for one in people},
        next=rest,
        segments=_names(request),
        readable=words.readable,
    )


def why(request: PageRequest, segment_id: str) -> Answer:
    """Why somebody is in it or not: `?contact=` by id, `?who=` by an address of theirs."""
    version = need_in(request.found)
    view: dict[str, Any] = {"one": version, "segments": _names(request), "readable": words.readable}
    query = request.query
    if not query.get("contact") and not query.get("who", "").strip():
        return request.page("why.html", found=None, person=None, **view)
    try:
        contact = _person(query)
    except CrmError as error:
        return request.refused("why.html", error, found=None, person=None, **view)
    found = explain_in(version, contact.contact_id, request.now)
    (person,) = listed([summary(attributes(contact))], request.now)
    return request.page("why.html", found=found, person=person, **view)


def archived(request: PageRequest, segment_id: str) -> Answer:
    """Put it away, or bring it back."""
    form, version = request.form, need_segment(segment_id)
    away = form.get("archived") == "yes"
    known = form.get("version", "")
    try:
        number = int(known) if known.isdecimal() and len(known) < 7 else 0
        after = version.value.model_copy(update={"archived": away})
        change_segment(segment_id, after, number, request.by, request.now)
    except CrmError as error:
        error.message = words.readable(error.message, _names(request))
        return request.refused("segment.html", error, **_view(request, version))
    if away:
        return request.redirect(_HOME, done="Put away: nobody is in it any more")
    return request.redirect(f"{_HOME}/{segment_id}", done="In use again. It fills within minutes")


def _view(request: PageRequest, version: Version[Segment]) -> dict[str, Any]:
    named = _names(request)
    return {
        "one": version,
        "rule": _told(version.value.rule, named),
        "count": members_of([version.name])[version.name],
        "progress": progress_of(version.name),
        "segment_id": version.name,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }


def _told(rule: Rule, named: Mapping[str, str]) -> dict[str, Any]:
    """The rule in words: groups and what is in them."""
    turned = isinstance(rule, Not)
    inner = rule.of if isinstance(rule, Not) else rule
    if isinstance(inner, All | AnyOf):
        return {
            "text": _GROUPS[(type(inner), turned)],
            "of": [_told(one, named) for one in inner.of],
        }
    if turned and isinstance(inner, Not):
        return {"text": "Not", "of": [_told(inner, named)]}
    return {"text": words.told(inner, named), "not": turned}


def _names(request: PageRequest) -> dict[str, str]:
    found = definitions(request.now).in_order
    return {one.segment_id: one.segment.name for one in found}


def _person(query: Mapping[str, str]) -> Contact:
    if not (contact_id := query.get("contact")):
        return contact_with(query["who"])
    found = load(contact_id)
    if found is None:
        raise NotFound("contact_not_found", "There is no such contact")
    return found
