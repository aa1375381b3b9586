"""What a program gets that asks for a link or pixel of a message, and noting that it did.

Whoever follows a link gets there although nothing can be noted: a campaign's links are remembered
by the process, and a write that fails costs a figure, not a reader.
"""

from typing import Any, Final

from shared.kernel.errors import CrmError, NotFound
from shared.platform.entry.http import Request
from shared.platform.json_api import FAILURES
from shared.platform.observability import count, logger

from .hits import LONGEST_AGENT, links_of, take
from .places import place_of_link
from .tokens import Target

_AHEAD: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers by which programs say that nobody has asked for it yet (`Sec-Purpose`: Fetch Standard,
WHATWG, section 3.4; the others are its forerunners)."""

_AHEAD_WORDS: Final = ("prefetch", "preview", "prerender")


def place_of(target: Target, query: str) -> str | None:
    """Where a link leads: only to what is stored with its campaign, with the `query` it was asked
    with where that is somebody's own. `None` for the link that people do not see. Raises
    `NotFound`."""
    try:
        places = links_of(target.campaign_id)
    except LookupError:
        raise NotFound("link_unknown", "This campaign has no links") from None
    if target.link > len(places):
        raise NotFound("link_unknown", "This link is not one of ours")
    return place_of_link(places[target.link - 1], query) if target.link else None


def note(request: Request, target: Target) -> None:
    """Store that a target was asked for, as far as that works."""
    said = " ".join(request.headers.get(name, "") for name in _AHEAD).lower()
    how: dict[str, Any] = {
        "method": request.method,
        "agent": request.headers.get("user-agent", "")[:LONGEST_AGENT],
        "ahead": any(word in said for word in _AHEAD_WORDS),
    }
    try:
        take(target, request.id, {name: value for name, value in how.items() if value}, request.now)
    except (*FAILURES, CrmError) as error:
        count("HitLost")
        logger().warning("a hit was not stored", extra={"error": type(error).__name__})
