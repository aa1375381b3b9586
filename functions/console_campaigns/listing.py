"""All campaigns, the newest first."""

from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.marketing.campaigns.repository import campaigns

from .schemas import WRITERS

PAGE_SIZE: Final = 50


def listed(request: PageRequest) -> Answer:
    """A page of them; how far those are that are being sent comes as parts of their own."""
    found, rest = campaigns(PAGE_SIZE, request.query.get("cursor"))
    return request.page(
        "campaigns.html",
        found=found,
        next=rest,
        names=names(request.now),
        may_edit=request.by.has(*WRITERS),
    )
