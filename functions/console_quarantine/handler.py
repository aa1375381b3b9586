"""`/console/quarantine`: what looked automatic, why, and releasing what was a person's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.names import names
from shared.kernel.errors import Rejected
from shared.pages.reading import read
from shared.sales.forms.review import held, quarantined, release

from .schemas import Release

console = Console(Path(__file__).parent / "templates", "/console/quarantine")
_MAY: Final = ("marketer", "sales_manager")
_SHOWN: Final = 50

_WHY: Final = {
    "honeypot_filled": "Filled in the hidden field",
    "too_fast": "Sent faster than a person types",
    "token_forged": "Came with a forged page stamp",
    "token_expired": "Came from a page opened too long ago",
    "rate_limited": "One of too many at once",
}
"""What made a submission look automatic, in words."""

_HELD: Final[dict[str, Any]] = {
    "released_at": None,
    "released_by": None,
    "release_reason": "",
    "touch": {},
}
"""What an item lacks that nobody released."""


@console.get("/console/quarantine", *_MAY)
def listed(request: PageRequest) -> Answer:
    """Newest first, released ones included."""
    items, rest = quarantined(limit=_SHOWN, cursor=request.query.get("cursor"))
    return request.page("quarantine.html", next=rest, **_view(request, *items))


@console.get("/console/quarantine/{submission_id}", *_MAY)
def shown(request: PageRequest, submission_id: str) -> Answer:
    """One submission, with everything that was sent."""
    return request.page("submission.html", **_view(request, held(submission_id)))


@console.post("/console/quarantine/{submission_id}/release", *_MAY)
def released(request: PageRequest, submission_id: str) -> Answer:
    """Make it a lead's. Again, it changes nothing."""
    try:
        given = read(Release, request.form)
    except Rejected as error:
        return request.refused("submission.html", error, **_view(request, held(submission_id)))
    release(submission_id, request.by, request.now, given.reason)
    done = "Released: it is a lead's submission now"
    return request.redirect(f"/console/quarantine/{submission_id}", done=done)


def _view(request: PageRequest, *items: Mapping[str, Any]) -> dict[str, Any]:
    people = names(request.now) if any("released_by" in one for one in items) else {}
    return {"items": [{**_HELD, **one} for one in items], "why": _WHY, "people": people}


handle = console
