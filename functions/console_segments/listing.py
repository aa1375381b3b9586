"""All segments by name, with how many are in each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.names import folded
from shared.kernel.clock import iso
from shared.marketing.segments.definition import Segment
from shared.marketing.segments.repository import (
    count_keys,
    counted,
    marketing,
    stored_segments,
)
from shared.platform.configuration import Version
from shared.platform.requests import Key
from shared.platform.tables import Table

from .schemas import WRITERS

SHOWN: Final = 12
"""Their counts are read in one call with who asks, which takes a hundred items."""

_LATELY: Final = timedelta(days=1)
"""So long after a change it is asked how far a segment is filled."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The segments that are asked for: those on this page, whether there are more, and whether
    there are any, whatever their name."""

    shown: list[Version[Segment]]
    more: bool
    any: bool


def counts(request: PageRequest) -> list[tuple[Table, Key]]:
    """Which segments are shown, and where it is written how many are in each."""
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
    request.prepared = Matching(shown, begins + SHOWN < len(found), bool(matching))
    return [(marketing, key) for key in count_keys(one.name for one in shown)]


def listed(request: PageRequest) -> Answer:
    """A page of them; `?q=` narrows by name, `?archived=true` shows those put away."""
    matching: Matching = request.prepared
    shown = matching.shown
    return request.page(
        "segments.html",
        found=shown,
        counts=counted((one.name for one in shown), request.among),
        lately=iso(request.now - _LATELY),
        next=shown[-1].name if matching.more else None,
        any=matching.any,
        archived=request.query.get("archived") == "true",
        names=names(request.now),
        may_edit=request.by.has(*WRITERS),
    )
