"""The builder of a segment's rule: the server draws the tree, buttons and choices change it, and
beside it stands how many it would let in."""

import json
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.json_places import line_of, lines_of
from shared.console.names import colleagues
from shared.customers.access.showing import listed
from shared.customers.contacts.repository import attributes as stored
from shared.customers.contacts.repository import summary
from shared.customers.custom_fields.model import CustomFields
from shared.customers.custom_fields.repository import fields_of
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, FieldError, Malformed, Rejected, Stale
from shared.marketing.segments.changes import change_segment, create_segment
from shared.marketing.segments.checking import parsed_rule
from shared.marketing.segments.counting import Count, count
from shared.marketing.segments.definition import Segment
from shared.marketing.segments.repository import definitions, need_in, need_segment
from shared.pages.reading import read

from . import words
from .schemas import MATCHES, TOP, Draft, compare_of, placed, top_of, type_of

_HOME: Final = "/console/segments"


def begun(request: PageRequest) -> Answer:
    """The builder of a segment there is not yet."""
    return _builder(request, "", Draft(), version=0)


def edited(request: PageRequest, segment_id: str) -> Answer:
    """The builder with a segment as it is; `?from=` begins with one of its older versions."""
    version = need_in(request.found)
    segment = version.value
    rule = segment.model_dump(mode="json")["rule"]
    draft = Draft(segment.name, segment.description, top_of(rule))
    return _builder(request, segment_id, draft, version=version.number)


def made(request: PageRequest) -> Answer:
    """Make a segment, or change the form; sent twice, it is one."""
    return _posted(request, "")


def saved(request: PageRequest, segment_id: str) -> Answer:
    """Put what was typed in the place of the version it began with, or change the form."""
    return _posted(request, segment_id)


def counted(request: PageRequest) -> Answer:
    """How many the rule that is being typed would let in, as a part of the page."""
    custom = fields_of("contact", request.now)
    try:
        found = _count(request, Draft.posted(request.form), custom)
    except CrmError as error:
        return request.page("count.html", counted=None, unfinished=error)
    return request.page("count.html", **found)


def _posted(request: PageRequest, segment_id: str) -> Answer:
    form, draft = request.form, Draft.posted(request.form)
    do, _, place = form.get("do", "save").partition(":")
    view: dict[str, Any] = {"version": _number(form.get("version", ""))}
    custom = fields_of("contact", request.now)
    text = form.get("json")
    if do in ("add", "group", "remove"):
        return _builder(request, segment_id, draft, new=draft.changed(do, place), **view)
    if do == "redraw":
        return _builder(request, segment_id, draft, **view)
    if do == "json":
        written = json.dumps(draft.rule(custom)[0], indent=2, ensure_ascii=False)
        return _builder(request, segment_id, draft, text=written, **view)
    places: dict[str, str] = {}
    try:
        if do == "count":
            return _builder(request, segment_id, draft, **view, **_count(request, draft, custom))
        rule, places = draft.rule(custom) if text is None else (_json(text), {})
        parsed = parsed_rule(rule)
        if do == "form":
            draft.top = top_of(parsed.model_dump(mode="json"))
            return _builder(request, segment_id, draft, **view)
        given = {"name": draft.name, "description": draft.description, "rule": parsed}
        segment = read(Segment, given)
        if segment_id:
            change_segment(segment_id, segment, view["version"], request.by, request.now)
            return request.redirect(f"{_HOME}/{segment_id}", done="Saved")
        one = create_segment(segment, request.by, form.get("key") or None, request.now)
    except Stale as stale:
        theirs = need_segment(segment_id)
        known, mine = theirs.value.model_dump(mode="json"), segment.model_dump(mode="json")
        view |= {"version": theirs.number, "differ": differences(known, mine)}
        return _builder(request, segment_id, draft, text=text, error=stale, **view)
    except CrmError as error:
        errors = placed(error.fields, places)
        view |= {"error": error, "errors": errors, "text": text}
        return _builder(request, segment_id, draft, **view)
    done = "Made. It fills within minutes"
    return request.redirect(f"{_HOME}/{one.name}", done=done)


def _builder(request: PageRequest, segment_id: str, draft: Draft, **view: Any) -> Answer:
    now = request.now
    custom, known = fields_of("contact", now), definitions(now)
    named = {one.segment_id: one.segment.name for one in known.in_order}
    error: CrmError | None = view.pop("error", None)
    errors = {at: words.readable(said, named) for at, said in view.pop("errors", {}).items()}
    text: str | None = view.pop("text", None)
    context = {
        "segment_id": segment_id,
        "draft": draft,
        "top": TOP,
        "matches": list(MATCHES.items()),
        "key": request.form.get("key") or request.id if request.method == "POST" else request.id,
        "subjects": words.subjects(custom, request.by),
        "comparisons": lambda row: words.comparisons(type_of(row, custom)),
        "kind_of": lambda row: type_of(row, custom),
        "compare_of": lambda row: compare_of(row, custom),
        "options_of": lambda row: _options(row, custom),
        "counts": words.COUNTED,
        "within": words.WITHIN,
        "channels": words.CHANNELS,
        "events": words.events(),
        "segments": words.segments(known, segment_id),
        "owners": [(one.staff_id, one.name) for one in colleagues(now)],
        "as_json": json.dumps(draft.rule(custom)[0], indent=2, ensure_ascii=False),
        "text": text,
        "places": _lines(text, error) if text and error else [],
        "problem": words.readable(error.message, named) if error else "",
        "errors": errors,
        "new": "",
        "differ": None,
        "counted": None,
        "unfinished": None,
        **view,
    }
    # A choice or a button draws the rule anew, the page around it stays.
    part = request.htmx and not request.whole
    template = "rule.html" if part else "edit.html"
    answer = request.page(template, error.status if error else 200, **context)
    if request.method == "POST":
        answer.headers["hx-push-url"] = "false"
        answer.headers["hx-trigger-after-settle"] = "rule-changed"
    return answer


def _count(request: PageRequest, draft: Draft, custom: CustomFields) -> dict[str, Any]:
    text = request.form.get("json")
    rule = _json(text) if text else draft.rule(custom)[0]
    found: Count = count(parsed_rule(rule), request.by, request.now)
    people = [summary(stored(one.contact)) for one in found.sample]
    shown = listed(people, request.now)
    sample = list(zip(shown, (one.because for one in found.sample), strict=True))
    return {"counted": found, "sample": sample, "unfinished": None}


def _options(row: dict[str, str], custom: CustomFields) -> tuple[str, ...]:
    kind, _, name = row.get("what", "").partition(":")
    known = custom.named().get(name) if kind == "custom" else None
    return tuple(known.options) if known else ()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("json_invalid", f"This is not JSON: {error}") from error


def _lines(text: str, error: CrmError) -> list[tuple[int, str, str]]:
    """Where in the text the problems are."""
    if isinstance(error, Malformed) or not isinstance(error, Rejected):
        return []
    try:
        at = lines_of(text)
    except RecursionError:
        return []
    return sorted(_line(at, one) for one in error.fields)


def _line(at: Any, one: FieldError) -> tuple[int, str, str]:
    path = one.field.removeprefix("/rule").strip("/").replace("/", ".")
    return line_of(at, path), path or "rule", one.message


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 0
