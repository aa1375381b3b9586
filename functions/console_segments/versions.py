"""Every version of a segment, what each changed, and bringing one back."""

from itertools import pairwise
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, NotFound
from shared.marketing.segments.changes import roll_back_segment
from shared.marketing.segments.repository import definitions, stored_segments

from . import words
from .schemas import WRITERS

SHOWN: Final = 20


def listed(request: PageRequest, segment_id: str) -> Answer:
    """A page of them, newest first."""
    return request.page("versions.html", **_view(request, segment_id))


def rolled_back(request: PageRequest, segment_id: str) -> Answer:
    """What an older version said holds again, as a new version."""
    form = request.form
    to, known = _number(form.get("to", "")), _number(form.get("version", ""))
    try:
        roll_back_segment(segment_id, to, known, request.by, request.now)
    except CrmError as error:
        named = {one.segment_id: one.segment.name for one in definitions(request.now).in_order}
        error.message = words.readable(error.message, named)
        return request.refused("versions.html", error, **_view(request, segment_id))
    done = f"Version {to} holds again, as version {known + 1}"
    return request.redirect(f"/console/segments/{segment_id}", done=done)


def _view(request: PageRequest, segment_id: str) -> dict[str, Any]:
    before = request.query.get("cursor")
    found, _ = stored_segments.history_page(
        segment_id, limit=SHOWN + 1, before=_number(before) if before else None
    )
    changes = {
        later.number: differences(
            earlier.value.model_dump(mode="json"), later.value.model_dump(mode="json")
        )
        for later, earlier in pairwise(found)
    }
    more = len(found) > SHOWN
    shown = found[:SHOWN]
    return {
        "segment_id": segment_id,
        "found": shown,
        "newest": _known(request) if before else found[0].number,
        "changes": changes,
        "next": shown[-1].number if more else None,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }


def _known(request: PageRequest) -> int | None:
    """The newest version as the page before showed it: it is what one decides against."""
    text = request.query.get("newest", "")
    return _number(text) if text else None


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("segment_not_found", "There is no such version")
    return int(text)
