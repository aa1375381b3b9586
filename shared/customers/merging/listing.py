"""All merges, page by page."""

from typing import Final

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key

from .model import Merge
from .repository import page_of_merges

_SCOPE: Final = "merges"


def list_merges(*, limit: int, cursor: str | None) -> tuple[list[Merge], str | None]:
    """Merges that are not forgotten, the latest first, and the next page's cursor. Two reads.
    Raises `Rejected` for a foreign cursor."""
    after = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    found, rest = page_of_merges(limit=limit, after=after)
    return found, seal(rest, key("cursor"), _SCOPE) if rest else None
