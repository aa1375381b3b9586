"""All segments by name, with how many are in each."""

from datetime import timedelta
from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.names import folded
from shared.kernel.clock import iso
from shared.marketing.segments.repository import members_of, stored_segments

from .schemas import WRITERS

SHOWN: Final = 12
"""Their counts are one read."""

_LATELY: Final = timedelta(days=1)
"""So long after a change it is asked how far a segment is filled."""


def listed(request: PageRequest) -> Answer:
    """A page of them; `?q=` narrows by name, `?archived=true` shows those put away."""
    query = request.query
    archived, wanted = query.get("archived") == "true", folded(query.get("q", "")[:100])
    after = query.get("cursor", "")
    matching = sorted(
        (one for one in stored_segments.all_active() if one.value.archived == archived),
        key=lambda one: (one.value.name.casefold(), one.name),
    )
    found = [one for one in matching if wanted in folded(one.value.name)]
    begins = next((n for n, one in enumerate(found, start=1) if one.name == after), 0)
    shown = found[begins : begins + SHOWN]
    return request.page(
        "segments.html",
        found=shown,
        counts=members_of(one.name for one in shown),
        lately=iso(request.now - _LATELY),
        next=shown[-1].name if begins + SHOWN < len(found) else None,
        any=bool(matching),
        archived=archived,
        names=names(request.now),
        may_edit=request.by.has(*WRITERS),
    )
