"""What happened, as far as the customer may see it."""

from typing import Final

from shared.customers.portal.happenings import happened
from shared.portal.entry import Answer, PageRequest

PER_PAGE: Final = 30


def shown(request: PageRequest) -> Answer:
    """A timeline, newest first."""
    cursor = request.query.get("cursor")
    found, rest = happened(request.me, limit=PER_PAGE, cursor=cursor)
    return request.page("history.html", happenings=found, next=rest, later=bool(cursor))
